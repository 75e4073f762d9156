"""Feature types of WFS 2.0, 1.1 and 1.0: counted, and read in pages with the axes of the version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
import shapely

from prospector.errors import SourceError
from prospector.region.spelling import did_you_mean
from prospector.sources.answers import RefusedError, json_of, smaller, whole_answer
from prospector.sources.geojson import geojson_rows
from prospector.sources.http import Answer, Client, TooLongError
from prospector.sources.rows import (
    Asked,
    MismatchError,
    Rows,
    Survey,
    field_named,
    in_degrees,
    refuse_repeats,
)
from prospector.sources.wfs_xml import (
    Capabilities,
    FeatureType,
    capabilities_of,
    count_of,
    feature_type_of,
    features_of,
    id_of,
    local,
    plain_value,
    shapes_of,
    values_of,
    xml_of,
)

URN = "urn:ogc:def:crs:EPSG::4326"
"""Latitude before longitude, which versions from 1.1 on understand alike."""

PLAIN = "EPSG:4326"


@dataclass(frozen=True)
class _Type:
    """A feature type as the service describes it."""

    name: str
    described: FeatureType
    names: Mapping[str, str]
    json: str


class WfsLayer:
    """A feature type of a WFS.

    Parameters
    ----------
    client
        Who asks.
    asked
        What is asked of it.
    """

    def __init__(self, client: Client, asked: Asked) -> None:
        self.client, self.asked = client, asked
        self.version = asked.version or "2.0.0"
        self.where = f"{asked.address.partition('://')[2]}: {asked.path}".rstrip(": ")
        self._sorted = bool(asked.key)
        self._json = True

    def survey(self) -> Survey:
        """Return how many features lie within the box, and the fields of the type.

        Raises
        ------
        SourceError
            The service does not answer, refuses, does not count, or the type lacks a field.
        """
        kind = self._described()
        count = self._count(kind)
        types = {asked: kind.described.fields[name] for asked, name in kind.names.items()}
        return Survey(count, None, types, (kind.name, self.version), kind)

    def pages(self, survey: Survey, done: Sequence[str]) -> Iterator[Rows]:
        """Yield the features that are not kept yet, page by page.

        Raises
        ------
        SourceError
            Features came twice, or fewer than were counted.
        """
        kind: _Type = survey.inner
        before, size = set(done), self.asked.page_size
        while len(before) < survey.count:
            try:
                rows = self._page(kind, survey, len(before), size)
            except (RefusedError, TooLongError) as error:
                size = smaller(size, error)
                continue
            refuse_repeats(rows.ids, before, self.where)
            if not len(rows):
                raise MismatchError(
                    f"{self.where}: the service counts {survey.count} rows but gives "
                    f"{len(before)}. Nothing was changed. Run the command again; downloaded pages "
                    "are kept."
                )
            before.update(rows.ids)
            yield rows

    # what the service says -----------------------------------------------------------------------

    def _ask(self, request: str, more: Mapping[str, str], *, version: str | None = None) -> Answer:
        asked = {"service": "WFS", "version": version or self.version, "request": request, **more}
        return self.client.get(self.asked.address, asked)

    def _described(self) -> _Type:
        offered = capabilities_of(xml_of(self._ask("GetCapabilities", {})))
        name = self._type_name(offered)
        key = "typeNames" if self.version.startswith("2") else "typeName"
        schema = xml_of(self._ask("DescribeFeatureType", {key: name, "typeName": name}))
        try:
            described = feature_type_of(schema, name)
        except SourceError as error:
            raise SourceError(f"{self.where}: {error}") from error
        wanted = dict.fromkeys((*self.asked.fields, *filter(None, [self.asked.key])))
        names = {field: field_named(field, described.fields, self.where) for field in wanted}
        json = next((form for form in offered.formats if _is_json(form)), "")
        return _Type(name, described, names, json)

    def _type_name(self, offered: Capabilities) -> str:
        """Return the full name of the feature type that is asked for."""
        asked = self.asked.path
        if asked in offered.types:
            return asked
        alike = [name for name in offered.types if local(name) == local(asked)]
        if not asked and len(offered.types) == 1:
            return offered.types[0]
        if asked and len(alike) == 1:
            return alike[0]
        held = ", ".join(offered.types[:30]) or "none"
        raise SourceError(
            f"{self.where}: the service has no feature type '{asked}'. "
            f"{did_you_mean(asked, offered.types)}It has: {held}. Correct path of the source's "
            "layer."
        )

    def _count(self, kind: _Type) -> int:
        """Return the number of features within the box; version 1.1 counts where another does not."""
        for version in dict.fromkeys(
            ("1.1.0" if self.version.startswith("1.0") else self.version, "1.1.0")
        ):
            asked = {**self._box(kind, version), "resultType": "hits"}
            count = count_of(xml_of(self._ask("GetFeature", asked, version=version)))
            if count is not None:
                return count
        raise SourceError(
            f"{self.where}: the service does not count its features. Download the file by hand."
        )

    # features ------------------------------------------------------------------------------------

    def _box(self, kind: _Type, version: str) -> dict[str, str]:
        """Return the type and the box as a version writes them."""
        west, south, east, north = (f"{side:.6f}" for side in self.asked.box.as_tuple())
        if version.startswith("1.0"):
            return {"typeName": kind.name, "bbox": f"{west},{south},{east},{north}"}
        key = "typeNames" if version.startswith("2") else "typeName"
        return {key: kind.name, "bbox": f"{south},{west},{north},{east},{URN}"}

    def _page(self, kind: _Type, survey: Survey, start: int, size: int) -> Rows:
        """Return the features of a page from a place on."""
        names = [*dict.fromkeys(kind.names.values()), kind.described.geometry]
        asked = {
            **self._box(kind, self.version),
            "count" if self.version.startswith("2") else "maxFeatures": str(size),
            "propertyName": ",".join(filter(None, names)),
        }  # fmt: skip
        if start or survey.count > size:
            asked["startIndex"] = str(start)
        if kind.json and self._json:
            rows = self._of_json(kind, asked)
            if rows is not None:
                return rows
            self._json = False
        return self._of_gml(kind, asked, survey)

    def _of_json(self, kind: _Type, asked: Mapping[str, str]) -> Rows | None:
        """Return features of GeoJSON; None where it says nothing that tells them apart."""
        more = {**asked, "outputFormat": kind.json, "srsName": PLAIN}
        features = whole_answer(lambda: _json_of(self._in_order(kind, more))).get("features")
        if not isinstance(features, list):
            raise SourceError(f"{self.where}: the answer has no features. Try again later.")
        key = kind.names[self.asked.key] if self.asked.key else ""
        if not key and features and not all(_has_id(feature) for feature in features):
            return None
        rows = geojson_rows(features, kind.names, key, self.where)
        return self._placed(rows, rows.shapes)

    def _of_gml(self, kind: _Type, asked: Mapping[str, str], survey: Survey) -> Rows:
        """Return features of GML."""
        first = self.version.startswith("1.0")
        more = {**asked, "srsName": PLAIN if first else URN}
        root = whole_answer(lambda: xml_of(self._in_order(kind, more)))
        features = features_of(root)
        tables = [values_of(feature) for feature in features]
        values = {
            field: [plain_value(table.get(name), survey.types[field]) for table in tables]
            for field, name in kind.names.items()
        }
        given = [id_of(feature) for feature in features]
        ids = [str(value) for value in values[self.asked.key]] if self.asked.key else given
        try:
            shapes = self._shapes(features, kind.described.geometry)
        except (SourceError, shapely.errors.ShapelyError) as error:
            raise SourceError(f"{self.where}: {error}") from error
        if len(shapes) != len(features):
            raise SourceError(
                f"{self.where}: only {len(shapes)} of {len(features)} features were read. Download "
                "the file by hand."
            )
        if not first:
            shapes = shapely.transform(shapes, lambda places: places[:, ::-1])
        return self._placed(Rows(tuple(ids), values, shapes), shapes)

    def _shapes(self, features: list[Element], geometry: str) -> np.ndarray:
        """Return the geometries of features; none of no features."""
        if not features:
            return np.array([], dtype=object)
        shapes: np.ndarray = shapely.force_2d(shapely.from_wkb(shapes_of(features, geometry)))
        return shapes

    def _in_order(self, kind: _Type, asked: Mapping[str, str]) -> Answer:
        """Return the answer in the order of the key; without an order where the service refuses one."""
        if self._sorted and not self.version.startswith("1.0"):
            answer = self._ask("GetFeature", {**asked, "sortBy": kind.names[self.asked.key]})
            if answer.status < 400 and b"ExceptionReport" not in answer.body[:5000]:
                return answer
            self._sorted = False
        return self._ask("GetFeature", asked)

    def _placed(self, rows: Rows, shapes: np.ndarray) -> Rows:
        """Return rows in degrees; with ids of their content where the service makes new ones each time."""
        ids = rows.ids
        if not self.asked.key and any(id_.startswith("fid-") or not id_ for id_ in ids):
            ids = _ids_of_content(rows, shapes)
        return Rows(ids, rows.values, in_degrees(shapes, self.asked.box, self.where))


def _json_of(answer: Answer) -> dict[str, Any]:
    """Return an answer in JSON; a refusal comes in XML, whatever was asked for."""
    if answer.body[:1000].lstrip().startswith(b"<"):
        xml_of(answer)
    return json_of(answer)


def _is_json(form: str) -> bool:
    return "json" in form.lower() and "javascript" not in form.lower()


def _has_id(feature: object) -> bool:
    return isinstance(feature, dict) and feature.get("id") not in (None, "")


def _ids_of_content(rows: Rows, shapes: np.ndarray) -> tuple[str, ...]:
    outlines = shapely.to_wkb(shapes, byte_order=1)
    columns = list(rows.values.values())
    return tuple(
        hashlib.sha256(
            repr([column[row] for column in columns]).encode() + (outlines[row] or b"")
        ).hexdigest()
        for row in range(len(rows))
    )
