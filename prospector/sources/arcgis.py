"""Layers of ArcGIS services: counted, listed by id, read in pages or by id, compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyproj
import shapely

from prospector.errors import SourceError
from prospector.sources.answers import RefusedError, json_of, smaller, whole_answer
from prospector.sources.esri_shapes import shape_of
from prospector.sources.geojson import geojson_rows
from prospector.sources.http import Client, TooLongError
from prospector.sources.rows import (
    Asked,
    ColumnType,
    MismatchError,
    Rows,
    Survey,
    field_named,
    in_degrees,
    plain_values,
    refuse_repeats,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
METRES_PER_DEGREE = 111_320
LARGEST_EPSG = 32_767
"""Beyond it, numbers of a CRS are ESRI's own."""

DECIMALS = 7
"""Of a degree: a centimetre."""

UNREADABLE = (shapely.errors.ShapelyError, ValueError, KeyError, TypeError, AttributeError)
"""What a geometry or a table that is none ends in."""

IDS_OF_A_BATCH = 500
REFUSES_PAGES = 400
"""What a service without paging answers where a page is asked for."""

WHOLE = (
    "esriFieldTypeOID",
    "esriFieldTypeInteger",
    "esriFieldTypeSmallInteger",
    "esriFieldTypeBigInteger",
)
DATES = ("esriFieldTypeDate",)
"""Given as thousandths of a second since 1970, or as text."""

NUMBER = ("esriFieldTypeDouble", "esriFieldTypeSingle")


@dataclass(frozen=True)
class _Layer:
    """What a layer says of itself."""

    url: str
    key: str
    names: Mapping[str, str]
    types: Mapping[str, ColumnType]
    dates: frozenset[str]
    page: int
    pages: bool
    geojson: bool
    edited: str


class ArcgisLayer:
    """A layer of a FeatureServer or MapServer.

    Parameters
    ----------
    client
        Who asks.
    asked
        What is asked of it.
    """

    def __init__(self, client: Client, asked: Asked) -> None:
        self.client, self.asked = client, asked
        base = asked.address.rstrip("/")
        self.url = f"{base}/{asked.path}" if asked.path else base
        self.where = self.url.partition("://")[2]
        self._geojson = True

    def survey(self) -> Survey:
        """Return the rows within the box by count and by id, and what the layer says of itself.

        Raises
        ------
        SourceError
            The service does not answer, refuses, or the layer lacks a field that is asked for.
        """
        layer = self._described()
        answer = self._query(layer, {"returnCountOnly": "true"})
        try:
            count = int(answer["count"])
        except (KeyError, ValueError, TypeError):
            count = -1
        if count < 0:
            raise SourceError(
                f"{self.where}: the service does not count its rows. Download the file by hand."
            )
        ids = self._ids(layer)
        if ids is not None and len(ids) != count:
            raise SourceError(
                f"{self.where}: the service counts {count} rows and lists {len(ids)}. Try again "
                "later, or download the file by hand."
            )
        if ids is None and not layer.pages:
            raise SourceError(
                f"{self.where}: the service offers neither pages nor a list of ids, so it cannot "
                "be read completely. Download the file by hand."
            )
        return Survey(count, ids, layer.types, (layer.edited, layer.key), layer)

    def pages(self, survey: Survey, done: Sequence[str]) -> Iterator[Rows]:
        """Yield the rows that are not kept yet: in pages where the layer has them, else by their ids.

        Raises
        ------
        SourceError
            Rows came twice, or fewer than were counted.
        """
        layer: _Layer = survey.inner
        if layer.pages:
            try:
                yield from self._by_page(layer, survey, done)
            except _NoPagesError:
                pass
            else:
                return
        yield from self._by_id(layer, survey, done)

    # what the layer says of itself ---------------------------------------------------------------

    def _described(self) -> _Layer:
        table = json_of(self.client.get(self.url, {"f": "json"}))
        fields = table.get("fields")
        if not isinstance(fields, list) or not fields:
            listed = [
                f"{layer.get('id')} ({layer.get('name')})"
                for layer in table.get("layers") or [] if isinstance(layer, dict)
            ]  # fmt: skip
            held = f" It holds the layers {', '.join(listed[:20])}." if listed else ""
            raise SourceError(
                f"{self.where}: this is not a layer with fields.{held} Give the number of a layer "
                "as path of the source's layer."
            )
        types = {
            str(field["name"]): str(field.get("type"))
            for field in fields if isinstance(field, dict) and "name" in field
        }  # fmt: skip
        key = self._key(table, types)
        names = {
            asked: field_named(asked, types, self.where)
            for asked in dict.fromkeys((*self.asked.fields, key))
        }
        most = table.get("maxRecordCount")
        page = min(self.asked.page_size, most if isinstance(most, int) and most > 0 else 1000)
        advanced = table.get("advancedQueryCapabilities") or {}
        pages = advanced.get("supportsPagination", table.get("supportsPagination", False))
        formats = str(table.get("supportedQueryFormats", "")).lower()
        edited = str((table.get("editingInfo") or {}).get("dataLastEditDate")
                     or (table.get("editingInfo") or {}).get("lastEditDate") or "")  # fmt: skip
        dates = frozenset(asked for asked, name in names.items() if types[name] in DATES)
        return _Layer(
            self.url, key, names, {asked: _type(types[name]) for asked, name in names.items()}, dates,
            page, bool(pages), "geojson" in formats, edited,
        )  # fmt: skip

    def _key(self, table: Mapping[str, Any], types: Mapping[str, str]) -> str:
        """Return the name of the layer's own field of ids."""
        own = table.get("objectIdField")
        if isinstance(own, str) and own in types:
            return own
        of_type = [name for name, kind in types.items() if kind == "esriFieldTypeOID"]
        if of_type:
            return of_type[0]
        if self.asked.key:
            return field_named(self.asked.key, types, self.where)
        raise SourceError(
            f"{self.where}: the layer has no id field, so repeated rows could not be detected. "
            "Name one as key of the source's layer."
        )

    # questions -----------------------------------------------------------------------------------

    def _query(
        self, layer: _Layer, more: Mapping[str, str], *, post: bool = False
    ) -> dict[str, Any]:
        asked = {"where": "1=1", **_box(self.asked), "f": "json", **more}
        url = f"{layer.url}/query"
        return whole_answer(
            lambda: json_of(self.client.post(url, asked) if post else self.client.get(url, asked))
        )

    def _ids(self, layer: _Layer) -> tuple[str, ...] | None:
        """Return the ids within the box, sorted; None where the service does not list them."""
        try:
            answer = self._query(layer, {"returnIdsOnly": "true"})
        except RefusedError:
            return None
        answer = answer.get("properties") or answer
        ids = answer.get("objectIds", answer.get("ids"))
        if ids is None:
            return () if "objectIdFieldName" in answer else None
        if not isinstance(ids, list):
            return None
        if len(set(ids)) < len(ids):
            raise SourceError(
                f"{self.where}: the service lists ids twice. Download the file by hand."
            )
        return tuple(sorted(map(str, ids), key=lambda id_: (len(id_), id_)))

    def _rows(self, layer: _Layer, more: Mapping[str, str], *, post: bool) -> tuple[Rows, bool]:
        """Return the rows of an answer, and whether the service says that there are more.

        Some services promise GeoJSON and refuse it: they are asked for their own form.
        """
        layer = layer if self._geojson else replace(layer, geojson=False)
        asked: dict[str, str] = {
            "outFields": ",".join(layer.names.values()), "outSR": "4326", "returnGeometry": "true",
            "returnZ": "false", "returnM": "false", "f": "geojson" if layer.geojson else "json",
            "geometryPrecision": str(DECIMALS), **more,
        }  # fmt: skip
        if self.asked.simplify_m:
            asked["maxAllowableOffset"] = f"{self.asked.simplify_m / METRES_PER_DEGREE:.8f}"
        if not layer.geojson:
            asked["returnTrueCurves"] = "false"
        try:
            answer = self._query(layer, asked, post=post)
        except RefusedError as error:
            if not layer.geojson or error.code != REFUSES_PAGES:
                raise
            rows = self._rows(replace(layer, geojson=False), more, post=post)
            self._geojson = False
            return rows
        features = answer.get("features")
        if not isinstance(features, list):
            raise SourceError(f"{self.where}: the answer has no features. Try again later.")
        longer = answer.get("exceededTransferLimit") or (answer.get("properties") or {}).get(
            "exceededTransferLimit"
        )
        return self._read(layer, answer, features), bool(longer)

    def _read(self, layer: _Layer, answer: Mapping[str, Any], features: list[Any]) -> Rows:
        if layer.geojson:
            rows = geojson_rows(features, layer.names, layer.key, self.where)
        else:
            rows = self._esri_rows(layer, answer, features)
        values = {
            field: [_date(value) for value in column] if field in layer.dates else column
            for field, column in rows.values.items()
        }
        return Rows(rows.ids, values, in_degrees(rows.shapes, self.asked.box, self.where))

    def _esri_rows(self, layer: _Layer, answer: Mapping[str, Any], features: list[Any]) -> Rows:
        """Return the features of f=json."""
        try:
            tables = [feature["attributes"] for feature in features]
            ids = tuple(str(table[layer.key]) for table in tables)
            values = {
                asked: plain_values([table.get(name) for table in tables])
                for asked, name in layer.names.items()
            }
            drawn = [shape_of(feature.get("geometry")) for feature in features]
            shapes = np.array([*drawn, None], dtype=object)[:-1]
            return Rows(ids, values, _in_degrees(shapes, answer.get("spatialReference") or {}))
        except SourceError as error:
            raise SourceError(f"{self.where}: {error}") from error
        except UNREADABLE as error:
            raise SourceError(
                f"{self.where}: the answer cannot be read ({error}). Download the file by hand."
            ) from error

    # pages ---------------------------------------------------------------------------------------

    def _by_page(self, layer: _Layer, survey: Survey, done: Sequence[str]) -> Iterator[Rows]:
        """Yield pages until all that was counted is there, however short a page is."""
        before, size = set(done), layer.page
        while len(before) < survey.count:
            asked = {
                "resultOffset": str(len(before)), "resultRecordCount": str(size),
                "orderByFields": f"{layer.key} ASC",
            }  # fmt: skip
            try:
                rows, longer = self._rows(layer, asked, post=False)
            except (RefusedError, TooLongError) as error:
                refused = isinstance(error, RefusedError) and error.code == REFUSES_PAGES
                if refused and not before and survey.ids is not None:
                    raise _NoPagesError from error
                size = smaller(size, error)
                continue
            refuse_repeats(rows.ids, before, self.where)
            if not len(rows):
                raise self._cut(len(before), survey.count)
            before.update(rows.ids)
            yield rows
            if longer and len(before) >= survey.count:
                raise self._grown(survey.count)

    def _by_id(self, layer: _Layer, survey: Survey, done: Sequence[str]) -> Iterator[Rows]:
        """Yield rows by their ids, in batches that halve where the service fails."""
        kept = set(done)
        left = [id_ for id_ in survey.ids or () if id_ not in kept]
        size = min(layer.page, IDS_OF_A_BATCH)
        while left:
            batch = left[:size]
            try:
                rows, _ = self._rows(layer, {"objectIds": ",".join(batch)}, post=True)
            except (RefusedError, TooLongError) as error:
                size = smaller(len(batch), error, also=(400, 404, 414))
                continue
            refuse_repeats(rows.ids, kept, self.where)
            if not len(rows) or not set(rows.ids) <= set(batch):
                raise self._cut(len(kept), survey.count)
            kept.update(rows.ids)
            left = [id_ for id_ in left if id_ not in kept]
            yield rows

    def _cut(self, came: int, count: int) -> MismatchError:
        return MismatchError(
            f"{self.where}: the service counts {count} rows but gives {came}. Nothing was changed. "
            "Run the command again; downloaded pages are kept."
        )

    def _grown(self, count: int) -> MismatchError:
        return MismatchError(
            f"{self.where}: the service counted {count} rows and now reports more. Nothing was "
            "changed. Run the command again."
        )


class _NoPagesError(Exception):
    """The service refuses to page, whatever it says of itself."""


def _box(asked: Asked) -> dict[str, str]:
    sides = ",".join(f"{side:.6f}" for side in asked.box.as_tuple())
    return {
        "geometry": sides, "geometryType": "esriGeometryEnvelope", "inSR": "4326",
        "spatialRel": "esriSpatialRelIntersects",
    }  # fmt: skip


def _type(name: str) -> ColumnType:
    return "whole" if name in WHOLE else "number" if name in NUMBER else "text"


def _date(value: Any) -> str | None:
    """Return a date as text, e.g. 2026-01-31; what is no number stays as it is.

    Examples
    --------
    >>> _date(1767225600000), _date(-86400000), _date("2025/03/01"), _date(None)
    ('2026-01-01', '1969-12-31', '2025/03/01', None)
    """
    if isinstance(value, int | float):
        try:
            return (EPOCH + timedelta(milliseconds=value)).date().isoformat()
        except (OverflowError, ValueError):
            return None
    return None if value is None else str(value)


def _in_degrees(shapes: np.ndarray, reference: Mapping[str, Any]) -> np.ndarray:
    """Return geometries in degrees, whatever CRS the service says that it answers in."""
    wkid = reference.get("latestWkid") or reference.get("wkid")
    if wkid == 4326 or not len(shapes) or (wkid is None and not reference.get("wkt")):
        return shapes
    esri = f"ESRI:{wkid}" if wkid and wkid > LARGEST_EPSG else None
    try:
        crs = pyproj.CRS.from_user_input(esri or wkid or reference["wkt"])
    except pyproj.exceptions.CRSError as error:
        raise SourceError(f"an unknown CRS ({wkid}). Download the file by hand.") from error
    change = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)

    def moved(places: np.ndarray) -> np.ndarray:
        return np.column_stack(change.transform(places[:, 0], places[:, 1]))

    return np.asarray(shapely.transform(shapes, moved))
