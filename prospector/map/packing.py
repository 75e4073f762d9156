"""The payload as bytes: a JSON head, and geometry as whole numbers beside it.

Coordinates are counted in steps of `QUANTUM_DEGREES`, each as its difference to the one before it,
all longitudes first, then all latitudes. The lowest eight bits of the differences stand together, and
what is above them after those, as varints (seven bits a byte): so they compress best. What is
compressed is written in 91 letters, 13 bits in two of them, which takes 8 % less than base64. What a
target's outline has in common with a feature of a layer is written once; ranks and places in a layer
are differences, too. The page's script
(page/packed.js) reads the same.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import pairwise
from operator import attrgetter
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from prospector.map.payload_schema import (
    Feature,
    LayerPayload,
    MapPayload,
    ModelPayload,
    TargetPayload,
)

QUANTUM_DEGREES = 2e-5
"""Steps of coordinates on the map: 2.2 m of latitude, a pixel where the map is closest."""

LETTERS = "".join(chr(code) for code in range(35, 127) if chr(code) not in "<").encode()
"""The 91 letters that packed bytes are written in: none that could end the element or start another."""

AT_ONCE = 13 << 15
"""Bytes that are turned into letters at once: of whole groups of 13 bits, each held in a byte or two."""

ROWS_AT_ONCE = 2_000
"""Elements of a list that are turned into JSON at once."""

GZIP = 16 + zlib.MAX_WBITS
"""How zlib is asked to write gzip; its head then has no date."""

SHAPES_AT_ONCE = 5_000
NUMBERS_AT_ONCE = 200_000
"""Outlines, and numbers of them, that are packed at once: as arrays they take many times as much."""

Integers = NDArray[np.int64]
Steps = NDArray[np.int32]
Objects = NDArray[np.object_]

_APART = {"models": {"__all__": {"targets"}}, "layers": {"__all__": {"features"}}}
"""What is written by itself: there may be a hundred thousand of them."""

_NESTED = ("centre", "tenure", "protection", "values", "parts", "carried", "geometry")


def packed(payload: MapPayload) -> bytes:
    """Return a payload as bytes: gzip of the head's length (4 bytes, low first), head and geometry."""
    geometry = bytearray()
    head = payload.model_dump(exclude=_APART)
    for layer, written in zip(payload.layers, head["layers"], strict=True):
        written["features"] = _feature_columns(layer.features)
        written["outlines"] = _append(geometry, [feature.geometry for feature in layer.features])
    for model, written in zip(payload.models, head["models"], strict=True):
        written["targets"] = _columns(model)
        written["outlines"] = _append_targets(geometry, model, payload.layers)
        outside = [] if model.outside is None else [model.outside]
        written["outside"] = _append(geometry, outside)
    pieces = list(_json(head))
    size = sum(map(len, pieces))
    packer = zlib.compressobj(9, wbits=GZIP)
    whole = (size.to_bytes(4, "little"), *pieces, bytes(geometry))
    found = [packer.compress(part) for part in whole]
    return b"".join([*found, packer.flush()])


def _json(value: object) -> Iterator[bytes]:
    """Give JSON in pieces: at once, each number of it would be a text of its own meanwhile."""
    mark = b"{" if isinstance(value, dict) else b"["
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield mark + _text(name) + b":"
            yield from _json(part)
            mark = b","
        yield b"}"
    elif isinstance(value, list) and len(value) > ROWS_AT_ONCE:
        for rows in _slices(value, ROWS_AT_ONCE):
            yield mark + _text(rows)[1:-1]
            mark = b","
        yield b"]"
    elif isinstance(value, list) and value:
        for part in value:
            yield mark
            yield from _json(part)
            mark = b","
        yield b"]"
    else:
        yield _text(value)


def _text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def in_letters(data: bytes) -> str:
    """Return bytes as text: each 13 bits, first bits first, as two letters; the last are filled with zeros.

    Examples
    --------
    Thirteen bits of one are 8191, which is 90 times 91 and 1:

    >>> in_letters(bytes([255, 248])) == chr(LETTERS[90]) + chr(LETTERS[1]) + "##"
    True
    """
    return "".join(map(_letters, _slices(data, AT_ONCE)))


def _letters(data: bytes) -> str:
    bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8))
    groups = np.pad(bits, (0, -len(bits) % 13)).reshape(-1, 13).astype(np.uint16)
    numbers = groups @ (1 << np.arange(12, -1, -1)).astype(np.uint16)
    letters = np.frombuffer(LETTERS, dtype=np.uint8)
    return np.column_stack([letters[numbers // 91], letters[numbers % 91]]).tobytes().decode()


def _columns(model: ModelPayload) -> dict[str, list[Any]]:
    """Return the targets as one list for each column."""
    targets = model.targets
    plain = [one.name for one in fields(TargetPayload) if one.name not in _NESTED]
    columns = {name: _column(targets, name) for name in plain}
    columns["rank"] = _changes(columns["rank"])
    columns["longitude"] = [target.centre[0] for target in targets]
    columns["latitude"] = [target.centre[1] for target in targets]
    for nested in ("tenure", "protection"):
        shares = _column(targets, nested)
        names = [one.name for one in fields(shares[0])] if shares else []
        columns |= {f"{name}_share": _column(shares, name) for name in names}
    for nested in ("values", "parts", "carried"):
        rows = _column(targets, nested)
        columns[nested] = [list(column) for column in zip(*rows, strict=True)]
    return columns


def _changes(numbers: Sequence[int]) -> list[int]:
    """Return each number as its difference to the one before, the first to nought: in order they are alike.

    Examples
    --------
    >>> _changes([1, 2, 3, -1])
    [1, 1, 1, -4]
    """
    return [one - before for before, one in pairwise([0, *numbers])]


def _feature_columns(features: Sequence[Feature]) -> dict[str, list[Any]]:
    """Return names, and what is recorded as one list for each label: features with the same labels together.

    `labels` has the labels of each such set, `columns` their lists, and `sets` the set of each feature.
    """
    labels = [tuple(label for label, _ in one.rows) for one in features]
    together: dict[tuple[str, ...], list[Feature]] = {}
    for feature, own in zip(features, labels, strict=True):
        together.setdefault(own, []).append(feature)
    numbers = {own: number for number, own in enumerate(together)}
    return {
        "name": [one.name for one in features],
        "sets": [numbers[own] for own in labels],
        "labels": [list(own) for own in together],
        "columns": [
            [[one.rows[place][1] for one in alike] for place in range(len(own))]
            for own, alike in together.items()
        ],
    }


def _column(rows: Sequence[Any], name: str) -> list[Any]:
    return list(map(attrgetter(name), rows))


def _append_targets(
    geometry: bytearray, model: ModelPayload, layers: Sequence[LayerPayload]
) -> dict[str, Any]:
    """Add those outlines of targets that no layer has; the others say the layer and their place in it."""
    outlines = np.array([target.geometry for target in model.targets], dtype=object)
    wanted = shapely.to_wkb(outlines).tolist() if len(outlines) else []
    best, of_layer = 0, None
    for number, layer in enumerate(layers):
        places = _places_in(layer, wanted)
        found = int((places >= 0).sum())
        if found > best:
            best, of_layer = found, (number, places)
    if of_layer is None or 2 * best < len(outlines):
        return _append(geometry, outlines.tolist())
    number, places = of_layer
    own = outlines[places < 0]
    shared = {"number": number, "places": _changes(places.tolist())}
    return _append(geometry, own.tolist()) | {"of_layer": shared}


def _places_in(layer: LayerPayload, wanted: Sequence[bytes]) -> Integers:
    """Return the place of each outline among a layer's features, -1 where it is none of them."""
    if layer.kind != "polygon" or not layer.features:
        return np.full(len(wanted), -1)
    outlines = np.array([feature.geometry for feature in layer.features], dtype=object)
    places = {outline: place for place, outline in enumerate(shapely.to_wkb(outlines).tolist())}
    return np.array([places.get(outline, -1) for outline in wanted], dtype=np.int64)


def _append(geometry: bytearray, outlines: Sequence[BaseGeometry]) -> dict[str, int]:
    """Add outlines to the bytes and return where they stand."""
    start = len(geometry)
    geometry += pack(outlines)
    dimension = int(shapely.get_dimensions(outlines[0])) if outlines else 2
    return {"count": len(outlines), "dimension": dimension, "start": start}


def pack(outlines: Sequence[BaseGeometry]) -> bytes:
    """Return geometries of one kind: counts of parts, rings and vertices as varints, then steps.

    A ring's last vertex, which is its first, is left out.

    Raises
    ------
    ValueError
        A geometry is empty or a coordinate is not finite.

    Examples
    --------
    One part of one ring of three vertices; 0, 2 and 0 steps of longitude are written 0, 4, 0, and
    none of the six steps is above 255:

    >>> list(pack([shapely.Polygon([(0, 0), (4e-5, 0), (4e-5, 2e-5)])]))
    [1, 1, 3, 0, 4, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]
    """
    if not outlines:
        return b""
    batches = [_ragged(np.array(part, dtype=object)) for part in _slices(outlines, SHAPES_AT_ONCE)]
    at = np.concatenate([at for _, at in batches], axis=1)
    levels = zip(*(counts for counts, _ in batches), strict=True)
    numbers = [_varints(count) for level in levels for count in level]
    change = np.diff(at, axis=1, prepend=np.zeros((2, 1), dtype=np.int32)).ravel()
    whole = ((change << 1) ^ (change >> 31)).view(np.uint32)
    high = [_varints(part >> 8) for part in _slices(whole, NUMBERS_AT_ONCE)]
    return b"".join([*numbers, (whole & 0xFF).astype(np.uint8).tobytes(), *high])


def _slices(values: Any, size: int) -> Iterator[Any]:
    """Give a sequence or an array in pieces of at most so many elements."""
    return (values[start : start + size] for start in range(0, len(values), size))


def _ragged(outlines: Objects) -> tuple[list[Integers], Steps]:
    """Return counts on each level, and longitude and latitude in steps, of geometries of one kind."""
    if shapely.is_empty(outlines).any():
        raise ValueError("a geometry of the map is empty. Drop it.")
    parts, owner = shapely.get_parts(outlines, return_index=True)
    levels = [np.bincount(owner, minlength=len(outlines))]
    dimension = int(shapely.get_dimensions(outlines[0]))
    if dimension == 0:
        return levels, _steps(shapely.get_coordinates(parts))
    if dimension == 2:
        parts, owner = shapely.get_rings(parts, return_index=True)
        levels.append(np.bincount(owner))
    at, owner = shapely.get_coordinates(parts, return_index=True)
    if dimension == 2:
        last = np.append(owner[1:] != owner[:-1], True)
        at, owner = at[~last], owner[~last]
    return [*levels, np.bincount(owner)], _steps(at)


def _steps(at: NDArray[np.float64]) -> Steps:
    if not np.isfinite(at).all():
        raise ValueError("a coordinate of the map is not finite. Repair the geometry.")
    return np.rint(at.T / QUANTUM_DEGREES).astype(np.int32)


def _varints(numbers: NDArray[np.integer[Any]]) -> bytes:
    """Return numbers that are not negative, seven bits a byte, low first; the top bit says more follows.

    Examples
    --------
    >>> list(_varints(np.array([5, 128, 16384])))
    [5, 128, 1, 128, 128, 1]
    """
    size = np.ones(len(numbers), dtype=np.int64)
    for bits in range(7, 63, 7):
        size += numbers >= (1 << bits)
    ends = np.cumsum(size)
    found = np.zeros(int(ends[-1]), dtype=np.uint8)
    for place in range(int(size.max())):
        more = size > place
        byte = (numbers[more] >> (7 * place)) & 0x7F
        follows = np.where(size[more] > place + 1, 0x80, 0)
        found[ends[more] - size[more] + place] = (byte | follows).astype(np.uint8)
    return found.tobytes()
