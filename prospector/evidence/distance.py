"""Distances: to features, to the crossings of two fault sets, to the contact of named classes."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field

from prospector.errors import ModelError, Reason
from prospector.evidence.burn import inside
from prospector.evidence.burned import grid_distance
from prospector.evidence.features import ChoosingParameters, Features, choose, strike_range
from prospector.evidence.kind import FEATURES, Kind, register_kind
from prospector.evidence.segments import Segments
from prospector.evidence.tiles import cell_distance
from prospector.evidence.where import Where
from prospector.grid import BoolArray, FloatArray, Grid, Units
from prospector.layers import Layers
from prospector.layers.exactness import Exactness
from prospector.layers.remembered import remembered
from prospector.layers.shapes import Shapes
from prospector.region.quantities import EARTH_M, Metres

Strike = Annotated[
    list[Annotated[float, Field(ge=-360, le=360)]], Field(min_length=2, max_length=2)
]

NEAR_CELLS = 20

WIDENED_CELLS = 60_000.0
"""What widening a piece for a distance between cells costs, in cells."""


class _Ladder(ChoosingParameters):
    """How exact a distance is: the ladder of `accuracy`.

    Parameters
    ----------
    at_most_m
        Larger distances count as this distance.
    measured
        true: to the geometry; near: to the geometry within twenty cells, else between cells; grid:
        between cells.
    """

    at_most_m: Metres | None = Field(default=None, examples=[50000])
    measured: Literal["true", "near", "grid"] = Field(default="true", examples=["near"])

    def accuracy(self) -> Reason:
        """Return the rung of the ladder in words."""
        return {
            "true": Reason("true-distance"),
            "near": Reason("true-distance-when-near", cells=NEAR_CELLS),
            "grid": Reason("distance-to-cells"),
        }[self.measured]

    def reaches(self) -> dict[str, float | None]:
        """Return the distance beyond which all ground is alike."""
        return {"at_most_m": self.at_most_m}

    def cells_beside(self) -> float:
        """Return what a piece costs: on cells, most of it is the ground around that features lie in."""
        return super().cells_beside() if self.measured == "true" else WIDENED_CELLS


class DistanceParameters(_Ladder):
    """Distance to the nearest feature of a role, chosen by attribute with `where`, by `strike_deg`.

    Parameters
    ----------
    where
        Only features with such values: by column, a list of values, or a range.
    strike_deg
        Only lines that strike between the two, in degrees from north, clockwise from the first.
    """

    where: Where = Field(default_factory=dict, examples=[{"fault_system": ["Domeyko"]}])
    strike_deg: Strike | None = Field(default=None, examples=[[320, 350]])

    def wheres(self) -> tuple[Where, ...]:
        """Return the table that chooses features."""
        return (self.where,)


class FaultSet(BaseModel):
    """Which lines make up one set, by attribute and strike.

    Parameters
    ----------
    where
        Only lines with such values: by column, a list of values, or a range.
    strike_deg
        Only lines that strike between the two, in degrees from north, clockwise from the first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    where: Where = Field(default_factory=dict, examples=[{"fault_system": ["Domeyko"]}])
    strike_deg: Strike | None = Field(default=None, examples=[[320, 350]])


class CrossingParameters(_Ladder):
    """Distance to the nearest crossing of two sets of lines of a role.

    Parameters
    ----------
    first, second
        Which lines are one set, and which the other.
    """

    first: FaultSet = Field(examples=[{"strike_deg": [320, 350]}])
    second: FaultSet = Field(examples=[{"strike_deg": [20, 50]}])

    def wheres(self) -> tuple[Where, ...]:
        """Return the tables that choose features."""
        return (self.first.where, self.second.where)


class ContactParameters(_Ladder):
    """Distance to the contact of polygons chosen by `where` with those chosen by `against`.

    Without `against` it is their whole outline. With `hole_m` the distance is to the ring that
    begins so far outside the contact, and inside the polygons the distance to it is added.

    Parameters
    ----------
    where
        The polygons: by column, a list of values, or a range.
    against
        Those on the other side of the contact, in the same way; any where it is left out.
    within_m
        Polygons closer than this are in contact.
    hole_m
        The distance is to a ring that begins this far outside the contact.
    """

    where: Where = Field(examples=[{"class": ["granite"], "age_ma": {"above": 300}}])
    against: Where = Field(default_factory=dict, examples=[{"class": ["limestone"]}])
    within_m: Metres = Field(default=100.0, examples=[100])
    hole_m: Annotated[float, Field(ge=0, le=EARTH_M)] | None = Field(default=None, examples=[500])

    def wheres(self) -> tuple[Where, ...]:
        """Return the tables that choose features."""
        return (self.where, self.against)


def distance(layers: Layers, units: Units, *, parameters: DistanceParameters) -> FloatArray:
    """Return the distance in km from each unit to the nearest feature. Shape (n,).

    Features beyond the region's edge count. A polygon unit has distance 0 to what it touches, and
    a unit inside a polygon of the role has distance 0. What lies nearer to a feature than that may
    lie off is not resolved and counts as that far.
    """
    features = _chosen(layers, parameters)
    metres = np.stack([_resolved(group, units, parameters) for group in features.alike])
    return _kilometres(metres.min(axis=0), parameters)


def _resolved(features: Features, units: Units, parameters: DistanceParameters) -> FloatArray:
    """Return the distance in metres to the nearest of features that are equally exact."""
    if units.grid is None:
        whole = features.dimension == 2
        metres = (
            _to_polygons(features, units)
            if whole
            else features.segments.distance_of_shapes_m(units.shapes())
        )
    else:
        metres = _on_grid(features.segments, units.grid, units.wanted, parameters)
        if features.dimension == 2:
            metres[inside(features, units.grid).ravel()] = 0.0
    return np.maximum(metres, features.tolerance_m)


def drawn(layers: Layers, units: Units, *, parameters: DistanceParameters) -> BoolArray:
    """Return whether the feature that gives each distance was drawn from descriptions. Shape (n,)."""
    groups = _chosen(layers, parameters).alike
    metres = np.stack([_resolved(group, units, parameters) for group in groups])
    schematic = np.array([bool(group.exactness.schematic.any()) for group in groups])
    return np.asarray(schematic[metres.argmin(axis=0)])


def _chosen(layers: Layers, parameters: DistanceParameters) -> Features:
    strike = strike_range(parameters.strike_deg)
    return choose(layers, parameters.role, parameters.where, strike_deg=strike)


def crossing(layers: Layers, units: Units, *, parameters: CrossingParameters) -> FloatArray:
    """Return the distance in km to the nearest crossing of two sets of lines. Shape (n,)."""
    sets = [
        choose(
            layers,
            parameters.role,
            chosen_set.where,
            strike_deg=strike_range(chosen_set.strike_deg),
        )
        for chosen_set in (parameters.first, parameters.second)
    ]
    points = _crossings(*sets)
    metres = _nearest(points, units, parameters)
    off_m = max(lines.tolerance_m for lines in sets)
    return _kilometres(np.maximum(metres, off_m), parameters)


@remembered(16)
def _crossings(first: Features, second: Features) -> Segments:
    """Return the places where segments of two sets meet, each once, as segments of no length."""
    pieces = [] if first is second else first.segments.by_ground()
    met = [_meetings(piece, second.segments.meeting(piece.bounds)) for piece in pieces]
    points = np.concatenate([np.empty((0, 2)), *met])
    if not len(points):
        raise ModelError(
            "kind 'crossing': the two sets of lines do not cross. Choose other lines with where or "
            "strike_deg.",
            Reason("no-crossing"),
        )
    at = np.unique(points, axis=0)
    return Segments(np.stack([at, at], axis=1))


def _meetings(some: Segments, others: Segments) -> FloatArray:
    """Return easting and northing of the points at which segments meet others, shape (n, 2)."""
    lines = [np.asarray(shapely.linestrings(side.ends), dtype=object) for side in (some, others)]
    first, second = shapely.STRtree(lines[1]).query(lines[0], predicate="intersects")
    met = shapely.get_parts(shapely.intersection(lines[0][first], lines[1][second]))
    return shapely.get_coordinates(met[shapely.get_dimensions(met) == 0])


def contact(layers: Layers, units: Units, *, parameters: ContactParameters) -> FloatArray:
    """Return the distance in km to a contact, or to the ring that begins outside it. Shape (n,)."""
    body = _body(layers, parameters)
    against = choose(layers, parameters.role, parameters.against) if parameters.against else None
    segments = _contact(body, against, parameters.within_m)
    metres = _nearest(segments, units, parameters)
    if parameters.hole_m is not None:
        within = _inside(body, units)
        ring = np.abs(metres - parameters.hole_m)
        metres = np.where(within, metres + parameters.hole_m, ring)
    return _kilometres(np.maximum(metres, body.tolerance_m), parameters)


def _body(layers: Layers, parameters: ContactParameters) -> Features:
    return choose(layers, parameters.role, parameters.where)


@remembered(16)
def _contact(body: Features, against: Features | None, within_m: float) -> Segments:
    """Return the outline of a body, that part of it which runs along other polygons."""
    outline = shapely.boundary(shapely.union_all(body.parts))
    if against is not None:
        near = shapely.union_all(shapely.buffer(against.parts, within_m))
        outline = shapely.intersection(outline, near)
    if shapely.is_empty(outline):
        raise ModelError(
            "kind 'contact': the chosen polygons share no contact. Choose other polygons with "
            "where.",
            Reason("no-contact"),
        )
    return Features(Shapes.held(np.array([outline])), Exactness.alike(1)).segments


def _nearest(segments: Segments, units: Units, parameters: _Ladder) -> FloatArray:
    if units.grid is None:
        return segments.distance_of_shapes_m(units.shapes())
    return _on_grid(segments, units.grid, units.wanted, parameters)


def _inside(body: Features, units: Units) -> BoolArray:
    if units.grid is not None:
        return inside(body, units.grid).ravel()
    places = units.points()
    pieces = shapely.STRtree(body.covering.pieces(places))
    return np.isin(np.arange(len(units)), pieces.query(places, predicate="intersects")[0])


def _to_polygons(features: Features, units: Units) -> FloatArray:
    """Return the distance in metres from each outline to the nearest polygon."""
    (index, _), metres = features.polygon_tree.query_nearest(
        units.shapes(), return_distance=True, all_matches=False
    )
    result = np.full(len(units), np.inf)
    result[index] = metres
    return result


def _on_grid(
    segments: Segments, grid: Grid, wanted: BoolArray | None, parameters: _Ladder
) -> FloatArray:
    """Return the distance in metres from each cell's centre, by the rung that was asked for."""
    at_most_m = parameters.at_most_m or np.inf
    if parameters.measured == "true":
        return cell_distance(segments, grid, at_most_m=at_most_m, wanted=wanted).ravel()
    metres = grid_distance(segments, grid, at_most_m=at_most_m)
    if parameters.measured == "near":
        near_m = NEAR_CELLS * grid.cell_size_m
        nearest_m = min(near_m, at_most_m)
        true = cell_distance(segments, grid, at_most_m=nearest_m, wanted=wanted)
        metres = np.where(np.isfinite(true), true, np.maximum(metres, near_m))
    return metres.ravel()


def _kilometres(metres: FloatArray, parameters: _Ladder) -> FloatArray:
    """Return km, no more than the cap; NaN where there is nothing to measure to."""
    capped = metres if parameters.at_most_m is None else np.minimum(metres, parameters.at_most_m)
    return np.where(np.isfinite(capped), capped, np.nan) / 1000


register_kind(
    "distance",
    Kind(
        DistanceParameters,
        distance,
        "km",
        check=_chosen,
        measures_distance=True,
        drawn=drawn,
        geometries=FEATURES,
    ),
)
register_kind(
    "crossing",
    Kind(CrossingParameters, crossing, "km", measures_distance=True, geometries=("line",)),
)
register_kind(
    "contact",
    Kind(
        ContactParameters,
        contact,
        "km",
        check=_body,
        measures_distance=True,
        geometries=("polygon",),
    ),
)
