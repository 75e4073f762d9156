"""Tables of skill for the report; empty where there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prospector.numerals import fixed, signed
from prospector.validation.record import Baseline, Figure, Skill
from prospector.words.language import Language

MINUS, RANGE = "\u2212", "\u2013"
"""The minus sign and the dash of a range, as they are printed."""

Rows = list[dict[str, Any]]

COIN = 0.5
"""The AUC of a coin: an interval that reaches it shows nothing."""


def baselines(skill: Skill, labels: Sequence[str], words: Language) -> Rows:
    """Return the baselines, the model first, with what the model gains on each."""
    rows = []
    for baseline in skill.baselines:
        gain, low, high = (
            _signed(value, words) for value in (baseline.gain, *baseline.gain_interval)
        )
        rows.append(
            {
                "name": baseline.name,
                "auc": words.number(baseline.auc.value, 2),
                "interval": _interval(baseline.auc, words),
                "gain": "" if baseline.name == "model" else f"{gain} ({low}; {high})",
                "words": baseline_words(baseline, labels, words),
            }
        )
    return rows


BASELINES = {
    "model": "the estimator with all evidence layers",
    "distance to known deposits": "nearness to the nearest training deposit",
    "area alone": "the same score everywhere",
}
"""What each baseline is, but for the best single evidence, which names what it took."""


def baseline_words(baseline: Baseline, labels: Sequence[str], words: Language) -> str:
    """Return what a baseline is, with the labels of the evidence that it took."""
    if baseline.name in BASELINES:
        return words.told(BASELINES[baseline.name])
    folds = sum(n for _, n in baseline.chosen)
    choices = (
        words.say(
            "{evidence} in {n} of {all} folds", evidence=words.told(labels[column]), n=n, all=folds
        )
        for column, n in baseline.chosen
    )
    return words.say("the best in training: {choices}", choices=", ".join(choices))


def captures(skill: Skill, words: Language) -> Rows:
    """Return the share of the deposits caught, held out, in the best shares of the ground, in %."""
    return [
        {
            "area": words.number(100 * capture.area_share, 0),
            "caught": words.number(100 * capture.captured.value, 0),
            "interval": _range([100 * end for end in capture.captured.interval or ()], words, 0),
            "null": words.number(100 * (capture.captured.null_p95 or 0.0), 0),
        }
        for capture in (skill.measured.captures if skill.measured else ())
    ]


def divisions(skill: Skill, words: Language) -> Rows:
    """Return what is reached when deposits are held out in other ways."""
    return [
        {
            "folds": division.folds,
            "untested": words.sentence(division.untested) if division.untested else "",
            "n_folds": str(division.n_folds or ""),
            "tested": str(division.n_tested or ""),
            "w_km": ""
            if division.wasserstein_m is None
            else fixed(division.wasserstein_m / 1000, 0),
            "coin": bool(
                division.auc and division.auc.interval and division.auc.interval[0] <= COIN
            ),
            **_figure(division.auc, words),
        }
        for division in skill.divisions
    ]


def splits(skill: Skill, words: Language) -> dict[str, str] | None:
    """Return how the deposits were held out and how far the AUC depends on it; None where they were not."""
    measured = skill.measured
    if measured is None or measured.wasserstein_range_m is None:
        return None
    low, high = measured.wasserstein_range_m
    return {
        "n": str(measured.n_splits),
        "spread": _number(measured.split_spread, words),
        "block": f"{measured.block_size_m / 1000:g}",
        "largest": "yes" if measured.block_is_largest else "",
        "w": fixed(measured.wasserstein_m / 1000, 0),
        "w_range": f"{fixed(low / 1000, 0)}{RANGE}{fixed(high / 1000, 0)}",
    }


def draws(skill: Skill, words: Language) -> dict[str, str] | None:
    """Return how far the AUC and its p depend on the draw of the background; None for one draw."""
    measured = skill.measured
    if measured is None or len(measured.draws) < 2:
        return None
    spans = {"auc": [draw.value for draw in measured.draws]}
    spans["p"] = [draw.p for draw in measured.draws if draw.p is not None]
    told = {name: _range([min(span), max(span)], words, 2) for name, span in spans.items()}
    spread = _number(measured.draw_spread, words)
    return {"n": str(len(measured.draws)), "spread": spread, **told}


def density(skill: Skill, words: Language) -> dict[str, str] | None:
    """Return where the curves of found deposits and of area cross; None where it was not measured.

    At a crossing both shares sum to 1, so that a density has one share of the ground: the null's is
    told with its own.
    """
    if skill.measured is None:
        return None
    found = skill.measured.prediction_area
    density, null = words.beside(found.density.value, found.density.null_p95)
    return {
        "area": words.number(100 * found.area_share, 0),
        "caught": words.number(100 * found.found_share, 0),
        "density": density,
        "null": null,
        "null_area": words.number(100 / (1 + (found.density.null_p95 or 0.0)), 0),
    }


def boyce(skill: Skill, words: Language) -> dict[str, str] | None:
    """Return the Boyce index beside its null, and the areas under the curves; None where there is none."""
    measured = skill.measured
    if measured is None or measured.boyce_index is None:
        return None
    boyce, null = words.beside(measured.boyce_index.value, measured.boyce_index.null_p95)
    return {"boyce": boyce, "null": null}


def areas_under(skill: Skill, words: Language) -> dict[str, str] | None:
    """Return the areas under the prediction rate and the success rate; None where there are none."""
    if skill.measured is None:
        return None
    curves = skill.measured.curves
    return {
        "held_out": words.number(curves.area_under_prediction_rate, 2),
        "fit": words.number(curves.area_under_success_rate, 2),
    }


def backtests(tests: list[dict[str, Any]], words: Language) -> Rows:
    """Return how many deposits found since each year would have stood high, by kind of ground."""
    return [
        {
            "before": str(test["before"]),
            "training": str(test["n_training"]),
            "ground": group["ground"],
            "found": str(group["n"]),
            **{
                f"best_{fixed(100 * capture['area'], 0)}": _caught(capture, words)
                for capture in group["captures"]
            },
        }
        for test in tests
        for group in test["groups"][1:]
    ]


def contrasts(figures: dict[str, Any], words: Language) -> dict[str, Any] | None:
    """Return each evidence's pattern of largest contrast, and the test of independence, as text."""
    found = figures["weights_of_evidence"]
    if found is None:
        return None
    names = {evidence["name"]: evidence for evidence in figures["evidence"]}
    test = found["independence"]
    return {
        "rows": [
            {
                "label": names[pattern["evidence"]]["label"],
                "pattern": pattern["pattern"],
                "value": words.measure(pattern["value"], pattern["unit"]),
                "deposits": fixed(pattern["deposits"], 0),
                "ground": fixed(pattern["ground_km2"], 0),
                **{key: _signed(pattern[key], words) for key in ("w_plus", "w_minus", "contrast")},
                "studentised": words.number(pattern["studentised"], 1),
                "used": pattern["used"],
            }
            for pattern in found["patterns"]
        ],
        "unit_km2": f"{found['unit_area_km2']:g}".replace(".", words.point),
        "holds": found["posterior_is_probability"],
        "ratio": words.number(test["omnibus_ratio"], 2),
        "p": words.number(test["p_value"], 2),
        "expected": words.number(test["expected_deposits"], 1),
        "deposits": str(figures["skill"]["n_deposits"]),
    }


def estimators(skill: Skill, words: Language) -> Rows:
    """Return the estimators side by side, in short, each AUC beside its null."""
    return [
        {
            "name": estimator.estimator,
            "untested": words.sentence(estimator.untested) if estimator.untested else "",
            **_figure(estimator.auc, words),
        }
        for estimator in skill.estimators
    ]


def in_short(skill: Skill, words: Language) -> dict[str, str] | None:
    """Return the replicates of the estimators beside the used one, and the least p of so many.

    None where no other was tested.
    """
    counts = [row.auc.n_null for row in skill.estimators[1:] if row.auc and row.auc.n_null]
    if not counts:
        return None
    return {"n": str(counts[0]), "least": words.number(1 / (counts[0] + 1), 2)}


def stated(skill: Skill, labels: Sequence[str], words: Language) -> dict[str, Any] | None:
    """Return how stated memberships rank the known deposits, as text; None where an estimator learned."""
    test = skill.stated
    if test is None:
        return None
    auc = test.auc
    drawn = ", ".join(words.told(labels[column]) for column in test.schematic)
    return {
        "why": "" if test.untested is None else words.sentence(test.untested),
        **_figure(auc, words),
        "n_null": "" if auc is None or auc.n_null is None else str(auc.n_null),
        "n": str(test.n_tested),
        "p": "" if auc is None or auc.p is None else words.number(auc.p, 3),
        "mean": _number(test.null_mean, words),
        "null": words.told(test.null),
        "off_ground": test.n_off_ground,
        "without_evidence": test.n_without_evidence,
        "in_no_unit": test.n_in_no_unit,
        "not_drawn": test.n_not_drawn,
        "alone": words.number(100 * test.alone, 0),
        "dropped": words.number(100 * test.dropped, 0),
        "moved": test.possible is None,
        "possible": str(test.possible or ""),
        "seen": test.seen,
        "schematic": drawn,
        "captures": [
            {
                "area": words.number(100 * capture.area_share, 0),
                "caught": words.number(100 * capture.captured.value, 0),
                "interval": _range(
                    [100 * end for end in capture.captured.interval or ()], words, 0
                ),
                "null": ""
                if capture.captured.null_p95 is None
                else words.number(100 * capture.captured.null_p95, 0),
            }
            for capture in test.captures
        ],
    }


def _figure(figure: Figure | None, words: Language) -> dict[str, str]:
    """Return a figure beside its null as text; empty texts where there is none."""
    if figure is None:
        return dict.fromkeys(("auc", "interval", "mean", "p95", "p", "n"), "")
    auc, p95 = words.beside(figure.value, figure.null_p95)
    return {
        "auc": auc,
        "interval": _interval(figure, words),
        "mean": _number(figure.null_mean, words),
        "p95": p95,
        "p": _number(figure.p, words),
        "n": str(figure.n_null or ""),
    }


def _caught(capture: dict[str, Any], words: Language) -> str:
    interval = _range([100 * capture["low"], 100 * capture["high"]], words, 0)
    return f"{words.number(100 * capture['captured'], 0)} ({interval})"


def _interval(figure: Figure, words: Language) -> str:
    """Return the interval of a figure; nothing where it has none, or one of no width."""
    low, high = figure.interval or (0.0, 0.0)
    return _range((low, high), words, 2) if low < high else ""


def _range(ends: Any, words: Language, decimals: int) -> str:
    return RANGE.join(words.number(end, decimals) for end in ends)


def _number(value: float | None, words: Language) -> str:
    return "" if value is None else words.number(value, 2)


def _signed(value: float, words: Language) -> str:
    return signed(value).replace("-", MINUS).replace(".", words.point)
