"""Inputs grown by hypothesis: region files from the shapes of their tables, registers from odd parts.

Most of what is grown is nearly sound, so that it comes past the first fault.
"""

import random
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from prospector.evidence import known_kinds
from prospector.region.deposit_model import DepositModel
from prospector.region.region_tables import LayerEntry, RegionEntry
from prospector.region.shipped_models import load_deposit_model

WORDS = (
    "faults", "geology", "relief", "deposits", "concessions", "protected", "name", "class", "kind", "mine",
    "held", "gone", "vacant", "porphyry_copper", "iocg", "cell", "logistic", "fuzzy", "index", "EPSG:32719",
    "faults.geojson", "relief.tif", "whole.geojson", "2026-01-31", "chile", "argentina", "m", "km",
)  # fmt: skip
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(max_size=20),
    st.lists(st.integers(), max_size=3), st.dates(),
)  # fmt: skip
NEAR = st.one_of(st.text(max_size=10), st.sampled_from(WORDS))


def drawn(strategy, number):
    """Return what a strategy gives for a number: the same each time."""
    kept = []

    @seed(number)
    @settings(
        max_examples=4, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def keep(value):
        kept.append(value)

    keep()
    return random.Random(number).choice(kept)


# region files ----------------------------------------------------------------------------------


def value_of(annotation, examples=()):
    """Return a strategy for what an annotation asks: its examples, others of its kind, a few odd ones."""
    sound = [st.sampled_from(list(examples))] if examples else []
    return st.one_of(*sound, *sound, of_kind(annotation), ODD)


def of_kind(annotation):
    origin, arms = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return of_kind(arms[0])
    if origin in (Union, UnionType):
        return st.one_of(*(of_kind(arm) for arm in arms))
    if origin is Literal:
        return st.sampled_from(arms)
    if origin in (list, tuple):
        return st.lists(of_kind(arms[0]), max_size=4)
    if origin is dict:
        return st.dictionaries(NEAR, of_kind(arms[1]), max_size=3)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return table_of(annotation)
    simple = {
        bool: st.booleans(), int: st.integers(-5, 100_000), float: st.floats(-10, 100_000),
        str: NEAR, type(None): st.none(), Any: ODD,
    }  # fmt: skip
    return simple.get(annotation, NEAR)


def table_of(shape):
    """Return a strategy for a table: every key that it needs, others now and then, rarely a strange one."""
    needed, others = {}, {}
    for name, info in shape.model_fields.items():
        place = needed if info.is_required() else others
        place[info.alias or name] = value_of(info.annotation, info.examples or ())
    strange = st.one_of(st.just({}), st.dictionaries(st.text(max_size=8), ODD, max_size=1))
    table = st.fixed_dictionaries(needed, optional=others)
    return st.builds(lambda keys, more: {**keys, **more}, table, strange)


def layer():
    """Return a strategy for a layer of the planted region, with keys of any kind."""
    role, file = st.sampled_from(("faults", "geology", "relief", "concessions", "protected", "towns")), (
        st.sampled_from(("faults.geojson", "geology.geojson", "relief.tif", "concessions.geojson"))
    )  # fmt: skip
    return st.builds(
        lambda keys, r, f: {**keys, "role": r, "file": f}, table_of(LayerEntry), role, file
    )


def region(tables):
    """Return a strategy for the tables of a region file, of a sound one: one to three keys grown anew."""
    return st.one_of(
        st.builds(lambda new: {**tables, "region": {**tables["region"], **new}}, some(RegionEntry)),
        st.builds(lambda new: {**tables, "layers": {**tables["layers"], "grown": new}}, layer()),
        st.builds(
            lambda name, new: with_layer(tables, name, new),
            st.sampled_from(sorted(tables["layers"])), some(LayerEntry),
        ),
        st.builds(lambda new: {**tables, "override": {"porphyry_copper": new}}, override()),
        st.builds(lambda new: {**tables, "override": {"porphyry_copper": new}}, evidence(tables)),
    )  # fmt: skip


def with_layer(tables, name, new):
    return {**tables, "layers": {**tables["layers"], name: {**tables["layers"][name], **new}}}


def some(shape):
    """Return a strategy for one to three keys of a table."""
    every = {
        info.alias or name: value_of(info.annotation, info.examples or ())
        for name, info in shape.model_fields.items()
    }
    keys = st.lists(st.sampled_from(sorted(every)), min_size=1, max_size=3, unique=True)
    return keys.flatmap(lambda names: st.fixed_dictionaries({name: every[name] for name in names}))


def override():
    """Return a strategy for an override: a few keys of a table of a deposit model, grown."""
    sound = load_deposit_model("porphyry_copper").model_dump(mode="json", exclude_none=True)
    tables = {
        name: some(info.annotation)
        for name, info in DepositModel.model_fields.items()
        if name in sound and isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel)
    }  # fmt: skip
    return st.sampled_from(sorted(tables)).flatmap(
        lambda name: tables[name].map(lambda keys: {name: keys})
    )


def evidence(tables):
    """Return a strategy for an evidence of any kind on any role of the planted region."""
    planted = tables["override"]["porphyry_copper"]["evidence"]["fault"]
    rest = {key: value for key, value in planted.items() if key not in ("kind", "role")}
    kinds = sorted(known_kinds().items())

    def of(chosen):
        name, kind = chosen
        return table_of(kind.parameters).map(
            lambda keys: {"evidence": {"fault": {**keys, **rest, "kind": name}}}
        )

    return st.sampled_from(kinds).flatmap(of)


# registers -------------------------------------------------------------------------------------

DATES = st.one_of(
    st.dates().map(str), st.datetimes().map(str), st.integers(-(10**8), 10**9), st.text(max_size=12),
    st.sampled_from(("31/02/2024", "2024-13-01", "20240101", "1/1/24", "s/d", "0000-00-00")),
)  # fmt: skip
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), DATES,
    st.lists(st.text(max_size=4), max_size=2),
    st.sampled_from(("MINERA UNO S.A.", "Eva Soto", "11.222.333-4", "mine", "held", "Explotación", "")),
)  # fmt: skip
COLUMNS = st.one_of(
    st.sampled_from(
        ("file_number", "kind", "state", "holder", "name", "expires", "date", "concession_id", "ROL_NAC",
         "TITULAR", "tenure_class", "area_ha", "fid", "geom", "geometry", "NAME", "id", "RUT", "estado")
    ),
    st.text(max_size=12),
)  # fmt: skip
COORDINATE = st.tuples(
    st.floats(-70.5, -67.5) | st.floats(allow_nan=False),
    st.floats(-25.5, -23.0) | st.floats(allow_nan=False),
)
NEARBY = st.tuples(st.floats(-69.8, -68.2), st.floats(-25.1, -23.7))


def ring(place):
    """Return a strategy for a ring, mostly closed."""
    line = st.lists(place, max_size=6)
    return st.one_of(line.map(lambda points: [*points, *points[:1]]), line)


GEOMETRY = st.one_of(
    st.none(),
    *(
        st.builds(
            lambda kind, rings: {"type": kind, "coordinates": rings if kind == "Polygon" else [rings]},
            st.sampled_from(("Polygon", "MultiPolygon")), st.lists(ring(place), max_size=3),
        )
        for place in (NEARBY, NEARBY, COORDINATE)
    ),
    st.builds(lambda place: {"type": "Point", "coordinates": place}, NEARBY),
    st.builds(lambda line: {"type": "LineString", "coordinates": line}, st.lists(NEARBY, max_size=4)),
)  # fmt: skip


def register():
    """Return a strategy for a register as GeoJSON: odd values, odd columns, any outline."""
    sound = st.fixed_dictionaries(
        {
            "file_number": CELLS, "kind": st.just("mine") | CELLS,
            "state": st.sampled_from(("held", "gone")) | CELLS,
        },
        optional={"holder": CELLS, "name": CELLS, "expires": DATES, "date": DATES, "concession_id": CELLS},
    )  # fmt: skip
    columns = st.builds(
        lambda one, more: {**one, **more}, sound, st.dictionaries(COLUMNS, CELLS, max_size=2)
    )
    feature = st.builds(
        lambda keys, shape: {"type": "Feature", "properties": keys, "geometry": shape}, columns, GEOMETRY
    )  # fmt: skip
    return st.lists(feature, max_size=8).map(
        lambda features: {"type": "FeatureCollection", "features": features}
    )
