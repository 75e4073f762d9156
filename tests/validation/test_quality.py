"""Faults of evidence, planted one by one, are found and stand first; sound evidence is quiet."""

import numpy as np
import pytest

from prospector.validation.quality import Known, Loss, evidence_quality
from prospector.words.language import language


@pytest.fixture
def ground():
    """Places on 100 by 100 km, and three fields that have nothing to do with them or one another."""
    random = np.random.default_rng(4)
    return random.uniform(0, 100e3, (2000, 2)), random.normal(size=(2000, 3))


def codes(values, at, *, target_m=5000.0, **known):
    """For each evidence in the order of the report: its number and the codes of its faults."""
    listed = [
        Known(f"evidence {i}", **{key: of_each[i] for key, of_each in known.items()})
        for i in range(values.shape[1])
    ]
    return [
        (quality.column, [finding.code for finding in quality.findings])
        for quality in evidence_quality(values, at, listed, target_m=target_m)
    ]


def test_sound_evidence_is_quiet(ground):
    """Three independent fields with full cover, finer than the targets, that add something."""
    at, values = ground
    found = codes(
        values,
        at,
        resolution_m=[100.0, None, 4000.0],
        adds=[Loss(0.1, 0.02), None, Loss(0.01, 0.02)],
    )
    assert found == [(0, []), (1, []), (2, [])]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda values, at: np.where(np.arange(2000) < 1920, 3.0, values[:, 1]), "quality-one-value"),
        (lambda values, at: np.where(np.arange(2000) < 1100, np.nan, values[:, 1]), "quality-little-cover"),
        (lambda values, at: -np.exp(values[:, 0]), "quality-same-as"),
        (lambda values, at: values[:, 0] + values[:, 2], "quality-given-by-others"),
        (lambda values, at: (at[:, 0] / 1e5 - 0.4) ** 2 + at[:, 1] / 3e5, "quality-trend"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found_and_stands_first(ground, spoil, code):
    """The second evidence of three is spoilt in one way each."""
    at, values = ground
    spoilt = values.copy()
    spoilt[:, 1] = spoil(values, at)
    found = codes(spoilt, at)
    assert code in dict(found)[1]
    if code in ("quality-one-value", "quality-little-cover", "quality-trend"):
        assert found == [(1, [code]), (0, []), (2, [])]


def test_coarse_evidence_and_what_harms_are_found(ground):
    """6 km where targets begin at 5 km; an AUC higher without it by three standard errors."""
    at, values = ground
    adds = [Loss(0.02, 0.01), Loss(0.1, 0.01), Loss(-0.03, 0.01)]
    found = codes(values, at, resolution_m=[100.0, 6000.0, None], adds=adds)
    assert found == [(1, ["quality-coarse"]), (2, ["quality-harms"]), (0, [])]


def test_a_gain_without_it_within_two_standard_errors_is_quiet(ground):
    """Nor one whose error is not known; but an evidence that nothing is ever lost without has no weight."""
    at, values = ground
    found = codes(values, at, adds=[Loss(-0.03, 0.02), Loss(-0.03, None), Loss(0.0, 0.0)])
    assert found == [(2, ["quality-without-weight"]), (0, []), (1, [])]


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_sentence_tells_a_difference_and_warns_of_choosing_by_it(ground, code):
    """An AUC higher by 0.015, and what to set instead."""
    at, values = ground
    adds = [Loss(-0.015, 0.004), None, None]
    known = [Known("a", adds=loss) for loss in adds]
    (finding,) = evidence_quality(values, at, known, target_m=0.0)[0].findings
    text = language(code).sentence(finding)
    assert "0.015" in text.replace(",", ".")
    assert "-0" not in text
    assert "choose = 'fewest'" in text


def test_figures_are_those_of_the_textbook(ground):
    """VIF 1 / (1 - r2) of two correlated normals, Spearman's rho, R2 of a plane, all by another way."""
    at, values = ground
    values = values[:, :2].copy()
    values[:, 1] = 0.8 * values[:, 0] + 0.6 * values[:, 1]
    first, second = sorted(
        evidence_quality(values, at, [Known("a"), Known("b")], target_m=0.0),
        key=lambda quality: quality.column,
    )
    r = np.corrcoef(values.T)[0, 1]
    assert first.inflation == pytest.approx(1 / (1 - r**2))
    assert second.inflation == pytest.approx(first.inflation)
    ranks = values.argsort(axis=0).argsort(axis=0)
    assert first.correlation == pytest.approx(np.corrcoef(ranks.T)[0, 1])
    assert (first.with_column, second.with_column) == (1, 0)
    plane = np.column_stack([np.ones(2000), at])
    left = values[:, 0] - plane @ np.linalg.lstsq(plane, values[:, 0])[0]
    assert first.plane == pytest.approx(1 - left.var() / values[:, 0].var(), abs=1e-6)


@pytest.mark.parametrize(
    ("code", "text"),
    [("en", "variance inflation >1000"), ("es", "inflación de varianza >1000")],
)
def test_a_variance_inflation_is_capped_and_says_so(ground, code, text):
    """An exact sum of two others: 1 / (1 - R2) has no end, and above 1000 it measures rounding."""
    at, values = ground
    values = np.column_stack([values[:, 0], values[:, 1], values[:, 0] + values[:, 1]])
    worst = evidence_quality(values, at, [Known("a"), Known("b"), Known("c")], target_m=0.0)[0]
    assert worst.inflation == 1000
    [finding] = [one for one in worst.findings if one.code == "quality-given-by-others"]
    assert text in language(code).sentence(finding)


def test_a_constant_and_an_absent_evidence_break_nothing(ground):
    """No correlation, no inflation, no trend: what is left is told of the others."""
    at, values = ground
    values = np.column_stack([np.full(2000, 7.0), values[:, 0], values[:, 1]])
    constant = evidence_quality(values, at, [Known("c"), Known("a"), Known("b")], target_m=1.0)[0]
    assert (constant.column, constant.one_value, constant.correlation, constant.inflation) == (
        0, 1.0, None, None,
    )  # fmt: skip
    assert (constant.plane, constant.quadratic) == (0.0, 0.0)
    absent = np.column_stack([np.full(2000, np.nan), values[:, 1]])
    worst = evidence_quality(absent, at, [Known("n"), Known("a")], target_m=1.0)[0]
    assert (worst.column, worst.cover) == (0, 0.0)
    assert worst.as_record()["findings"][0]["code"] == "quality-little-cover"
