"""What desk or field work would change the answer: from what is weak, schematic, missing or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from prospector.numerals import fixed
from prospector.pages.chapter import Teller
from prospector.runs.overview import LEAST_FALL
from prospector.targets.contributions import LEAST

if TYPE_CHECKING:
    from prospector.pages.account import Account

UNKNOWN_SHARE = 0.05
FAR_KM = 20.0
UNSTEADY_PERCENTILES = 2.0

Work = tuple[str, dict[str, Any]]
"""A kind of work, by name, and what the sentence about it needs."""


def work_for_model(teller: Teller) -> list[Work]:
    """Return the work that would change the answer for a deposit model as a whole."""
    found, told = teller.found, teller.language.told
    work: list[Work] = []
    for entry in found.evidence:
        label, resolution = told(entry["label"]), _resolution(teller, entry)
        if entry["schematic"]:
            work.append(("schematic", {"evidence": label, "km": _off_km(entry)}))
        elif resolution:
            work.append(("finer", {"evidence": label, "resolution": resolution}))
    work += _of_gaps(teller)
    unknown = teller.ground_shares["unknown"]
    if unknown > 0:
        work.append(("tenure of all", {"share": teller.percent(unknown)}))
    return work


def work_for(account: Account) -> list[Work]:
    """Return the work that would change the answer for a target, the largest effect first.

    The effect is in percentiles of the target, or per cent of its ground; what has none measured comes last.
    """
    work = [*_of_evidence(account), *_of_ground(account), *_of_place(account)]
    ordered = sorted(work, key=lambda item: -item[1].get("effect", 0.0))
    return [*ordered, *_of_gaps(account.teller)]


def _of_evidence(account: Account) -> list[Work]:
    """Return work on the evidence that carries the score: schematic, coarse, or against it."""
    found, parts = account.found, np.nan_to_num(account.parts)
    here, without = account.row["percentile"], np.nan_to_num(account.without, nan=100.0)
    drawn = [i for i in range(len(found.evidence)) if account.schematic[i] and parts[i] >= LEAST]
    work: list[Work] = [
        ("schematic", {**_told(account, i), "km": _off_km(found.evidence[i])}) for i in drawn
    ]
    measured = [i for i in range(len(found.evidence)) if not account.schematic[i]]
    deciding = min(measured, key=lambda i: without[i], default=None)
    if deciding is not None and without[deciding] <= here - LEAST_FALL:
        resolution = _resolution(account.teller, found.evidence[deciding])
        work.append(("coarse", {**_told(account, deciding), "resolution": resolution}))
    against = min(measured, key=lambda i: parts[i], default=None)
    if against is not None and parts[against] <= -LEAST:
        work.append(("against", _told(account, against)))
    return work


def _told(account: Account, column: int) -> dict[str, Any]:
    """Return an evidence's name, and where the target would stand at a median value of it."""
    label = account.language.told(account.found.evidence[column]["label"])
    fall = float(account.row["percentile"]) - account.without[column]
    if not np.isfinite(fall):
        return {"evidence": label}
    return {
        "evidence": label,
        "without": account.language.percentile(account.without[column]),
        "falls": fall >= 0,
        "change": account.language.number(abs(fall), 1),
        "effect": abs(fall),
    }


def _of_gaps(teller: Teller) -> list[Work]:
    """Return the evidence that the deposit model asks for and the region lacks."""
    labels = [teller.language.told(label) for label, _ in teller.lacking()]
    return [("lacking", {"evidence": ", ".join(labels)})] if labels else []


def _of_ground(account: Account) -> list[Work]:
    """Return what to ask about tenure and protection."""
    row, percent = account.row, account.teller.percent
    work: list[Work] = []
    if row["unknown_share"] >= UNKNOWN_SHARE:
        values = {"share": percent(row["unknown_share"]), "kinds": _missing_kinds(account.teller)}
        work.append(("tenure", {**values, "effect": 100 * row["unknown_share"]}))
    if row["applied_for_share"] >= UNKNOWN_SHARE:
        share = row["applied_for_share"]
        work.append(("applications", {"share": percent(share), "effect": 100 * share}))
    if row["protection_unknown_share"] >= UNKNOWN_SHARE:
        share = row["protection_unknown_share"]
        work.append(("protection", {"share": percent(share), "effect": 100 * share}))
    return work


def _of_place(account: Account) -> list[Work]:
    """Return what its place in the ranking and the deposits around call for."""
    row = account.row
    work: list[Work] = []
    if row["percentile_spread"] >= UNSTEADY_PERCENTILES:
        spread = account.language.number(row["percentile_spread"], 1)
        work.append(("unsteady", {"spread": spread, "effect": float(row["percentile_spread"])}))
    if row["known_deposits"]:
        work.append(("known", {"names": account.language.names(row["known_names"])}))
    elif row["nearest_deposit_km"] >= FAR_KM:
        work.append(("far", {"km": fixed(row["nearest_deposit_km"], 0)}))
    return work


def _off_km(entry: dict[str, Any]) -> str:
    """Return how far what an evidence has from descriptions may lie off; nothing where not stated."""
    return f"{entry['schematic_m'] / 1000:g}" if entry["schematic_m"] else ""


def _resolution(teller: Teller, entry: dict[str, Any]) -> str:
    """Return the effective resolution of an evidence; nothing where it is not stated."""
    metres = entry["resolution_m"]
    return "" if metres is None else teller.language.length(metres)


def _missing_kinds(teller: Teller) -> str:
    """Return the kinds of title that the registers leave out."""
    layers = teller.found.run.record["inputs"].values()
    registers = [layer for layer in layers if layer["role"] == "concessions"]
    kinds = dict.fromkeys(kind for register in registers for kind in register["missing_kinds"])
    return ", ".join(teller.language.told(kind) for kind in kinds)
