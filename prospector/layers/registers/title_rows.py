"""Rows of a register that are one title: one for each joint holder, one for each part, or the same twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.errors import Notice
from prospector.grid import BoolArray, FloatArray, IntArray
from prospector.layers.registers.folding import fold
from prospector.layers.registers.mapping import REGISTER_COLUMNS
from prospector.name_lists import joined, parted

SEVERAL = ("file_number", "name", "minerals", "holder", "administrative_unit")
"""Columns of which a title may have several values: all of them are kept."""

IDENTITY = ("concession_id", "file_number", "name")
"""Columns by which rows are of the same title, the first that a row has."""

ALIKE = 0.001
"""Outlines whose bounds and areas differ by less than this share of their size are the same one."""

SHARES = "holder_shares"

STANDING = ("kind", "tenure_class")
"""Columns in which rows of one outline differ where they are several titles."""

Rows = list[int]
"""Positions of the rows of one title, two or more."""


def one_row_each(
    titles: gpd.GeoDataFrame, given_holders: pd.Series
) -> tuple[gpd.GeoDataFrame, list[Notice]]:
    """Return titles with a row each, and what was joined.

    Rows with the same id (else file number, else name; or the same file number and name), outline, kind and
    tenure class are one title: a register may have a row for each joint holder, mineral or commune. Rows of
    the same id or file number that differ in outline and area alone are parts of one title.

    Parameters
    ----------
    titles
        Columns of `REGISTER_COLUMNS`; ids as the register gives them, '' where there is none.
    given_holders
        Holders as the register writes them: two that are shown as private are still two.
    """
    first = _first_of_its_kind(titles, given_holders)
    once, of_rows = _with_all_holders(titles[first], given_holders[first])
    whole, of_parts = _with_all_parts(once)
    dropped = Notice("duplicates-dropped", "note", count=int((~first).sum()))
    notices = [dropped, *of_rows, *of_parts]
    return whole.reset_index(drop=True), [notice for notice in notices if notice.count]


def _first_of_its_kind(titles: gpd.GeoDataFrame, given_holders: pd.Series) -> BoolArray:
    """Return which rows are not the same, outline included, as an earlier one. Shape (n,)."""
    texts = _texts(titles).assign(given_holders=given_holders.map(fold))
    alike = texts.assign(outline="")
    again = texts.duplicated(keep=False).to_numpy()
    alike.loc[again, "outline"] = _outlines(titles.geometry[again])
    return np.asarray(~alike.duplicated())


def _with_all_holders(
    titles: gpd.GeoDataFrame, given_holders: pd.Series
) -> tuple[gpd.GeoDataFrame, list[Notice]]:
    """Return titles of which no two rows have the same identity, outline, kind and tenure class."""
    texts = _texts(titles)
    groups = _united(
        _of_one_outline(titles.geometry, texts, _identity(texts, IDENTITY)),
        _of_one_outline(titles.geometry, texts, _number_and_name(texts)),
    )
    if not groups:
        return titles, []
    given = given_holders.map(fold)
    compared = texts.assign(holder=given) if "holder" in texts else texts
    stated = [name for name in texts if name not in ("concession_id", SHARES)]
    differ = [name for name in stated if _differ(compared[name], groups)]
    several = [name for name in SEVERAL if name in differ]
    table = titles.assign(**{name: _all_values(texts[name], groups) for name in several})
    if SHARES in texts:
        table[SHARES] = _all_shares(texts[SHARES], given, groups)
    about = {"rows": sum(map(len, groups)), "columns": differ or ["concession_id"]}
    notices = [Notice("title-rows-joined", "caution", about, len(groups))]
    first = [name for name in differ if name not in SEVERAL]
    count = sum(any(_differ(texts[name], [rows]) for name in first) for rows in groups)
    notices.append(Notice("title-rows-differ", "caution", {"columns": first}, count))
    return table[_kept(len(titles), groups)], notices


def _of_one_outline(shapes: gpd.GeoSeries, texts: pd.DataFrame, identity: pd.Series) -> list[Rows]:
    """Return the rows that have an identity, kind, class and outline in common, the outline as good as."""
    again = np.flatnonzero((identity != "") & identity.duplicated(keep=False))
    standing = [texts[name].iloc[again] for name in STANDING if name in texts]
    alike = pd.DataFrame([identity.iloc[again], *standing]).T
    label = np.asarray(alike.groupby([*alike.columns], sort=False).ngroup(), dtype=np.intp)
    bounds = shapely.bounds(shapes.to_numpy()[again])
    size = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    for values, unit in (
        *((edge, size) for edge in bounds.T),
        (shapely.area(shapes.to_numpy()[again]), size**2),
    ):
        label = _parted_where_apart(label, values, ALIKE * unit)
    return _groups(pd.DataFrame({"label": label}), again)


def _parted_where_apart(label: IntArray, values: FloatArray, tolerance: FloatArray) -> IntArray:
    """Return labels that part rows of one label where their values lie farther apart than a tolerance."""
    values, tolerance = np.nan_to_num(values, nan=-1.0), np.nan_to_num(tolerance)
    order = np.lexsort([values, label])
    apart = np.diff(values[order]) > tolerance[order][1:]
    apart |= np.diff(label[order]) > 0
    parted_label = np.empty(len(label), dtype=np.intp)
    parted_label[order] = np.concatenate([[0], np.cumsum(apart)])[: len(label)]
    return parted_label


def _number_and_name(texts: pd.DataFrame) -> pd.Series:
    """Return the file number and name of each row, '' without a number."""
    if "file_number" not in texts:
        return pd.Series("", index=texts.index)
    names = texts.get("name", pd.Series("", index=texts.index))
    both = texts["file_number"] + "\n" + names
    return both.where(texts["file_number"] != "", "")


def _united(*groupings: list[Rows]) -> list[Rows]:
    """Return groups of which no two have a row in common.

    Examples
    --------
    >>> _united([[0, 1], [4, 5]], [[1, 2]])
    [[0, 1, 2], [4, 5]]
    """
    joint = dict[int, Rows]()
    for rows in (rows for groups in groupings for rows in groups):
        together = sorted({row for first in rows for row in joint.get(first, [first])})
        joint |= dict.fromkeys(together, together)
    return [rows for row, rows in sorted(joint.items()) if rows[0] == row]


def _with_all_parts(titles: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Notice]]:
    """Return titles of which no two rows have an id or file number and all else but outline in common."""
    texts = _texts(titles).drop(columns="area_ha", errors="ignore")
    numbered = _identity(texts, IDENTITY[:2]) != ""
    placed = shapely.get_dimensions(titles.geometry.to_numpy()) == 2
    groups = _groups(texts[numbered & placed], np.flatnonzero(numbered & placed))
    if not groups:
        return titles, []
    shapes = titles.geometry.to_numpy()
    for rows in groups:
        shapes[rows[0]] = shapely.union_all(shapely.make_valid(shapely.force_2d(shapes[rows])))
    outlines = gpd.GeoSeries(shapes, index=titles.index, crs=titles.crs)
    table = titles.set_geometry(outlines)
    if "area_ha" in table:
        table = table.assign(area_ha=_whole_areas(table["area_ha"], groups))
    about = {"rows": sum(map(len, groups))}
    notice = Notice("title-parts-joined", "caution", about, len(groups))
    return table[_kept(len(titles), groups)], [notice]


def _whole_areas(areas: pd.Series, groups: list[Rows]) -> pd.Series:
    """Return areas of titles: one that all parts state is the whole's, others are added up."""
    hectares = pd.to_numeric(areas, errors="coerce").to_numpy(dtype=float, copy=True)
    for rows in groups:
        stated = np.unique(hectares[rows][np.isfinite(hectares[rows])])
        if stated.size:
            hectares[rows[0]] = stated[0] if len(stated) == 1 else np.nansum(hectares[rows])
    return pd.Series(hectares, index=areas.index)


def _texts(titles: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the columns of a register as text, '' where there is nothing."""
    names = [name for name in REGISTER_COLUMNS if name in titles]
    stated = pd.DataFrame(titles[names]).astype(object)
    return stated.where(stated.notna(), "").astype(str)


def _identity(texts: pd.DataFrame, columns: Iterable[str]) -> pd.Series:
    """Return the first of some columns that each row has, '' where it has none."""
    identity = pd.Series("", index=texts.index)
    for place, name in enumerate(name for name in columns if name in texts):
        named = f"{place} " + texts[name]
        identity = identity.where((identity != "") | (texts[name] == ""), named)
    return identity


def _outlines(shapes: gpd.GeoSeries) -> list[str]:
    """Return texts that are the same for the same outline, whichever vertex it begins with."""
    plain = shapely.normalize(shapely.force_2d(shapes.to_numpy()))
    return [outline or "" for outline in shapely.to_wkb(plain, hex=True, byte_order=1)]


def _groups(alike: pd.DataFrame, rows: np.ndarray) -> list[Rows]:
    """Return the rows that have the same values as others, in order of the first."""
    found = defaultdict[tuple[object, ...], Rows](list)
    for values, row in zip(alike.itertuples(index=False, name=None), rows.tolist(), strict=True):
        found[values].append(row)
    return [group for group in found.values() if len(group) > 1]


def _differ(column: pd.Series, groups: list[Rows]) -> bool:
    values = column.tolist()
    return any(len({values[row] for row in rows}) > 1 for rows in groups)


def _all_values(column: pd.Series, groups: list[Rows]) -> pd.Series:
    """Return a column whose first row of each title names what its other rows do, too."""
    values = column.tolist()
    for rows in groups:
        stated = {name for row in rows for name in parted(values[row])}
        values[rows[0]] = joined(sorted(stated))
    return pd.Series(values, index=column.index)


def _all_shares(column: pd.Series, given_holders: pd.Series, groups: list[Rows]) -> pd.Series:
    """Return the shares of each title's holders, those of two private holders too."""
    shares, holders = column.tolist(), given_holders.tolist()
    for rows in groups:
        stated = {(shares[row], holders[row]) for row in rows if shares[row]}
        shares[rows[0]] = joined(sorted(share for share, _ in stated))
    return pd.Series(shares, index=column.index)


def _kept(count: int, groups: list[Rows]) -> BoolArray:
    """Return which of so many rows stay: the first of each title. Shape (n,)."""
    kept = np.ones(count, dtype=bool)
    kept[[row for rows in groups for row in rows[1:]]] = False
    return kept
