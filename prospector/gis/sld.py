"""Styles as OGC's SLD 1.1, which GeoServer and other software than QGIS reads."""

from __future__ import annotations

from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from prospector.gis.qml import node
from prospector.gis.styles import LayerStyle, Renderer, ShownClass, Symbol

NAMESPACES = {
    "xmlns": "http://www.opengis.net/sld",
    "xmlns:se": "http://www.opengis.net/se",
    "xmlns:ogc": "http://www.opengis.net/ogc",
    "version": "1.1.0",
}
PIXELS_PER_MM = 1 / 0.28
"""OGC's pixel is 0.28 mm wide."""


def sld(style: LayerStyle) -> str:
    """Return the classes and symbols of a layer of features as SLD; empty where it has none."""
    if style.renderer is None:
        return ""
    rules = [
        _rule(style.renderer, entry, place) for place, entry in enumerate(style.renderer.classes)
    ]
    kind = node("se:FeatureTypeStyle", None, *rules)
    user = node("UserStyle", None, node("se:Name", None, style.name), kind)
    layer = node("NamedLayer", None, node("se:Name", None, style.name), user)
    root = node("StyledLayerDescriptor", NAMESPACES, layer)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _rule(renderer: Renderer, entry: ShownClass, place: int) -> Element:
    name = node("se:Name", None, entry.label)
    return node("se:Rule", None, name, *_filters(renderer, entry, place), _symbolizer(entry.symbol))


def _filters(renderer: Renderer, entry: ShownClass, place: int) -> list[Element]:
    if renderer.kind == "single":
        return []
    column = node("ogc:PropertyName", None, renderer.column)
    if renderer.kind == "categorised":
        if entry.value is None:
            return [node("se:ElseFilter")]
        literal = node("ogc:Literal", None, entry.value)
        return [node("ogc:Filter", None, node("ogc:PropertyIsEqualTo", None, column, literal))]
    above = "GreaterThanOrEqualTo" if place == 0 else "GreaterThan"
    bounds = (
        node(f"ogc:PropertyIs{above}", None, column, _literal(entry.low)),
        node("ogc:PropertyIsLessThanOrEqualTo", None, column, _literal(entry.high)),
    )
    return [node("ogc:Filter", None, node("ogc:And", None, *bounds))]


def _literal(value: float) -> Element:
    return node("ogc:Literal", None, f"{value:g}")


def _symbolizer(symbol: Symbol) -> Element:
    if symbol.shape == "line":
        return node("se:LineSymbolizer", None, _stroke(symbol.fill or "#000000", symbol))
    parts = []
    if symbol.fill:
        opacity = _parameter("fill-opacity", f"{symbol.opacity:g}")
        parts.append(node("se:Fill", None, _parameter("fill", symbol.fill), opacity))
    if symbol.outline:
        parts.append(_stroke(symbol.outline, symbol))
    if symbol.shape == "polygon":
        return node("se:PolygonSymbolizer", None, *parts)
    mark = node("se:Mark", None, node("se:WellKnownName", None, symbol.marker), *parts)
    size = node("se:Size", None, f"{symbol.size_mm * PIXELS_PER_MM:.3g}")
    return node("se:PointSymbolizer", None, node("se:Graphic", None, mark, size))


def _stroke(colour: str, symbol: Symbol) -> Element:
    width = _parameter("stroke-width", f"{symbol.width_mm * PIXELS_PER_MM:.3g}")
    dashes = [_parameter("stroke-dasharray", "4 2")] if symbol.dashed else []
    return node("se:Stroke", None, _parameter("stroke", colour), width, *dashes)


def _parameter(name: str, value: str) -> Element:
    return node("se:SvgParameter", {"name": name}, value)
