"""Styles as QGIS reads them: QML beside a file or in a GeoPackage, and the same parts in a project."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from prospector.gis.styles import (
    Labels,
    LayerStyle,
    RasterStyle,
    Renderer,
    ShownClass,
    Stop,
    Symbol,
)

QGIS_VERSION = "3.22.16"
"""The version of QGIS whose form is written; later ones read it."""

DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SYMBOL_TYPES = {"polygon": "fill", "line": "line", "point": "marker"}
PLACEMENTS = {"point": "6", "line": "3", "polygon": "4", "beside": "8"}
"""Where labels stand: around a point, along a line, level in an area, outside it."""

DISTANCE_MM = {"beside": "2.5"}
"""How far labels stand off: beside an area so far that they find a place between the marks around it."""

LEAST_PRIORITY = 6
"""What is left of a priority that falls with the rank."""

MULTIPLY = "6"
"""How QGIS names the blending of a layer whose colours are multiplied with those below."""

GEOMETRY_TYPES = {"point": "0", "line": "1", "polygon": "2", "table": "4"}


def node(tag: str, attributes: dict[str, str] | None = None, *children: Element | str) -> Element:
    """Return an XML element with its attributes, and its children or text, less what XML cannot hold.

    Examples
    --------
    >>> ET.tostring(node("a", {"b": "<"}, node("c", None, "text")), encoding="unicode")
    '<a b="&lt;"><c>text</c></a>'
    """
    legal = {key: NOT_IN_XML.sub("", value) for key, value in (attributes or {}).items()}
    element = Element(tag, legal)
    for child in children:
        if isinstance(child, str):
            element.text = NOT_IN_XML.sub("", child)
        else:
            element.append(child)
    return element


def document(root: Element) -> str:
    """Return a document of QGIS as text."""
    ET.indent(root, " ")
    return DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def qml(style: LayerStyle) -> str:
    """Return the style of a layer of features as QGIS reads it from a file or a GeoPackage."""
    labelled = "0" if style.labels is None else "1"
    attributes = {
        "version": QGIS_VERSION,
        "styleCategories": "AllStyleCategories",
        "labelsEnabled": labelled,
        "readOnly": "0",
    }
    geometry = node("layerGeometryType", None, GEOMETRY_TYPES[style.shape])
    return document(node("qgis", attributes, *vector_parts(style), geometry))


def raster_qml(style: RasterStyle) -> str:
    """Return the style of a raster as QGIS reads it from the file beside it."""
    attributes = {"version": QGIS_VERSION, "styleCategories": "AllStyleCategories"}
    return document(node("qgis", attributes, *raster_parts(style)))


def qmd(title: str, abstract: str) -> str:
    """Return title and abstract of a layer as QGIS reads them from the file beside it."""
    parts = (node("title", None, title), node("abstract", None, abstract))
    return document(node("qgis", {"version": QGIS_VERSION}, *parts))


def vector_parts(style: LayerStyle) -> Iterator[Element]:
    """Give what both a QML file and the layer of a project hold of the style of features."""
    if style.renderer is not None:
        yield renderer(style.renderer)
    if style.labels is not None:
        yield labeling(style.labels)
    yield node("blendMode", None, "0")
    yield node("featureBlendMode", None, "0")
    yield node("layerOpacity", None, "1")
    yield node("aliases", None, *(
        node("alias", {"index": str(index), "field": column.name, "name": column.alias})
        for index, column in enumerate(style.columns)
    ))  # fmt: skip
    yield node("fieldConfiguration", None, *(
        node("field", {"name": column.name}, _value_map(column.shown))
        for column in style.columns if column.shown
    ))  # fmt: skip
    yield node("previewExpression", None, style.display)
    yield node("mapTip", None, style.tip)


def _value_map(shown: Mapping[str, str]) -> Element:
    """Return what tables and forms of QGIS show for the codes of a column."""
    pairs = [node("Option", {"type": "Map"}, _option(name, code)) for code, name in shown.items()]
    options = node("Option", {"type": "List", "name": "map"}, *pairs)
    config = node("config", None, node("Option", {"type": "Map"}, options))
    return node("editWidget", {"type": "ValueMap"}, config)


def _option(name: str, value: str) -> Element:
    return node("Option", {"type": "QString", "name": name, "value": value})


def renderer(shown: Renderer) -> Element:
    """Return a renderer as QGIS writes it."""
    symbols = node("symbols", None, *(
        symbol(entry.symbol, str(index)) for index, entry in enumerate(shown.classes)
    ))  # fmt: skip
    base = {"forceraster": "0", "symbollevels": "0", "enableorderby": "0"}
    if shown.kind == "single":
        return node("renderer-v2", {"type": "singleSymbol", **base}, symbols)
    if shown.kind == "graduated":
        attributes = {
            "type": "graduatedSymbol",
            "attr": shown.column,
            "graduatedMethod": "GraduatedColor",
            **base,
        }
        ranges = node("ranges", None, *map(_range, range(len(shown.classes)), shown.classes))
        return node("renderer-v2", attributes, ranges, symbols)
    attributes = {"type": "categorizedSymbol", "attr": shown.column, **base}
    categories = node("categories", None, *map(_category, range(len(shown.classes)), shown.classes))
    return node("renderer-v2", attributes, categories, symbols)


def _range(index: int, entry: ShownClass) -> Element:
    bounds = {"lower": f"{entry.low:.6f}", "upper": f"{entry.high:.6f}"}
    return node("range", {**bounds, "label": entry.label, "symbol": str(index), "render": "true"})


def _category(index: int, entry: ShownClass) -> Element:
    attributes = {"symbol": str(index), "label": entry.label, "render": "true"}
    return node("category", {"value": entry.value or "", "type": "string", **attributes})


def symbol(drawn: Symbol, name: str) -> Element:
    """Return a symbol as QGIS writes it."""
    kind = SYMBOL_TYPES[drawn.shape]
    attributes = {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    return node("symbol", attributes, _symbol_layer(drawn))


def _symbol_layer(drawn: Symbol) -> Element:
    line = "dash" if drawn.dashed else "solid"
    edge = {
        "outline_color": rgba(drawn.outline or "#000000"),
        "outline_style": line if drawn.outline else "no",
        "outline_width": f"{drawn.width_mm:g}",
        "outline_width_unit": "MM",
        "joinstyle": "round",
    }
    colour = rgba(drawn.fill or "#000000", drawn.opacity)
    if drawn.shape == "polygon":
        style = "solid" if drawn.fill else "no"
        return _properties("SimpleFill", {"color": colour, "style": style, **edge})
    if drawn.shape == "line":
        return _properties("SimpleLine", {
            "line_color": colour, "line_style": line, "line_width": f"{drawn.width_mm:g}",
            "line_width_unit": "MM", "joinstyle": "round", "capstyle": "round",
        })  # fmt: skip
    size = {"name": drawn.marker, "size": f"{drawn.size_mm:g}", "size_unit": "MM"}
    return _properties("SimpleMarker", {"color": colour, **size, **edge})


def _properties(kind: str, values: dict[str, str]) -> Element:
    attributes = {"class": kind, "enabled": "1", "locked": "0", "pass": "0"}
    return node("layer", attributes, *(node("prop", {"k": k, "v": v}) for k, v in values.items()))


def rgba(colour: str, opacity: float = 1.0) -> str:
    """Return a colour as QGIS writes it.

    Examples
    --------
    >>> rgba("#ff8000", 0.5)
    '255,128,0,128'
    """
    parts = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    return ",".join(map(str, [*parts, round(opacity * 255)]))


def labeling(labels: Labels) -> Element:
    """Return labels as QGIS writes them: with a pale buffer, so that they read over any ground.

    No label covers the mark of a labelled point, be the point's own label shown or not: a label that is
    empty keeps its mark free, one that is switched off by scale does not.
    """
    text = labels.expression
    if labels.from_scale:
        text = f"if(@map_scale <= {labels.from_scale}, {text}, '')"
    style = text_style(labels.size_pt, labels.colour, bold=labels.bold)
    style.attrib |= {"fieldName": text, "isExpression": "1"}
    buffer = {
        "bufferDraw": "1", "bufferSize": "0.7", "bufferSizeUnits": "MM", "bufferOpacity": "0.85",
        "bufferColor": rgba("#ffffff"), "bufferNoFill": "1", "bufferJoinStyle": "128",
    }  # fmt: skip
    style.append(node("text-buffer", buffer))
    kind = "beside" if labels.beside else labels.shape
    placement = {
        "placement": PLACEMENTS[kind], "placementFlags": "10", "dist": DISTANCE_MM.get(kind, "0.8"),
        "distUnits": "MM", "centroidInside": "1", "priority": str(labels.priority), "offsetType": "1",
        "predefinedPositionOrder": "TR,TL,BR,BL,R,L,TSR,BSR",
    }  # fmt: skip
    lines = {"autoWrapLength": str(labels.line_letters), "wrapChar": "", "multilineAlign": "3"}
    rendering = {
        "drawLabels": "1", "obstacle": flag(labels.shape == "point"), "displayAll": "0",
        "scaleVisibility": "0",
    }  # fmt: skip
    settings = node(
        "settings", {"calloutType": "simple"}, style, node("text-format", lines),
        node("placement", placement), node("rendering", rendering),
    )  # fmt: skip
    if labels.falling:
        settings.append(_falling(labels))
    settings.append(_leader(labels))
    return node("labeling", {"type": "simple"}, settings)


def _leader(labels: Labels) -> Element:
    """Return the line from a label to the area that it stands beside; other labels have none."""
    line = symbol(Symbol("line", labels.colour, width_mm=0.2), "symbol")
    values = {
        "enabled": flag(labels.beside), "anchorPoint": "point_on_exterior",
        "labelAnchorPoint": "point_on_exterior", "drawToAllParts": "false",
        "lineSymbol": ET.tostring(line, encoding="unicode"),
    }  # fmt: skip
    options = (
        node("Option", {"type": "QString", "name": name, "value": value})
        for name, value in values.items()
    )
    return node("callout", {"type": "simple"}, node("Option", {"type": "Map"}, *options))


def flag(on: bool) -> str:
    """Return yes or no as QGIS writes it."""
    return "1" if on else "0"


def _falling(labels: Labels) -> Element:
    """Return a priority that falls with the rank, so that the best keep their labels."""
    rule = f'max({LEAST_PRIORITY}, {labels.priority} - {labels.falling:g} * ("rank" - 1))'
    options = (
        node("Option", {"type": "bool", "name": "active", "value": "true"}),
        node("Option", {"type": "QString", "name": "expression", "value": rule}),
        node("Option", {"type": "int", "name": "type", "value": "3"}),
    )
    priority = node("Option", {"type": "Map", "name": "Priority"}, *options)
    properties = node("Option", {"type": "Map", "name": "properties"}, priority)
    kind = node("Option", {"type": "QString", "name": "type", "value": "collection"})
    return node("dd_properties", None, node("Option", {"type": "Map"}, properties, kind))


def text_style(size_pt: float, colour: str, *, bold: bool = False) -> Element:
    """Return how text is drawn, as QGIS writes it."""
    return node("text-style", {
        "fontFamily": "Open Sans", "fontSize": f"{size_pt:g}", "fontSizeUnit": "Point",
        "fontWeight": "75" if bold else "50", "namedStyle": "Bold" if bold else "Regular",
        "textColor": rgba(colour), "textOpacity": "1", "textOrientation": "horizontal",
    })  # fmt: skip


def raster_parts(style: RasterStyle, *, tints: bool = False) -> Iterator[Element]:
    """Give what both a QML file and the layer of a project hold of the style of a raster.

    One that tints what lies below leaves marks and lines there visible.
    """
    drawn = raster_renderer(style)
    enhancement = node("brightnesscontrast", {"brightness": "0", "contrast": "0", "gamma": "1"})
    resampler = node("rasterresampler", {"maxOversampling": "2"})
    yield node("pipe", None, drawn, enhancement, resampler)
    yield node("blendMode", None, MULTIPLY if tints else "0")


def raster_renderer(style: RasterStyle) -> Element:
    """Return the colours of a raster's values as QGIS writes them."""
    low, high = (style.stops[place].value for place in (0, -1))
    last = math.inf if style.classed else high
    items = [*style.stops[:-1], Stop(last, *_look(style.stops[-1]))]
    attributes = {
        "colorRampType": "DISCRETE" if style.classed else "INTERPOLATED",
        "classificationMode": "1",
        "clip": "0",
        "minimumValue": number(low),
        "maximumValue": number(high),
    }
    suffix = f" {style.unit}" if style.unit else ""
    legend = node("rampLegendSettings", {
        "useContinuousLegend": "1", "minimumLabel": "", "maximumLabel": "", "prefix": "",
        "suffix": suffix, "direction": "0", "orientation": "2",
    })  # fmt: skip
    shader = node("colorrampshader", attributes, _ramp(style.stops), *map(_item, items), legend)
    return node(
        "rasterrenderer",
        {
            "type": "singlebandpseudocolor", "band": "1", "alphaBand": "-1",
            "opacity": number(style.opacity), "classificationMin": number(low),
            "classificationMax": number(high), "nodataColor": "",
        },
        node("rasterTransparency"),
        node("rastershader", None, shader),
    )  # fmt: skip


def _look(stop: Stop) -> tuple[str, str, float]:
    return stop.colour, stop.label, stop.opacity


def _item(stop: Stop) -> Element:
    return node("item", {
        "value": number(stop.value), "color": stop.colour, "label": stop.label,
        "alpha": str(round(stop.opacity * 255)),
    })  # fmt: skip


def _ramp(stops: tuple[Stop, ...]) -> Element:
    """Return the colour ramp that the legend of a continuous raster draws."""
    low, high = stops[0].value, stops[-1].value
    inner = [
        f"{(stop.value - low) / ((high - low) or 1.0):.6g};{rgba(stop.colour, stop.opacity)}"
        for stop in stops[1:-1]
    ]
    ends = {
        "color1": rgba(stops[0].colour, stops[0].opacity),
        "color2": rgba(stops[-1].colour, stops[-1].opacity),
        "discrete": "0", "rampType": "gradient", "stops": ":".join(inner),
    }  # fmt: skip
    properties = [node("prop", {"k": key, "v": value}) for key, value in ends.items()]
    return node("colorramp", {"type": "gradient", "name": "[source]"}, *properties)


def number(value: float) -> str:
    """Return a number as QGIS writes it.

    Examples
    --------
    >>> number(0.5), number(float("inf"))
    ('0.5', 'inf')
    """
    return "inf" if value == math.inf else f"{value:.9g}"
