"""Tables whose columns say where their rows are, as points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from prospector.grid import FloatArray
from prospector.layers.numbers.column import Counted, read_numbers
from prospector.layers.numbers.coordinates import Axis, read_coordinates, unpacked
from prospector.layers.numbers.notices import first_words
from prospector.layers.reading import Reading
from prospector.layers.registers import BY_ROW, fold
from prospector.layers.row_datums import tell_datums, tell_names, tell_zones
from prospector.layers.tables import ABOVE_HEADER, SEPARATORS, UNNAMED, WORKBOOK, Table, read_table

DEGREES = "EPSG:4326"

NAMES: dict[str, tuple[str, ...]] = {
    "longitude": (
        "LONGITUDE", "LONGITUD", "LON", "LONG", "LNG", "DECIMALLONGITUDE", "LON DD", "LONG DD",
        "LONGITUDE DD", "LONGITUD DD", "LON WGS84", "LONGITUD WGS84", "LONGITUDE WGS84", "LONGITUD O",
        "LONGITUD W", "LONGITUD OESTE", "LON W", "LON DEC", "LONG DEC", "LONGITUDE DEG", "LON DEG",
    ),
    "latitude": (
        "LATITUDE", "LATITUD", "LAT", "DECIMALLATITUDE", "LAT DD", "LATITUDE DD", "LATITUD DD",
        "LAT WGS84", "LATITUD WGS84", "LATITUDE WGS84", "LATITUD S", "LATITUD SUR", "LAT S", "LAT DEC",
        "LATITUDE DEG", "LAT DEG",
    ),
    "easting": (
        "EASTING", "ESTE", "EAST", "E", "X", "UTM E", "UTM X", "UTM ESTE", "ESTE UTM", "E UTM", "X UTM",
        "EASTING M", "ESTE M", "ESTE X", "X ESTE", "COORD X", "COORD ESTE", "COORDENADA ESTE",
        "COORDENADA X", "POINT X", "X COORD", "XCOORD", "UTM EASTING", "UTME", "UTMX", "CX",
    ),
    "northing": (
        "NORTHING", "NORTE", "NORTH", "N", "Y", "UTM N", "UTM Y", "UTM NORTE", "NORTE UTM", "N UTM", "Y UTM",
        "NORTHING M", "NORTE M", "NORTE Y", "Y NORTE", "COORD Y", "COORD NORTE", "COORDENADA NORTE",
        "COORDENADA Y", "POINT Y", "Y COORD", "YCOORD", "UTM NORTHING", "UTMN", "UTMY", "CY",
    ),
}  # fmt: skip
"""What columns of coordinates are called, folded; the first are ours."""

PLACE_NAMES = tuple(NAMES)
"""Our names of columns of coordinates, as region.toml maps them."""

FEWEST_MINUTES = 20
"""With fewer places all fractions of degrees may be below .60 by chance."""

MINUTE_TENTHS = 6
"""Minutes begin with 0 to 5."""

MINUTES_SEEN = 5
"""So many of these must begin fractions of one column, that they are not those of one small area."""

WEST_OR_SOUTH = (" O", " W", " OESTE", " WEST", " S", " SUR", " SOUTH")
"""How names of columns end whose degrees are west or south."""

SRID = re.compile(r"SRID=(\d{1,6});", re.IGNORECASE)
HEX = re.compile(r"0[01][0-9A-Fa-f]{16,}")
"""How databases write shapes: text behind the code of its CRS, or bytes."""

PARTS_OF_DEGREES = re.compile(
    r"(?:LAT|LON|LONG|LATITUDE?|LONGITUDE?|LNG)\w* ?(?:MIN|SEC|SEG)|(?:MIN|SEC|SEG)\w* ?(?:LAT|LON)"
)
"""What columns are called, folded, that hold minutes or seconds of a degree."""

OUTLINE_NAMES = ("WKT", "GEOMETRY WKT", "WKT GEOMETRY", "GEOMETRY", "THE GEOM", "GEOM")


@dataclass(frozen=True)
class _Pair:
    """Two columns of coordinates, across and along, and whether they are in degrees by name."""

    across: str
    along: str
    in_degrees: bool


def read_places(reading: Reading) -> gpd.GeoDataFrame:
    """Return the rows of a table as points, or as the shapes that its column of WKT gives.

    Raises
    ------
    LayerError
        No columns of coordinates are found, or no row has coordinates that can be read.
    """
    table = read_table(reading)
    rows = table.rows
    pair = _named_pair(reading, list(rows.columns)) or _found_pair(reading, list(rows.columns))
    outline = next((name for name in rows.columns if fold(name) in OUTLINE_NAMES), None)
    if pair is None and outline is None:
        raise _without_place(reading, table)
    shapes, crs = (
        _outlines(reading, rows[str(outline)]) if pair is None else _points(reading, rows, pair)
    )
    used = str(outline) if pair is None else f"{pair.across}, {pair.along}"
    _tell(reading, table, used)
    if all(shape is None for shape in shapes):
        raise reading.fail(
            "file",
            f"{reading.path}: no row has coordinates that can be read, in {used}. "
            f"{_how_to_write(rows, pair)}",
        )
    attributes = rows.rename(columns={"geometry": "geometry_of_file"})
    return gpd.GeoDataFrame(attributes, geometry=gpd.GeoSeries(shapes, index=rows.index, crs=crs))


def _how_to_write(rows: pd.DataFrame, pair: _Pair | None) -> str:
    """Return how coordinates are to be written; as what they look like, where they are degrees packed."""
    packed = None if pair is None else _packed(rows, pair)
    if packed is not None:
        return (
            f"They look like degrees, minutes and seconds written together: write {packed[0]} as "
            f"'{packed[1]}'."
        )
    return "Write degrees as -69.07 or 69°04'12\"W, metres as plain numbers with crs."


# columns ---------------------------------------------------------------------------------------


def _named_pair(reading: Reading, columns: list[str]) -> _Pair | None:
    """Return the columns that region.toml says hold the coordinates."""
    stated = reading.entry.columns
    for across, along in (("longitude", "latitude"), ("easting", "northing")):
        if across in stated and along in stated:
            absent = [stated[name] for name in (across, along) if stated[name] not in columns]
            if absent:
                raise reading.fail(
                    "columns",
                    f"{reading.path} has no column '{absent[0]}'. It has: {', '.join(columns)}.",
                )
            return _Pair(stated[across], stated[along], across == "longitude")
    return None


def _found_pair(reading: Reading, columns: list[str]) -> _Pair | None:
    """Return columns that go by a usual name: in degrees first, in metres first where the CRS is."""
    pairs = [("longitude", "latitude"), ("easting", "northing")]
    if reading.entry.crs not in (None, BY_ROW) and not _geographic(reading.entry.crs):
        pairs.reverse()
    for across, along in pairs:
        at = [_first_of(columns, NAMES[name]) for name in (across, along)]
        if all(at):
            return _Pair(str(at[0]), str(at[1]), across == "longitude")
    return None


def _first_of(columns: list[str], names: tuple[str, ...]) -> str | None:
    """Return the column that goes by one of some names, the first of these before the others."""
    folded = {fold(name): name for name in reversed(columns)}
    return next((folded[name] for name in names if name in folded), None)


def _without_place(reading: Reading, table: Table) -> Exception:
    apart = (
        f" (parted by {SEPARATORS.get(table.separator, table.separator)})"
        if table.separator
        else ""
    )
    return reading.fail(
        "columns",
        f"{reading.path}: no coordinate columns among {', '.join(table.rows.columns)}{apart}. Name "
        "them: columns = {longitude = '...', latitude = '...'}, or easting and northing with crs."
        + (f" {ABOVE_HEADER}" if _may_be_remark(list(table.rows.columns)) else ""),
    )


def _may_be_remark(columns: list[str]) -> bool:
    """Whether the first row may be a title above the names of the columns: it names one of them."""
    return sum(not name.startswith(UNNAMED) for name in columns) == 1


def _tell(reading: Reading, table: Table, used: str) -> None:
    """Note what was found, unless it is what anybody would expect."""
    usual = table.separator in (",", "") and table.encoding in ("utf-8", "utf-8-sig", "")
    if usual and used == "longitude, latitude":
        return
    reading.notice(
        "table-read-as",
        "note",
        separator=SEPARATORS.get(table.separator, table.separator or WORKBOOK),
        encoding=table.encoding or WORKBOOK,
        columns=used,
    )


# places ----------------------------------------------------------------------------------------


def _points(
    reading: Reading, rows: pd.DataFrame, pair: _Pair
) -> tuple[list[shapely.Point | None], str | None]:
    """Return a point for each row, None where it has no place, and the CRS where the table tells."""
    stated = reading.entry.crs
    degrees = _geographic(stated) if stated not in (None, BY_ROW) else pair.in_degrees
    if stated == BY_ROW:
        degrees = False
    if degrees:
        _refuse_parts_of_degrees(reading, rows, pair)
        _tell_packed(reading, rows, pair)
    axes: tuple[Axis, Axis] = ("longitude", "latitude")
    names = pair.across, pair.along
    at = (
        [_degrees(reading, rows[name], axis) for name, axis in zip(names, axes, strict=True)]
        if degrees
        else _metres(reading, rows, names)
    )
    if degrees:
        _tell_minutes(reading, names, np.abs(np.column_stack(at)))
    if stated != BY_ROW:
        frame = stated or (DEGREES if degrees else None)
        _tell_frames(reading, rows, frame, names, degrees=degrees)
    known = np.isfinite(at).all(axis=0)
    points = np.full(len(rows), None, dtype=object)
    points[known] = shapely.points(at[0][known], at[1][known])
    crs = DEGREES if pair.in_degrees and stated is None else None
    if crs is None and stated is None and known.any() and _look_like_degrees(at):
        reading.notice("taken-for-degrees", "caution", columns=[pair.across, pair.along])
        crs = DEGREES
    return list(points), crs


def _tell_frames(
    reading: Reading,
    rows: pd.DataFrame,
    stated: str | None,
    names: tuple[str, str],
    *,
    degrees: bool,
) -> None:
    """Note rows, and names of columns, of another zone or datum than that of the CRS of all rows."""
    try:
        crs = None if stated is None else CRS.from_user_input(stated)
    except CRSError:
        return
    if not degrees:
        tell_zones(reading, rows, crs)
    if crs is not None:
        tell_datums(reading, rows, crs)
        tell_names(reading, names, crs)


def _geographic(crs: str | None) -> bool:
    try:
        return bool(CRS.from_user_input(crs).is_geographic)
    except CRSError:
        return False


def _look_like_degrees(at: Sequence[FloatArray]) -> bool:
    return bool(np.nanmax(np.abs(at[0])) <= 360 and np.nanmax(np.abs(at[1])) <= 90)


def _degrees(reading: Reading, column: pd.Series, axis: Axis) -> FloatArray:
    """Return degrees; plain numbers of a column whose name says west or south are such."""
    read, name = read_coordinates(column, axis), str(column.name)
    _tell_unreadable(reading, name, (*read.unreadable, *read.beyond))
    known = np.isfinite(read.values)
    if fold(name).endswith(WEST_OR_SOUTH) and known.any() and (read.values[known] >= 0).all():
        reading.notice("sign-by-name", "caution", columns=[name])
        return -read.values
    return read.values


def _tell_packed(reading: Reading, rows: pd.DataFrame, pair: _Pair) -> None:
    """Note degrees, minutes and seconds that are written together."""
    packed = _packed(rows, pair)
    if packed is not None:
        columns = [pair.across, pair.along]
        reading.notice(
            "coordinates-packed", "caution", columns=columns, word=packed[0], parts=packed[1]
        )


def _tell_minutes(reading: Reading, names: tuple[str, str], degrees: FloatArray) -> None:
    """Note degrees none of which ends in .60 or more, though all below occur: it may be minutes."""
    distinct = np.unique(degrees[np.isfinite(degrees).all(axis=1)], axis=0)
    if len(distinct) < FEWEST_MINUTES:
        return
    tenths = [set(np.floor(np.mod(axis, 1) * 10 + 1e-6).astype(int)) for axis in distinct.T]
    spread = max(map(len, tenths)) >= MINUTES_SEEN
    if spread and all(max(seen) < MINUTE_TENTHS for seen in tenths):
        word = f"{distinct[0, 0]:.2f}"
        parts = word.replace(".", "\u00b0") + "'"
        reading.notice(
            "coordinates-in-minutes", "caution", columns=list(names), word=word, parts=parts
        )


def _packed(rows: pd.DataFrame, pair: _Pair) -> tuple[str, str] | None:
    """Return a longitude that is packed and its parts, where all that is no degree in both columns is so."""
    axes: tuple[Axis, Axis] = ("longitude", "latitude")
    parted: list[dict[str, str | None]] = []
    for name, axis in zip((pair.across, pair.along), axes, strict=True):
        words = [word for word, _ in read_coordinates(rows[name], axis).beyond]
        parted.append({word: unpacked(word, axis) for word in words})
    if not all(parted) or any(parts is None for words in parted for parts in words.values()):
        return None
    word, parts = next(iter(parted[0].items()))
    return word, str(parts)


def _refuse_parts_of_degrees(reading: Reading, rows: pd.DataFrame, pair: _Pair) -> None:
    """Raise LayerError where columns hold whole degrees, and others beside them minutes."""
    parts = [name for name in rows.columns if PARTS_OF_DEGREES.search(fold(name))]
    whole = all(
        pd.to_numeric(rows[name], errors="coerce").dropna().mod(1).eq(0).all()
        for name in (pair.across, pair.along)
    )
    if whole and parts and {pair.across, pair.along}.isdisjoint(parts):
        raise reading.fail(
            "columns",
            f"{reading.path}: columns {pair.across} and {pair.along} hold whole degrees, and "
            f"{', '.join(parts)} what lies between. Write them in one column, as -69.07 or 69\u00b004'12\"W.",
        )


def _metres(
    reading: Reading, rows: pd.DataFrame, names: tuple[str, str]
) -> tuple[FloatArray, FloatArray]:
    """Return two columns of metres; what a mark is in one of them it is in the other."""
    both = pd.concat([rows[name] for name in names])
    try:
        read = read_numbers(both)
    except ValueError as error:
        raise reading.fail(
            "columns",
            f"columns {' and '.join(names)} of {reading.path} have {error}. Write metres in all rows.",
        ) from error
    _tell_unreadable(reading, ", ".join(names), read.unreadable)
    return read.values[: len(rows)], read.values[len(rows) :]


def _tell_unreadable(reading: Reading, column: str, words: Counted) -> None:
    count = sum(number for _, number in words)
    if count:
        about = {"column": column, "words": first_words(words)}
        reading.notice("coordinates-unreadable", "caution", count, **about)


def _outlines(
    reading: Reading, column: pd.Series
) -> tuple[list[shapely.Geometry | None], str | None]:
    """Return the shapes that text gives, None where it gives none; degrees where they can be such."""
    texts = column.map(lambda text: str(text).strip() if text else None).to_numpy(dtype=object)
    codes = [text if text and HEX.fullmatch(text) else None for text in texts]
    bare = [
        SRID.sub("", text) if text and code is None else None
        for text, code in zip(texts, codes, strict=True)
    ]
    shapes = shapely.from_wkt(bare, on_invalid="ignore")
    binary = shapely.from_wkb(codes, on_invalid="ignore")
    shapes = np.where(shapely.is_missing(shapes), binary, shapes)
    unreadable = [text for text, shape in zip(texts, shapes, strict=True) if text and shape is None]
    _tell_unreadable(reading, str(column.name), tuple((text, 1) for text in unreadable))
    bounds = shapely.total_bounds(shapes)
    degrees = (
        np.isfinite(bounds).all()
        and np.abs(bounds).max() <= 360
        and abs(bounds[[1, 3]]).max() <= 90
    )
    if reading.entry.crs is not None:
        return list(shapes), None
    return list(shapes), _of_srid(texts, binary) or (DEGREES if degrees else None)


def _of_srid(texts: NDArray[np.object_], binary: NDArray[np.object_]) -> str | None:
    """Return the CRS that text or binary shapes state, where it is one and known."""
    stated = {found[1] for text in texts if text and (found := SRID.match(text))}
    stated |= {str(code) for code in shapely.get_srid(binary) if code > 0}
    code = next(iter(stated)) if len(stated) == 1 else ""
    try:
        return CRS.from_epsg(code).to_string() if code else None
    except CRSError:
        return None
