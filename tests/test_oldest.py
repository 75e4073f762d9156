"""The oldest versions that are claimed: every dependency has one, and they are those that are tried."""

import pytest

from tests.oldest import FILE, oldest_versions, text


def test_every_dependency_has_a_lower_bound_and_the_list_follows_them():
    """A bound that changes without `tests/oldest.py` fails here."""
    assert FILE.read_text("utf-8") == text()


def test_a_bound_becomes_a_version_and_none_is_refused():
    """Extras count, an upper bound does not."""
    project = {"dependencies": ["a>=1.2,<3"], "optional-dependencies": {"b": ["c-d>=2025.7"]}}
    assert oldest_versions(project) == ["a==1.2", "c-d==2025.7"]
    with pytest.raises(ValueError, match="No lower bound: fsspec"):
        oldest_versions({"dependencies": ["fsspec"], "optional-dependencies": {}})
