"""What work would change a ranking, and what is not known of the ground."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import geopandas as gpd

from prospector.errors import Reason
from prospector.layers.roles import ROLES
from prospector.runs.overview_values import Change, InKind, Kind
from prospector.validation.record import Figure, Skill

LEAST_SHARE = 0.05
"""Share of unknown ground below which asking the register would not change the answer."""


def in_kind_of(roles: Iterable[str]) -> InKind:
    """Return what a layer of some roles is: a survey where one is measured on a grid, else a map.

    Examples
    --------
    >>> in_kind_of(["magnetics"]), in_kind_of(["faults"])
    ('survey', 'map')
    """
    gridded = any(role in ROLES and ROLES[role].geometry == "raster" for role in roles)
    return "survey" if gridded else "map"


def roles_of(reason: object) -> list[str]:
    """Return the roles that a reason is about, at any depth."""
    if not isinstance(reason, Reason):
        return []
    about = dict(reason.about)
    own = [about["role"]] if isinstance(about.get("role"), str) else []
    return own + [role for value in about.values() for role in roles_of(value)]


def better_than_chance(auc: Figure) -> bool:
    """Return whether a figure lies above what rankings made by chance reach one time in twenty."""
    return auc.null_p95 is not None and auc.value > auc.null_p95


def ground_changes(first: gpd.GeoDataFrame) -> Iterator[Change]:
    """Give what is not known of the ground of the best areas, by its share of their area."""
    if first.empty:
        return
    weight = first["area_km2"] / first["area_km2"].sum()
    columns: dict[Kind, tuple[str, InKind]] = {
        "tenure": ("unknown_share", "register"),
        "protection": ("protection_unknown_share", "map"),
    }
    for kind, (column, in_kind) in columns.items():
        share = float((first[column] * weight).sum())
        if share >= LEAST_SHARE:
            yield Change(kind, in_kind, 100 * share)


def deposit_changes(skill: Skill) -> Iterator[Change]:
    """Give what a ranking that is not demonstrated needs: more known deposits, or other criteria."""
    if skill.demonstrated or skill.follows:
        return
    if skill.stated is not None and skill.stated.auc is not None:
        if not better_than_chance(skill.stated.auc):
            yield Change("criteria", "survey", None, (), {"deposits": skill.stated.n_tested})
        return
    about: dict[str, float] = {"deposits": skill.n_deposits}
    untested = skill.untested or (skill.stated.untested if skill.stated else None)
    least = dict(untested.about).get("least") if untested is not None else None
    if isinstance(least, int | float) and least > skill.n_deposits:
        about["needed"] = least - skill.n_deposits
    yield Change("deposits", "register", None, (), about)
