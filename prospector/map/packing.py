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
import os
import tempfile
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import fields
from functools import partial
from itertools import chain, pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from prospector.map.features import Features
from prospector.map.payload_schema import LayerPayload, MapPayload, ModelPayload
from prospector.map.targets import SEVERAL, SHARES, Figures, Targets
from prospector.scratch import scratch_folder

QUANTUM_DEGREES = 2e-5
"""Steps of coordinates on the map: 2.2 m of latitude, a pixel where the map is closest."""

LETTERS = "".join(chr(code) for code in range(35, 127) if chr(code) not in "<").encode()
"""The 91 letters that packed bytes are written in: none that could end the element or start another."""

AT_ONCE = 13 << 15
"""Bytes that are turned into letters at once: of whole groups of 13 bits, each held in a byte or two."""

PACKED_AT_ONCE = 1 << 21
"""Bytes that a thread packs at once: the same on any machine, for the same bytes come of it."""

MOST_WAITING = 8
"""So many parts wait for a thread at most."""

ROWS_AT_ONCE = 2_000
"""Elements of a list that are turned into JSON at once."""

GZIP_HEAD = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])
"""What a gzip file begins with: no name, no date, packed as densely as zlib can, on no stated system."""

SHAPES_AT_ONCE = 5_000
"""Outlines that are packed at once: as arrays they take many times as much."""

Integers = NDArray[np.int64]
Steps = NDArray[np.int32]
Objects = NDArray[np.object_]

_APART = {"models": {"__all__": {"targets"}}, "layers": {"__all__": {"features"}}}
"""What is written by itself: there may be a hundred thousand of them."""

_NESTED = (*SEVERAL, "carried", "geometry")


def packed(payload: MapPayload) -> bytes:
    """Return a payload as bytes: gzip of the head's length (4 bytes, low first), head and geometry."""
    geometry = bytearray()
    head = payload.model_dump(exclude=_APART)
    for layer, written in zip(payload.layers, head["layers"], strict=True):
        written["features"] = _feature_columns(layer.features)
        written["outlines"] = _append(geometry, layer.features.outlines)
    for model, written in zip(payload.models, head["models"], strict=True):
        written["targets"] = _columns(model.targets)
        written["outlines"] = _append_targets(geometry, model, payload.layers)
        outside = [] if model.outside is None else [shapely.to_wkb(model.outside)]
        written["outside"] = _append(geometry, outside)
    with tempfile.TemporaryFile(dir=scratch_folder()) as text:
        for piece in _json(head):
            text.write(piece)
        size = text.tell().to_bytes(4, "little")
        text.seek(0)
        read: Iterator[bytes] = iter(partial(text.read, PACKED_AT_ONCE), b"")
        parts = chain([size], read, _slices(geometry, PACKED_AT_ONCE))
        return b"".join(_gzip(parts))


def _gzip(parts: Iterable[bytes | bytearray]) -> Iterator[bytes]:
    """Give one gzip stream of some parts, each packed on a thread: zlib packs without Python's lock."""
    check, length = 0, 0
    waiting: deque[Future[bytes]] = deque()
    yield GZIP_HEAD
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for part in parts:
            check, length = zlib.crc32(part, check), length + len(part)
            waiting.append(threads.submit(_deflated, part, zlib.Z_FULL_FLUSH))
            if len(waiting) > MOST_WAITING:
                yield waiting.popleft().result()
        yield from (one.result() for one in waiting)
    yield _deflated(b"", zlib.Z_FINISH)
    yield check.to_bytes(4, "little") + (length & 0xFFFFFFFF).to_bytes(4, "little")


def _deflated(data: bytes | bytearray, flush: int) -> bytes:
    """Return bytes packed as densely as zlib can, as a piece of a stream."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(flush)


def _json(value: object) -> Iterator[bytes]:
    """Give JSON in pieces: at once, each number of it would be a text of its own meanwhile."""
    mark = b"{" if isinstance(value, dict) else b"["
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield mark + _text(name) + b":"
            yield from _json(part)
            mark = b","
        yield b"}"
    elif isinstance(value, list | Figures) and len(value) > ROWS_AT_ONCE:
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
    """Return JSON of a value; figures are lists there."""
    plain = json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=list
    )
    return plain.encode()


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


def _columns(targets: Targets) -> dict[str, Any]:
    """Return the targets as JSON has them: a list for each column, ranks as differences."""
    kept = targets.columns
    columns = {name: column for name, column in kept.items() if name not in _NESTED}
    columns["rank"] = _changes(kept["rank"])
    columns["longitude"], columns["latitude"] = kept["centre"] or ([], [])
    for name, kind in SHARES.items():
        labels = [one.name for one in fields(kind)]
        columns |= {
            f"{label}_share": shares for label, shares in zip(labels, kept[name], strict=False)
        }
    carried = [list(column) for column in zip(*kept["carried"], strict=True)]
    return columns | {"values": kept["values"], "parts": kept["parts"], "carried": carried}


def _changes(numbers: Sequence[int]) -> list[int]:
    """Return each number as its difference to the one before, the first to nought: in order they are alike.

    Examples
    --------
    >>> _changes([1, 2, 3, -1])
    [1, 1, 1, -4]
    """
    return [one - before for before, one in pairwise([0, *numbers])]


def _feature_columns(features: Features) -> dict[str, list[Any]]:
    """Return names, and what is recorded as one list for each label: features with the same labels together.

    `labels` has the labels of each such set, `columns` their lists, and `sets` the set of each feature.
    """
    return {
        "name": features.names,
        "sets": features.sets,
        "labels": [list(own) for own in features.labels],
        "columns": features.columns,
    }


def _append_targets(
    geometry: bytearray, model: ModelPayload, layers: Sequence[LayerPayload]
) -> dict[str, Any]:
    """Add those outlines of targets that no layer has; the others say the layer and their place in it."""
    objects = np.array(model.targets.columns["geometry"], dtype=object)
    outlines = shapely.to_wkb(objects).tolist() if len(objects) else []
    best, of_layer = 0, None
    for number, layer in enumerate(layers):
        places = _places_in(layer, outlines)
        found = int((places >= 0).sum())
        if found > best:
            best, of_layer = found, (number, places)
    if of_layer is None or 2 * best < len(outlines):
        return _append(geometry, outlines)
    number, places = of_layer
    own = [outlines[one] for one in np.flatnonzero(places < 0)]
    shared = {"number": number, "places": _changes(places.tolist())}
    return _append(geometry, own) | {"of_layer": shared}


def _places_in(layer: LayerPayload, wanted: Sequence[bytes]) -> Integers:
    """Return the place of each outline among a layer's features, -1 where it is none of them."""
    if layer.kind != "polygon" or not layer.features:
        return np.full(len(wanted), -1)
    places = {outline: place for place, outline in enumerate(layer.features.outlines)}
    return np.array([places.get(outline, -1) for outline in wanted], dtype=np.int64)


def _append(geometry: bytearray, outlines: Sequence[bytes]) -> dict[str, int]:
    """Add outlines to the bytes and return where they stand."""
    start = len(geometry)
    geometry += pack(outlines)
    dimension = int(shapely.get_dimensions(shapely.from_wkb(outlines[0]))) if outlines else 2
    return {"count": len(outlines), "dimension": dimension, "start": start}


def pack(outlines: Sequence[bytes]) -> bytes:
    """Return geometries of one kind: counts of parts, rings and vertices as varints, then steps.

    They come as well-known binary. A ring's last vertex, which is its first, is left out.

    Raises
    ------
    ValueError
        A geometry is empty or a coordinate is not finite.

    Examples
    --------
    One part of one ring of three vertices; 0, 2 and 0 steps of longitude are written 0, 4, 0, and
    none of the six steps is above 255:

    >>> triangle = shapely.Polygon([(0, 0), (4e-5, 0), (4e-5, 2e-5)])
    >>> list(pack([shapely.to_wkb(triangle)]))
    [1, 1, 3, 0, 4, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]
    """
    if not outlines:
        return b""
    counted: list[list[bytes]] = []
    low: tuple[list[bytes], list[bytes]] = [], []
    high: tuple[list[bytes], list[bytes]] = [], []
    before: Steps = np.zeros((2, 1), dtype=np.int32)
    for part in _slices(outlines, SHAPES_AT_ONCE):
        counts, at = _ragged(shapely.from_wkb(np.array(part, dtype=object)))
        counted.append([_varints(count) for count in counts])
        change = np.diff(at, axis=1, prepend=before)
        before = at[:, -1:]
        for axis, whole in enumerate(((change << 1) ^ (change >> 31)).view(np.uint32)):
            low[axis].append((whole & 0xFF).astype(np.uint8).tobytes())
            high[axis].append(_varints(whole >> 8))
    levels = chain.from_iterable(zip(*counted, strict=True))
    return b"".join([*levels, *low[0], *low[1], *high[0], *high[1]])


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
