"""Which notices of a run concern a deposit model: its dossiers show only these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prospector.errors import Notice
from prospector.evidence import roles_read
from prospector.pages.findings import ModelFindings

OF_EVERY_TARGET = (
    "deposits", "concessions", "protected", "indigenous", "urban", "water", "military", "border_zone",
    "towns", "ports", "roads", "power_lines", "wells", "relief", "administrative",
)  # fmt: skip
"""Roles that say something of every target, whatever its deposit model reads."""


def grave_notices(found: ModelFindings) -> list[Notice]:
    """Return the problems and cautions of a run that concern a deposit model, gravest first."""
    return [
        notice
        for notice in found.run.notices
        if notice.level != "note" and concerns(notice, found.figures["model"], _roles(found))
    ]


def _roles(found: ModelFindings) -> dict[str, str]:
    """Return the role of each layer of the run."""
    return {name: entry["role"] for name, entry in found.run.record["inputs"].items()}


def concerns(notice: Notice, model: Mapping[str, Any], roles: Mapping[str, str]) -> bool:
    """Return whether a notice is about a deposit model, its deposits, or a layer that it reads.

    Parameters
    ----------
    notice
        Of a check or a run.
    model
        The deposit model as run.json holds it.
    roles
        Role of each layer by its name.

    Examples
    --------
    >>> model = {
    ...     "deposit_model": {"name": "iocg"}, "labels": {"deposit_type": "iocg", "also_types": []},
    ...     "evidence": {"magnetics": {"kind": "surface", "parameters": {"role": "magnetics"}}},
    ...     "permissive": [],
    ... }
    >>> other = Notice("deposits-unverified", "caution", {"deposit_type": "porphyry_copper"}, 5)
    >>> concerns(other, model, {}), concerns(Notice("no-open-ground", "caution"), model, {})
    (False, True)
    """
    about = dict(notice.about)
    if "model" in about:
        return bool(about["model"] == model["deposit_model"]["name"])
    if "deposit_type" in about:
        labels = model["labels"]
        return about["deposit_type"] in (labels["deposit_type"], *labels["also_types"])
    role = about.get("role") or roles.get(about.get("layer", ""), "")
    return not role or role in (*OF_EVERY_TARGET, *_read_by(model))


def _read_by(model: Mapping[str, Any]) -> set[str]:
    """Return the roles that a deposit model reads."""
    entries = [*model["evidence"].values(), *model["permissive"]]
    read = (roles_read(entry["kind"], entry["parameters"]) for entry in entries)
    return {role for roles in read for role in roles}
