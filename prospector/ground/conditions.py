"""Permissive ground: the conditions that a model states and the region can judge, and excluded ground."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely

from prospector.errors import Notice, reason_for
from prospector.evidence import evidence_roles, known_kinds, readable_layers
from prospector.evidence.classes import choice_notices
from prospector.evidence.entries import at_entry, entry_parameters, from_other_deposits
from prospector.evidence.limits import Limits
from prospector.evidence.named_layers import lacking_layer
from prospector.evidence.polygons import ShareParameters
from prospector.grid import BoolArray
from prospector.ground.context import refuse_context
from prospector.layers import EXCLUDED, EXCLUSION_ROLES, Layers
from prospector.region.deposit_model import DepositModel

MOST_EXCLUDED = 0.5
"""A unit of which a greater share is excluded is not scored."""


def limits_of(model: DepositModel, table: str, number: int, layers: Layers) -> Limits:
    """Return a condition of a model, by its table, ``"applies"`` or ``"permissive"``, and its place there.

    Raises
    ------
    ModelError
        It has a wrong key, or names features that the layer has not.
    """
    entry = model.applies[number] if table == "applies" else model.permissive[number]
    parameters = entry_parameters(model, table, number)
    kind, readable = known_kinds()[entry.kind], readable_layers(entry.kind, layers, parameters)
    with at_entry(model, table, number):
        if kind.check is not None:
            kind.check(readable, parameters)
        low = -np.inf if entry.at_least is None else parameters.transformed(entry.at_least)
        high = np.inf if entry.at_most is None else parameters.transformed(entry.at_most)
    return Limits(entry.kind, parameters, low, high, or_unknown=table == "applies")


def conditions_of(model: DepositModel, layers: Layers) -> tuple[list[Limits], list[Notice]]:
    """Return the conditions of permissive ground, and a notice for each that cannot be applied.

    One whose layer the region lacks is not applied. Conditions of the region come first: ground of which
    it is not known whether it meets them is kept. Ground that the region excludes follows what the model
    states.

    Raises
    ------
    ModelError
        A condition reads places where people have worked, has a wrong key, or names features that the
        layer has not.
    """
    conditions, notices = _of_region(model, layers), []
    for number, entry in enumerate(model.permissive):
        parameters = entry_parameters(model, "permissive", number)
        place, roles = model.place("permissive", number), evidence_roles(entry.kind, parameters)
        refuse_context(place, entry.reason, roles, what="condition")
        lacking = lacking_layer(entry.kind, layers, parameters)
        if lacking is not None:
            about = {"model": model.name, "condition": number, "label": entry.reason}
            why = reason_for(lacking)
            notices.append(Notice("condition-not-applied", "caution", {**about, "reason": why}))
            continue
        readable = readable_layers(entry.kind, layers, parameters)
        conditions.append(limits_of(model, "permissive", number, layers))
        notices += from_other_deposits(parameters, model.name, entry.reason)
        notices += choice_notices(
            readable, parameters, {"model": model.name, "label": entry.reason}
        )
    for role, _ in _barred(layers):
        parameters = ShareParameters(role=role, where={EXCLUDED: ["yes"]})
        conditions.append(Limits("share", parameters, -np.inf, MOST_EXCLUDED, or_unknown=True))
    return conditions, notices


def _of_region(model: DepositModel, layers: Layers) -> list[Limits]:
    """Return the conditions of a region that it has the layers for, as conditions of its ground."""
    asked = [(number, entry.kind) for number, entry in enumerate(model.applies)]
    return [
        limits_of(model, "applies", number, layers)
        for number, kind in asked
        if lacking_layer(kind, layers, entry_parameters(model, "applies", number)) is None
    ]


def excluded(places: gpd.GeoSeries, layers: Layers) -> BoolArray:
    """Return which points lie on ground that the region excludes, shape (n,)."""
    found = np.zeros(len(places), dtype=bool)
    for _, ground in _barred(layers):
        found |= np.asarray(places.intersects(shapely.union_all(ground.to_numpy())))
    return found


def _barred(layers: Layers) -> Iterator[tuple[str, gpd.GeoSeries]]:
    """Give each role with ground that the region excludes, and that ground."""
    for role in EXCLUSION_ROLES:
        layer = layers.vector(role)
        if layer is not None and EXCLUDED in layer.features.columns:
            ground = layer.features.geometry[layer.features[EXCLUDED] == "yes"]
            if len(ground):
                yield role, ground
