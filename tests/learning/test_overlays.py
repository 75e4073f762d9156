"""Overlays as a deposit model states them: memberships, weights, comparisons in pairs, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

import prospector
from prospector.errors import ModelError, RegionError
from prospector.evidence import validate_parameters
from prospector.learning.overlays import stated_overlay
from prospector.models import FuzzyOverlay, IndexOverlay
from prospector.region.shipped_models import load_deposit_model
from prospector.runs.explain import explain
from prospector.runs.run import open_run
from prospector.words.language import sentence

PAIRS = {
    "area": {"volcano": 2.0, "elevation": 4.0, "volcano_density": 4.0},
    "volcano": {"elevation": 2.0, "volcano_density": 2.0},
    "elevation": {"volcano_density": 1.0},
}
"""Consistent: area 4, volcano 2, elevation 1, density 1."""


def lithium(**override):
    return load_deposit_model("lithium_brine", override=override)


def validated(entry):
    return validate_parameters(entry.kind, entry.parameters, where="here")


FOUR = ["area", "volcano", "volcano_density", "elevation"]
"""Evidence of the model that every region with salars, volcanoes and relief has."""


def overlay_of(model, name, evidence=None):
    """The overlay of some evidence of a model, and what is said of it."""
    names = evidence or FOUR
    columns = [
        SimpleNamespace(name=name, entry=entry, parameters=validated(entry), optional=False)
        for name, entry in ((name, model.evidence[name]) for name in names)
    ]
    return stated_overlay(model, columns, name)


def test_index_weights_are_those_stated_and_equal_otherwise():
    """Three for volcano, one for each of the others."""
    overlay, told = overlay_of(lithium(evidence={"volcano": {"weight": 3.0}}), "index")
    assert isinstance(overlay, IndexOverlay)
    assert dict(zip(["area", "volcano"], overlay.shares, strict=False)) == pytest.approx(
        {"area": 1 / 6, "volcano": 3 / 6}
    )
    assert "weights as stated: area 0.17; volcano 0.50" in sentence(told[0])


def test_comparisons_in_pairs_give_the_weights():
    """4, 2, 1 and 1 of 8; of the evidence that a region carries alone where one lacks."""
    overlay, told = overlay_of(lithium(comparisons=PAIRS), "index")
    by_name = dict(zip(FOUR, overlay.shares, strict=True))
    assert by_name == pytest.approx(
        {"area": 0.5, "volcano": 0.25, "volcano_density": 0.125, "elevation": 0.125}
    )
    assert "by pairs, consistency ratio 0.00" in sentence(told[0])
    two, _ = overlay_of(lithium(comparisons=PAIRS), "index", ["area", "elevation"])
    assert two.shares.tolist() == pytest.approx([0.8, 0.2])


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ({"area": {"volcano": 2.0}}, r"area against volcano_density is missing\. Give once"),
        (PAIRS | {"elevation": {"volcano_density": 1.0, "area": 2.0}}, "is given twice"),
        (PAIRS | {"elevation": {"volcano_density": 9.0}}, "contradict one another"),
    ],
)
def test_comparisons_that_are_no_judgement_are_refused(pairs, said):
    """Incomplete, double, inconsistent."""
    with pytest.raises(ModelError, match=said):
        overlay_of(lithium(comparisons=pairs), "index")


def test_a_comparison_of_what_is_no_evidence_is_refused():
    """With its name."""
    with pytest.raises(RegionError, match=r"comparisons': .*not 'springs'"):
        lithium(comparisons={"area": {"springs": 2.0}})


def test_the_operator_is_the_models_own():
    """The least membership for and."""
    overlay, told = overlay_of(lithium(estimator={"operator": "and"}), "fuzzy")
    assert isinstance(overlay, FuzzyOverlay)
    assert (overlay.operator, told) == ("and", [])


@pytest.mark.atacama
def test_a_run_by_index_overlay_reopens(tmp_path):
    """The score at a salar is the weighted mean of its memberships; parts add up to it."""
    root = prospector.__path__[0] + "/../layers/atacama"
    screening = prospector.screen(
        root, deposit_models=["lithium_brine"], estimator="index", quick=True, workers=1
    )
    run = open_run(prospector.write(screening, tmp_path / "run"))
    fitted = run.fitted("lithium_brine")
    first = run.targets.iloc[0]
    [told] = explain(run, first["longitude"], first["latitude"])
    assert told.score == pytest.approx(first["score"], abs=1e-4)
    parts = np.array([part for _, _, _, part, _ in told.rows])
    assert 0.5 + np.nansum(parts) == pytest.approx(first["score"], abs=1e-3)
    assert isinstance(fitted.estimator, IndexOverlay)
