"""A dossier shows the cautions that concern its target, and none about other models' deposits or layers."""

import pytest

from prospector.errors import Notice
from prospector.pages.concern import concerns, grave_notices
from prospector.pages.findings import Findings
from prospector.runs.run import open_run

MODEL = {
    "deposit_model": {"name": "lithium_brine"},
    "labels": {"deposit_type": "lithium_brine", "also_types": ["borate_salar"]},
    "evidence": {"area": {"kind": "area", "parameters": {"role": "salars"}}},
    "permissive": [{"kind": "share", "parameters": {"role": "land"}}],
}
ROLES = {"salars": "salars", "dykes": "faults", "titles": "concessions", "coastline": "land"}


@pytest.mark.parametrize(
    ("about", "concerned"),
    [
        ({"model": "lithium_brine"}, True),
        ({"model": "iocg"}, False),
        ({"deposit_type": "lithium_brine"}, True),
        ({"deposit_type": "borate_salar"}, True),
        ({"deposit_type": "porphyry_copper"}, False),
        ({"layer": "salars"}, True),
        ({"layer": "coastline"}, True),
        ({"layer": "titles"}, True),
        ({"layer": "dykes"}, False),
        ({"role": "magnetics"}, False),
        ({"reason": "register-without-coverage"}, True),
    ],
    ids=str,
)
def test_a_notice_concerns_a_model_by_what_it_is_about(about, concerned):
    """Its own name, its deposit types, the layers that it reads, or what holds for every target."""
    assert concerns(Notice("any", "caution", about), MODEL, ROLES) is concerned


def test_no_dossier_of_the_atacama_is_cautioned_about_another_models_deposits(atacama_run):
    """Deposits left out of porphyry copper are no caution to a salar."""
    models = Findings(open_run(atacama_run)).models
    types = {name: {dict(n.about).get("deposit_type") for n in grave_notices(found)} - {None}
             for name, found in models.items()}  # fmt: skip
    assert types["porphyry_copper"] == {"porphyry_copper"}
    assert types["lithium_brine"] == {"lithium_brine"}
    assert all(notice.level != "note" for notice in grave_notices(models["lithium_brine"]))
