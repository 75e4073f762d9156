"""What can be refused of a deposit model is refused before any evidence is computed."""

import pytest

import prospector
from prospector import synthetic
from prospector.errors import ModelError, Reason

NUMBER = """
[override.porphyry_copper.number]
deposits = 80
source = "a guess of this test"
"""


@pytest.mark.parametrize(
    ("n", "table", "how", "said"),
    [
        (7, "", {}, "7 deposits, but learning needs 10"),
        (40, NUMBER, {"estimator": "fuzzy"}, "its memberships are stated"),
        (
            40,
            "[override.porphyry_copper.estimator]\nname = 'oracle'\n",
            {},
            r"region\.toml: key 'override\.porphyry_copper\.estimator\.name': Unknown estimator 'oracle'",
        ),
    ],
)
def test_what_cannot_run_is_refused_before_the_evidence(tmp_path, n, table, how, said):
    """Only the layers have been read when the error comes."""
    region = synthetic.write_region(tmp_path / "region", n=n)
    toml = region / "region.toml"
    toml.write_text(toml.read_text("utf-8") + table, "utf-8")
    steps = []
    with pytest.raises(ModelError, match=said):
        prospector.screen(
            region, deposit_models=["porphyry_copper"], quick=True,
            progress=lambda what, done, total: steps.append(what), **how,
        )  # fmt: skip
    assert set(steps) == {"reading layers"}


def test_a_condition_without_its_layer_is_noticed(planted_screening):
    """The planted region has neither land nor salars: each condition says so, by its number."""
    notices = planted_screening.rankings["porphyry_copper"].notices
    found = [notice for notice in notices if notice.code == "condition-not-applied"]
    assert [(notice.value("condition"), notice.value("reason")) for notice in found] == [
        (0, Reason("no-layer", role="land")),
        (1, Reason("no-layer", role="salars")),
    ]
    assert set(found) <= set(planted_screening.notices)
