"""Tables of skill for the report, from the keys of ``skill`` in run.json; empty where there are none."""

from __future__ import annotations

from typing import Any

from prospector.numerals import figure, signed
from prospector.words.language import Language

MINUS, RANGE = "\u2212", "\u2013"
"""The minus sign and the dash of a range, as they are printed."""

Rows = list[dict[str, Any]]

COIN = 0.5
"""The AUC of a coin: an interval that reaches it shows nothing."""


def baselines(skill: dict[str, Any], words: Language) -> Rows:
    """Return the baselines, the model first, with what the model gains on each."""
    rows = []
    for one in skill.get("baselines") or []:
        gain, low, high = (_signed(value, words) for value in (one["gain"], *one["gain_interval"]))
        rows.append(
            {
                "name": one["name"],
                "auc": words.number(one["auc"], 2),
                "interval": _range(one["interval"], words, 2),
                "gain": "" if one["name"] == "model" else f"{gain} ({low}; {high})",
                "words": one["words"],
            }
        )
    return rows


def captures(skill: dict[str, Any], words: Language) -> Rows:
    """Return the share of the deposits caught, held out, in the best shares of the ground, in %."""
    return [
        {
            "area": words.number(100 * one["area_share"], 0),
            "caught": words.number(100 * one["captured"], 0),
            "interval": _range([100 * end for end in one["interval"]], words, 0),
            "null": words.number(100 * one["null_p95"], 0),
        }
        for one in skill.get("captures") or []
    ]


def divisions(skill: dict[str, Any], words: Language) -> Rows:
    """Return what is reached when deposits are held out in other ways."""
    return [
        {
            "folds": one["folds"],
            "untested": one["untested"] or "",
            "tested": str(one["n_tested"] or ""),
            "auc": _number(one["auc"], words),
            "interval": _range(one["interval"] or [], words, 2),
            "w_km": "" if one["wasserstein_m"] is None else f"{one['wasserstein_m'] / 1000:.0f}",
            "p95": _number(one["null_p95"], words),
            "p": _number(one["p_value"], words),
            "coin": bool(one["interval"]) and one["interval"][0] <= COIN,
        }
        for one in skill.get("divisions") or []
    ]


def draws(skill: dict[str, Any], words: Language) -> dict[str, str] | None:
    """Return how far the AUC and its p hang on the draw of the background; None for one draw."""
    found = skill.get("draws") or []
    if len(found) < 2:
        return None
    spans = {"auc": [one["auc"] for one in found], "p": [one["p_value"] for one in found]}
    told = {name: _range([min(one), max(one)], words, 2) for name, one in spans.items()}
    return {"n": str(len(found)), **told}


def density(skill: dict[str, Any], words: Language) -> dict[str, str] | None:
    """Return where the curves of found deposits and of area cross; None where it was not measured."""
    found = skill.get("prediction_area")
    if not found:
        return None
    return {
        "area": words.number(100 * found["area_share"], 0),
        "caught": words.number(100 * found["found_share"], 0),
        "density": words.number(found["density"], 2),
        "null": words.number(found["density_null_p95"], 2),
    }


def backtests(tests: list[dict[str, Any]], words: Language) -> Rows:
    """Return how many deposits found since each year would have stood high, by kind of ground."""
    return [
        {
            "before": str(test["before"]),
            "training": str(test["n_training"]),
            "ground": group["ground"],
            "found": str(group["n"]),
            **{f"best_{100 * one['area']:.0f}": _caught(one, words) for one in group["captures"]},
        }
        for test in tests
        for group in test["groups"][1:]
    ]


def contrasts(figures: dict[str, Any], words: Language) -> dict[str, Any] | None:
    """Return each evidence's pattern of largest contrast, and the test of independence, as text."""
    found = figures["weights_of_evidence"]
    if found is None:
        return None
    names = {one["name"]: one for one in figures["evidence"]}
    test = found["independence"]
    return {
        "rows": [
            {
                "label": names[one["evidence"]]["label"],
                "pattern": one["pattern"],
                "value": words.measure(f"{figure(one['value'])} {one['unit']}".rstrip()),
                "deposits": f"{one['deposits']:.0f}",
                "ground": f"{one['ground_km2']:.0f}",
                **{key: _signed(one[key], words) for key in ("w_plus", "w_minus", "contrast")},
                "studentised": words.number(one["studentised"], 1),
                "used": one["used"],
            }
            for one in found["patterns"]
        ],
        "holds": found["posterior_is_probability"],
        "ratio": words.number(test["omnibus_ratio"], 2),
        "p": words.number(test["p_value"], 2),
        "expected": words.number(test["expected_deposits"], 1),
        "deposits": str(figures["skill"]["n_deposits"]),
    }


def estimators(skill: dict[str, Any], words: Language) -> Rows:
    """Return the estimators side by side, in short, each AUC beside its null."""
    return [
        {
            "name": one["estimator"],
            "untested": one["untested"] or "",
            "auc": _number(one.get("auc_blocked"), words),
            "interval": _range(one.get("auc_blocked_interval") or [], words, 2),
            "p95": _number(one.get("auc_null_p95"), words),
            "p": _number(one.get("p_value"), words),
            "n": str(one.get("n_null") or ""),
        }
        for one in skill.get("estimators") or []
    ]


def _caught(capture: dict[str, Any], words: Language) -> str:
    interval = _range([100 * capture["low"], 100 * capture["high"]], words, 0)
    return f"{words.number(100 * capture['captured'], 0)} ({interval})"


def _range(ends: Any, words: Language, decimals: int) -> str:
    return RANGE.join(words.number(end, decimals) for end in ends)


def _number(value: float | None, words: Language) -> str:
    return "" if value is None else words.number(value, 2)


def _signed(value: float, words: Language) -> str:
    return signed(value).replace("-", MINUS).replace(".", words.point)
