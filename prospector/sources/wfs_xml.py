"""What a WFS writes in XML: its capabilities, the fields of a feature type, counts, features, refusals."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import (
    Element,
    ParseError,
    SubElement,
    XMLPullParser,
    register_namespace,
    tostring,
)  # fmt: skip

import numpy as np
import pyogrio

from prospector.errors import SourceError
from prospector.sources.answers import (
    BrokenError,
    RefusedError,
    place_of,
    refuse_status,
    refuse_web_page,
)
from prospector.sources.http import Answer
from prospector.sources.rows import ColumnType

REFUSALS = ("ExceptionReport", "ServiceExceptionReport")
GML = "http://www.opengis.net/gml"
WFS = "http://www.opengis.net/wfs"
ABOUT_PLACES = ("srsDimension", "dimension", "decimal", "cs", "ts", "orientation")
"""Attributes of a geometry that say how its numbers are written."""

UNREADABLE = (
    pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, ValueError,
)  # fmt: skip
"""What GDAL ends in where it cannot read."""

WHOLE = ("int", "integer", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
NUMBER = ("double", "float", "decimal")
GEOMETRY = "PropertyType"
"""What the types of geometries end in, e.g. gml:MultiSurfacePropertyType."""

DEEPEST = 60
"""Elements within one another."""


@dataclass(frozen=True)
class Capabilities:
    """What a service offers.

    Parameters
    ----------
    types
        Names of its feature types.
    formats
        In which features may be asked for.
    """

    types: tuple[str, ...]
    formats: tuple[str, ...]


@dataclass(frozen=True)
class FeatureType:
    """The fields of a feature type: name -> type, and the name of its geometry."""

    fields: dict[str, ColumnType]
    geometry: str


def xml_of(answer: Answer) -> Element:
    """Return the root of an answer in XML.

    Raises
    ------
    RefusedError
        The service says why it does not answer.
    BrokenError
        It is no XML, e.g. without its end, or declares entities, which data do not need.
    SourceError
        It is a web page.
    """
    root = _parsed(answer)
    if root is not None and local(root.tag) in REFUSALS:
        raise _refused(answer, root)
    refuse_status(answer)
    refuse_web_page(answer)
    if root is None:
        raise BrokenError(
            f"{place_of(answer)}: the answer is not readable XML. Try again later, or download the "
            "file by hand."
        )
    return root


def _parsed(answer: Answer) -> Element | None:
    """Return the root; None where it is no XML, declares entities or is deeper than data are."""
    parser: Any = XMLPullParser(("start", "end"))
    if b"<!DOCTYPE" in answer.body[:100_000].upper() or b"<!ENTITY" in answer.body:
        return None
    root: Element | None = None
    depth = 0
    try:
        parser.feed(answer.body)
        parser.close()
        for event, element in parser.read_events():
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            if depth > DEEPEST:
                return None
    except (ParseError, ValueError, LookupError):
        return None
    return root


def local(tag: object) -> str:
    """Return a name without its namespace.

    Examples
    --------
    >>> local("{http://www.opengis.net/gml}Point"), local("ms:units")
    ('Point', 'units')
    """
    return str(tag).rpartition("}")[2].rpartition(":")[2]


def capabilities_of(root: Element) -> Capabilities:
    """Return what a service offers, in any version."""
    types = [
        (name.text or "").strip()
        for feature_type in _all(root, "FeatureType")
        for name in feature_type
        if local(name.tag) == "Name"
    ]
    return Capabilities(tuple(filter(None, types)), tuple(_formats(root)))


def _formats(root: Element) -> Iterator[str]:
    for operation in _all(root, "Operation"):
        if operation.get("name") == "GetFeature":
            for parameter in _all(operation, "Parameter"):
                if parameter.get("name", "").lower() == "outputformat":
                    yield from ((value.text or "").strip() for value in _all(parameter, "Value"))
    for operation in _all(root, "GetFeature"):  # version 1.0
        for formats in _all(operation, "ResultFormat"):
            yield from (local(entry.tag) for entry in formats)


def feature_type_of(root: Element, name: str) -> FeatureType:
    """Return the fields of a feature type out of its schema.

    Raises
    ------
    SourceError
        The schema does not describe it.
    """
    described = {local(part.get("name", "")): part for part in _all(root, "complexType")}
    elements = {
        part.get("name", ""): local(part.get("type", ""))
        for part in root
        if local(part.tag) == "element"
    }
    wanted = elements.get(local(name), "")
    held = described.get(wanted) if wanted else None
    if held is None and len(described) == 1:
        held = next(iter(described.values()))
    if held is None:
        raise SourceError(f"the schema does not describe '{name}'. Check the source's layer.")
    fields: dict[str, ColumnType] = {}
    geometry = ""
    for part in _all(held, "element"):
        own, kind = part.get("name", ""), part.get("type", "")
        if local(kind).endswith(GEOMETRY) and not geometry:
            geometry = own
        elif own and not local(kind).endswith(GEOMETRY):
            fields[own] = (
                "whole" if local(kind) in WHOLE else "number" if local(kind) in NUMBER else "text"
            )
    return FeatureType(fields, geometry)


def count_of(root: Element) -> int | None:
    """Return how many features a service counts; None where it does not."""
    for key in ("numberMatched", "numberOfFeatures"):
        text = root.get(key, "")
        if text.isdecimal():
            return int(text)
    return None


def features_of(root: Element) -> list[Element]:
    """Return the features of an answer."""
    return [
        feature
        for part in root
        if local(part.tag) in ("featureMember", "featureMembers", "member")
        for feature in part
    ]


def id_of(feature: Element) -> str:
    """Return the id that a service gives a feature; empty where it gives none."""
    for key, value in feature.attrib.items():
        if local(key) in ("id", "fid"):
            return value
    return ""


def values_of(feature: Element) -> dict[str, str | None]:
    """Return the plain fields of a feature."""
    return {local(part.tag): _text(part) for part in feature if not len(part)}


def shapes_of(features: Sequence[Element], geometry: str) -> np.ndarray:
    """Return the geometries of features as they are written, the order of the axes included.

    Parameters
    ----------
    features
        Elements of a GetFeature answer.
    geometry
        Name of the field that holds them.

    Raises
    ------
    SourceError
        They cannot be read.
    """
    try:
        _, _, shapes, _ = pyogrio.raw.read(
            io.BytesIO(bare_gml(features, geometry)), columns=[], EXPOSE_GML_ID="NO",
            DOWNLOAD_SCHEMA="NO", INVERT_AXIS_ORDER_IF_LAT_LONG="NO", CONSIDER_EPSG_AS_URN="NO",
        )  # fmt: skip
    except UNREADABLE as error:
        raise SourceError(
            f"the answer cannot be read ({error}). Download the file by hand."
        ) from error
    return np.asarray(shapes)


def bare_gml(features: Sequence[Element], geometry: str) -> bytes:
    """Return the geometries of features as GML that names no other place.

    GDAL opens by content and follows what points elsewhere, so nothing else of an answer is given to it:
    neither its root, nor a schema, a link or a CRS. The answer is used up.
    """
    register_namespace("gml", GML)
    root = Element(f"{{{WFS}}}FeatureCollection")
    for number, feature in enumerate(features):
        row = SubElement(SubElement(root, f"{{{GML}}}featureMember"), "row")
        SubElement(row, "number").text = str(number)
        held = next((part for part in feature if local(part.tag) == local(geometry)), None)
        if held is None:
            continue
        for part in held.iter():
            part.attrib = {key: value for key, value in part.attrib.items() if key in ABOUT_PLACES}
            part.tag = f"{{{GML}}}{local(part.tag)}"
        held.tag = "shape"
        row.append(held)
    return tostring(root)


def _all(root: Element, name: str) -> list[Element]:
    return [part for part in root.iter() if local(part.tag) == name]


def _text(part: Element) -> str | None:
    text = (part.text or "").strip()
    return text or None


def _refused(answer: Answer, root: Element) -> RefusedError:
    texts = [
        " ".join((part.text or "").split())
        for part in root.iter()
        if local(part.tag) in ("ExceptionText", "ServiceException")
    ]
    words = ". ".join(dict.fromkeys(text.rstrip(".") for text in texts if text))[:300]
    code = answer.status if answer.status != 200 else 400
    return RefusedError(
        f"{place_of(answer)}: the service refuses ({code}): '{words}'. Check the source's address "
        "and fields, or try again later.", code,
    )  # fmt: skip


def plain_value(text: Any, kind: ColumnType) -> Any:
    """Return a text as the type of its field; as it is where it does not fit.

    Examples
    --------
    >>> plain_value("007", "whole"), plain_value("007", "text"), plain_value("x", "whole")
    (7, '007', 'x')
    """
    if kind == "text" or not isinstance(text, str):
        return text
    try:
        return int(text) if kind == "whole" else float(text)
    except ValueError:
        return text
