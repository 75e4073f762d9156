"""A region in which no deposit is known: stated memberships are screened, and nothing is tested."""

import re

import pytest

import prospector


@pytest.fixture
def greenfield(region):
    """The planted region without its layer of deposits."""
    toml = region / "region.toml"
    text = re.sub(r"\[layers\.deposits\].*?(?=\n\[|\Z)", "", toml.read_text("utf-8"), flags=re.S)
    text += "\n[override.porphyry_copper.evidence.domeyko]\nmembership = { full = 0, none = 60 }\n"
    toml.write_text(text, "utf-8")
    return region


def test_stated_memberships_need_no_known_deposit(greenfield, tmp_path):
    """The run ranks targets, says that nothing tests them, and can be written and read again."""
    screening = prospector.screen(greenfield, estimator="fuzzy", quick=True, workers=1)
    codes = {notice.code for notice in screening.notices}
    assert len(screening.targets) > 0
    assert "no-deposits-layer" in codes
    assert screening["porphyry_copper"].skill.verdict is None
    run = prospector.open_run(prospector.write(screening, tmp_path / "run"))
    assert len(run.targets) == len(screening.targets)
    assert "so the ranking cannot be tested against any" in (run.folder / "report.html").read_text()


def test_what_learns_needs_deposits(greenfield):
    """The error names the role that is missing."""
    with pytest.raises(prospector.ModelError, match="No layer has the role 'deposits'"):
        prospector.screen(greenfield, estimator="logistic", quick=True, workers=1)
