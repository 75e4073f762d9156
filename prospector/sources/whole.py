"""A layer read whole or not at all: counted, read page by page, compared, counted again."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.errors import SourceError
from prospector.options import Progress
from prospector.sources.arcgis import ArcgisLayer
from prospector.sources.cleaning import refuse_fields, without_persons
from prospector.sources.http import Client
from prospector.sources.kept_pages import KeptPages
from prospector.sources.rows import Asked, ColumnType, MismatchError, Rows, Service, Survey
from prospector.sources.wfs import WfsLayer

SERVICES: dict[str, Callable[[Client, Asked], Service]] = {"arcgis": ArcgisLayer, "wfs": WfsLayer}
"""Kind of a source -> what reads its layers row by row."""

CRS = "EPSG:4326"
ATTEMPTS = 2
"""How often a layer that changes meanwhile, or does not fit the pages that were kept, is begun."""


@dataclass(frozen=True)
class WholeLayer:
    """A layer as it came, every row once.

    Parameters
    ----------
    table
        Their fields and the geometry, in the order of the ids, in EPSG:4326.
    resumed
        Rows that an earlier fetch had kept.
    """

    table: gpd.GeoDataFrame
    count: int
    pages: int
    resumed: int


def count_rows(client: Client, kind: str, asked: Asked) -> int:
    """Return how many rows of a layer lie within the box, as the service counts them.

    Raises
    ------
    SourceError
        The service does not answer, or lacks a field that is asked for.
    """
    return SERVICES[kind](client, asked).survey().count


def read_whole(
    client: Client, kind: str, asked: Asked, kept: KeptPages, *, holders: Collection[str],
    progress: Progress | None = None, what: str = "",
) -> WholeLayer:  # fmt: skip
    """Return a layer of a service, every row that it counts once.

    Each page is cleaned of natural persons before it is kept; pages that an earlier fetch kept of the
    same state of the layer are not asked for again.

    Parameters
    ----------
    client
        By which the network is asked.
    kind
        Of the service.
    asked
        What is asked of the source.
    kept
        Pages that came before a fetch was cut off.
    holders
        Fields that may hold the name of a person.
    progress
        Called with what is being done, how many steps are done and how many there are.
    what
        Name of the step, as progress says it.

    Raises
    ------
    SourceError
        The service does not answer, gives rows twice or fewer than it counts, or changes twice meanwhile.
    """
    refuse_fields(asked.fields, asked.address)
    service = SERVICES[kind](client, asked)
    survey = service.survey()
    for _ in range(ATTEMPTS):
        if not survey.count:
            raise _empty(asked)
        pages, resumed = kept.fitting(survey), 0
        try:
            resumed = sum(map(len, pages))
            pages += _more(service, survey, kept, pages, holders, progress, what)
            after = service.survey()
            if after == survey:
                return WholeLayer(_joined(pages, survey, asked), survey.count, len(pages), resumed)
        except MismatchError:
            after = service.survey()
            if after == survey:
                if not resumed:
                    raise
                kept.clear()
        survey = after
    kept.clear()
    raise SourceError(
        f"{asked.address}: layer '{asked.path}' changed while it was read, {ATTEMPTS} times. "
        "Nothing was changed here. Try again when nobody edits it."
    )


def question_of(kind: str, asked: Asked) -> str:
    """Return what is asked of a layer as text, to tell whether kept pages are of the same question."""
    return json.dumps({"kind": kind, **asdict(asked)}, sort_keys=True)


def _more(
    service: Service, survey: Survey, kept: KeptPages, before: list[Rows], holders: Collection[str],
    progress: Progress | None, what: str,
) -> list[Rows]:  # fmt: skip
    """Return the pages that are not kept yet; each is cleaned, then kept."""
    came = sum(map(len, before))
    done = [id_ for page in before for id_ in page.ids]
    pages: list[Rows] = []
    if progress:
        progress(what, came, survey.count)
    if came >= survey.count:
        return pages
    for page in service.pages(survey, done):
        clean = without_persons(page, holders)
        kept.keep(clean)
        pages.append(clean)
        came += len(clean)
        if progress:
            progress(what, min(came, survey.count), survey.count)
    return pages


def _joined(pages: list[Rows], survey: Survey, asked: Asked) -> gpd.GeoDataFrame:
    """Return pages as one table in the order of the ids, once they are the rows that were counted."""
    ids = [id_ for page in pages for id_ in page.ids]
    distinct = set(ids)
    if len(ids) != survey.count or len(distinct) != len(ids):
        raise MismatchError(
            f"{asked.address}: layer '{asked.path}': {survey.count} rows were counted, but "
            f"{len(ids)} were received, {len(ids) - len(distinct)} of them twice. Nothing was "
            "changed. Try again later."
        )
    if survey.ids is not None and distinct != set(survey.ids):
        missing = len(set(survey.ids) - distinct)
        raise MismatchError(
            f"{asked.address}: layer '{asked.path}': {missing} of the {survey.count} rows that it "
            "lists were not received. Nothing was changed. Try again later."
        )
    order = sorted(range(len(ids)), key=lambda row: (len(ids[row]), ids[row]))
    columns = {
        field: _typed([value for page in pages for value in page.values[field]], kind)
        for field, kind in survey.types.items()
    }
    shapes = np.concatenate([page.shapes for page in pages])
    table = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    return table.iloc[order].reset_index(drop=True)


def _typed(values: list[object], kind: ColumnType) -> pd.Series:
    """Return values as a column of their type; of a wider one where a value does not fit.

    Examples
    --------
    >>> _typed([9007199254740993, None], "whole").tolist(), _typed([1.5, None], "whole").tolist()
    ([9007199254740993, <NA>], [1.5, nan])
    >>> _typed(["a", 1], "number").tolist()
    ['a', '1']
    """
    if kind == "text":
        return pd.Series([None if value is None else str(value) for value in values], dtype=object)
    try:
        if kind == "whole":
            return pd.Series(pd.array(np.array(values, dtype=object), dtype=pd.Int64Dtype()))
        return pd.Series(pd.to_numeric(pd.Series(values, dtype=object))).astype("float64")
    except (ValueError, TypeError, OverflowError):
        return _typed(values, "text" if kind == "number" else "number")


def _empty(asked: Asked) -> SourceError:
    west, south, east, north = asked.box.as_tuple()
    return SourceError(
        f"{asked.address}: layer '{asked.path}' has no rows within {west:g} {south:g} {east:g} "
        f"{north:g}. Nothing was written. Check whether it covers the region, or name other layers "
        "with --layer."
    )
