"""The evidence of one target, beside the known deposits and the ground."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from prospector.gis.vector import meant
from prospector.grid import FloatArray
from prospector.name_lists import joined, parted
from prospector.pages.account import Account
from prospector.pages.skill_rows import RANGE
from prospector.targets.contributions import at_tolerance
from prospector.validation.applicability import unvarying

ANALOGUES = 3


def evidence_rows(account: Account) -> list[dict[str, Any]]:
    """Return each evidence here, beside the known deposits and the ground, strongest first."""
    found, rows = account.found, []
    trained_on = found.trained_on
    known = trained_on.values[trained_on.is_deposit]
    ground = trained_on.values[~trained_on.is_deposit]
    for i in account.order:
        one, unit, value = found.evidence[i], found.evidence[i]["unit"], account.values[i]
        within = bool(account.within[i])
        rows.append(
            {
                **one,
                "schematic": bool(account.schematic[i]),
                "all_schematic": True,
                "value": account.language.measure(value, unit, within=within)
                if np.isfinite(value)
                else "",
                "part": float(account.parts[i]) if np.isfinite(account.parts[i]) else None,
                "known": _measure(account, i, _median(known[:, i])),
                "ground": _measure(account, i, _median(ground[:, i])),
                "strip": _strip(value, known[:, i], ground[:, i], one["scale"]),
            }
        )
    return rows


def analogues(account: Account) -> list[dict[str, str]]:
    """Return the known deposits whose evidence is most like that here; never one that it holds.

    Distance is Euclidean over evidence on its scale, in standard deviations of the ground;
    evidence of one value there has none and is left out, and so is what is unknown in some of it.
    """
    found = account.found
    known, ground = found.trained_on.sample.positive, found.trained_on.sample.background
    if not len(known):
        return []
    whole = np.isfinite([*known, *ground]).all(axis=0)
    if not whole.any() or not np.isfinite(account.values[whole]).all():
        return []
    known, ground = known[:, whole], ground[:, whole]
    spread = np.where(unvarying(ground), np.inf, ground.std(axis=0, ddof=1))
    here = found.scale(account.values[None])[0][whole]
    apart = np.sqrt((((known - here) / spread) ** 2).sum(axis=1))
    km = (
        shapely.distance(shapely.points(found.trained_on.sample.positive_at), account.outline)
        / 1000
    )
    table = found.trained_on.table[found.trained_on.is_deposit]
    own = set(parted(account.row["known_names"]))
    named = enumerate(map(meant, table["deposit"].astype(str)))
    rows = [
        (float(apart[i]), name, i) for i, name in named if km[i] > 0 and joined([name]) not in own
    ]
    raw = found.trained_on.values[found.trained_on.is_deposit]
    return [
        {
            "name": name,
            "apart": account.language.number(distance, 2),
            "km": account.language.kilometres(km[i]),
            "measures": "; ".join(_measure(account, j, raw[i, j]) or RANGE for j in account.order),
        }
        for distance, name, i in sorted(rows)[:ANALOGUES]
    ]


def _measure(account: Account, column: int, value: float) -> str:
    """Return a value of an evidence elsewhere with its unit; nothing where it is missing."""
    if not np.isfinite(value):
        return ""
    one = account.found.evidence[column]
    within = bool(at_tolerance(np.array([value]), one["tolerances_km"])[0])
    return account.language.measure(value, one["unit"], within=within)


def dissimilarity(account: Account) -> dict[str, str] | None:
    """Return how unlike the training it is, with the threshold; None where nothing was learned."""
    area = account.found.applicability
    if area is None or not len(account.rows):
        return None
    mean = float(np.nanmean(area.dissimilarity(account.found.scale(account.rows))))
    inside = float(area.inside(account.found.scale(account.rows)).mean())
    return {
        "mean": account.language.number(mean, 3),
        "threshold": account.language.number(area.threshold, 3),
        "inside": account.teller.percent(inside),
    }


def _strip(value: float, known: FloatArray, ground: FloatArray, scale: str) -> dict[str, Any]:
    """Return places along a strip, 0-100: the middle 80 % of the ground, the deposits, the target."""
    every = [
        np.log1p(values) if scale == "log" else values
        for values in (known[np.isfinite(known)], ground[np.isfinite(ground)], np.array([value]))
    ]
    if not len(every[1]):
        return {"ground": (0.0, 0.0), "known": [], "here": None}
    ends = [*np.quantile(every[1], [0.02, 0.98]), *every[0], *every[2]]
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    width = (high - low) or 1.0
    known_at, ground_at, here = ((values - low) / width * 100 for values in every)
    first, last = np.quantile(ground_at, [0.1, 0.9])
    return {
        "ground": (round(float(first), 1), round(float(last - first), 1)),
        "known": sorted({round(float(share), 1) for share in known_at}),
        "here": None if not np.isfinite(here[0]) else round(float(here[0]), 1),
    }


def _median(values: FloatArray) -> float:
    """Return the median of the known values; NaN where none is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
