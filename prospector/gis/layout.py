"""The printed sheet of a project of QGIS: A4, with title, map, legend, scale, north and sources."""

from __future__ import annotations

import base64
import textwrap
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from prospector.gis.arrangement import (
    LIST_PT,
    LISTED,
    NOTICE_PT,
    SOURCES_PT,
    VERDICT_PT,
    Box,
    Text,
    arrange,
)
from prospector.gis.palette import INK, MUTED
from prospector.gis.place_column import place_column
from prospector.gis.qml import node, rgba, text_style
from prospector.gis.workbook import source_lines
from prospector.screening.steps import Screening
from prospector.words.language import Language, standing_sentences
from prospector.words.skill import skill_line

NORTH = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 60">'
    '<path d="M20 14 L32 56 L20 46 L8 56 Z" fill="#17202a"/>'
    '<text x="20" y="11" font-size="13" font-family="sans-serif" text-anchor="middle" fill="#17202a">N</text>'
    "</svg>"
)
LONGEST_TITLE = 80
"""Letters of the region's title that stand above the sheet."""

SEGMENT_MM = 20.0
"""Longest part of the scale bar on the sheet."""

PAGE, MAP, PICTURE, LABEL, LEGEND, SCALE = (
    "65638", "65639", "65640", "65641", "65642", "65646",
)  # fmt: skip
LEFT, TOP = "1", "32"
"""Alignments of Qt."""


@dataclass(frozen=True)
class InLegend:
    """A layer of the legend: its node in a tree of layers, and how many symbols it shows there.

    Parameters
    ----------
    headed
        Whether its name stands above its symbols; else beside its only one.
    """

    node: Element
    symbols: int
    headed: bool


def print_layout(screening: Screening, legend: Sequence[InLegend], words: Language) -> Element:
    """Return the sheet as QGIS writes it.

    Parameters
    ----------
    screening
        The screening that is written.
    legend
        The layers that its legend shows.
    words
        Language of the sentences.
    """
    text = _text(screening, legend, words)
    bounds = screening.grid.bounds
    extent_m = (bounds.east - bounds.west, bounds.north - bounds.south)
    at = arrange(extent_m, text)
    map_id = _uuid("map")
    ground_width = extent_m[1] * at.map[2] / at.map[3]
    none = len(text.targets) == 1
    listed = "\n".join(_list(screening, words, at.listed)) if at.listed or none else ""
    items = [
        _map(screening, map_id, at.map),
        _label("title", text.title, at.title, at.title_pt, INK, bold=True),
        _label("verdict", text.verdict, at.verdict, VERDICT_PT, MUTED),
        _legend([entry.node for entry in legend], map_id, at.legend),
        _label("targets", listed, at.targets, LIST_PT, INK),
        _label("sources", text.sources, at.sources, SOURCES_PT, MUTED),
        _scale_bar(map_id, at.scale, _segment_km(max(extent_m[0], ground_width), at.map[2])),
        _north(map_id, at.north),
        _label("notice", text.notice, at.notice, NOTICE_PT, INK),
    ]
    page = _item(PAGE, "page", (0, 0, *at.page), {})
    pages = node("PageCollection", None, page, node("GuideCollection", {"visible": "1"}))
    attributes = {
        "name": words.say("Screening"),
        "units": "mm",
        "printResolution": "200",
        "worldFileMap": "",
    }
    return node("Layout", attributes, pages, *items)


def _text(screening: Screening, legend: Sequence[InLegend], words: Language) -> Text:
    """Return all that stands on the sheet beside the map."""
    title, verdict = _head(screening, words)
    standing = standing_sentences(screening, words)
    return Text(
        title=title,
        verdict=verdict,
        targets=_list(screening, words, LISTED[1]),
        sources=f"{words.say('Sources')}: " + ". ".join(_sources(screening, words)),
        notice=f"{standing.reporting} {standing.tenure}",
        legend_rows=sum(entry.symbols for entry in legend),
        legend_headings=sum(entry.headed for entry in legend),
    )


def _head(screening: Screening, words: Language) -> tuple[str, str]:
    """Return the title of the sheet and what to know of the deposit model that it shows."""
    title = textwrap.shorten(screening.region.region.title, LONGEST_TITLE, placeholder="…")
    first = next(iter(screening.rankings.values()), None)
    if first is None:
        return title, ""
    label = words.told(first.model.deposit_model.label)
    shown = words.say("{model}, targets by percentile of score", model=label)
    line = skill_line(first.skill, words, first.evidence_labels)
    return f"{title}: {shown}", line[:1].upper() + line[1:]


def _list(screening: Screening, words: Language, most: int) -> list[str]:
    """Return how many targets the deposit model of the sheet has, and the first of them, a line each."""
    first = next(iter(screening.rankings.values()), None)
    if first is None:
        return []
    if first.targets.empty:
        return [words.say("No target was found.")]
    n = min(most, len(first.targets))
    lines = [words.say("Targets, first {n} of {all}", n=n, all=len(first.targets))]
    places = place_column(screening, words, most=n)
    for row in first.targets.head(n).to_dict("records"):
        place = words.say(
            "percentile {percentile}, {area}",
            percentile=words.percentile(row["percentile"]),
            area=words.area(row["area_km2"]),
        )
        lines.append(f"{row['rank']}. {places[row['target_id']]}: {place}")
    return lines


def _sources(screening: Screening, words: Language) -> list[str]:
    return [line.removesuffix(".") for line in source_lines(screening.layers.items, words)]


def _segment_km(width_m: float, width_mm: float) -> int:
    """Return the length of a part of the scale bar: round, no longer than two centimetres of the map."""
    wanted = SEGMENT_MM * width_m / width_mm / 1000
    steps = [factor * 10**power for power in range(5) for factor in (1, 2, 5)]
    return max((step for step in steps if step <= wanted), default=1)


def _uuid(name: str) -> str:
    return "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, f"prospector layout {name}")) + "}"


def _item(kind: str, name: str, place: Box, more: dict[str, str], *children: Element) -> Element:
    left, top, width, height = place
    at = f"{left:g},{top:g},mm"
    attributes = {
        "type": kind, "id": name, "uuid": _uuid(name), "templateUuid": _uuid(name), "position": at,
        "positionOnPage": at, "size": f"{width:g},{height:g},mm", "referencePoint": "0", "visibility": "1",
        "opacity": "1", "blendMode": "0", "itemRotation": "0", "frame": "false", "background": "false",
        "positionLock": "false", "excludeFromExports": "0", "zValue": "1",
    }  # fmt: skip
    return node("LayoutItem", attributes | more, *children)


def _colour(tag: str, colour: str) -> Element:
    names = ("red", "green", "blue", "alpha")
    return node(tag, dict(zip(names, rgba(colour).split(","), strict=True)))


def _map(screening: Screening, name: str, place: Box) -> Element:
    bounds = screening.grid.bounds
    aspect = place[2] / place[3]
    width = max(bounds.east - bounds.west, (bounds.north - bounds.south) * aspect)
    height = width / aspect
    east, north = (bounds.west + bounds.east) / 2, (bounds.south + bounds.north) / 2
    extent = {
        "xmin": f"{east - width / 2:.3f}", "xmax": f"{east + width / 2:.3f}",
        "ymin": f"{north - height / 2:.3f}", "ymax": f"{north + height / 2:.3f}",
    }  # fmt: skip
    more = {
        "uuid": name, "templateUuid": name, "keepLayerSet": "false", "followPreset": "false", "frame": "true",
        "drawCanvasItems": "true", "mapRotation": "0", "background": "true", "outlineWidthM": "0.2,mm",
    }  # fmt: skip
    return _item(MAP, "map", place, more, _colour("FrameColor", MUTED),
                 _colour("BackgroundColor", "#e9edf0"), node("Extent", extent), node("LayerSet"))  # fmt: skip


def _font(tag: str, size_pt: float, *, bold: bool = False) -> Element:
    weight, style = (75, "Bold") if bold else (50, "Regular")
    return node(
        tag, {"description": f"Open Sans,{size_pt:g},-1,5,{weight},0,0,0,0,0", "style": style}
    )


def _label(
    name: str, text: str, place: Box, size_pt: float, colour: str, *, bold: bool = False
) -> Element:
    more = {
        "labelText": text.replace("[%", "[ %"), "htmlState": "0", "halign": LEFT, "valign": TOP,
        "marginX": "0", "marginY": "0",
    }  # fmt: skip
    style = text_style(size_pt, colour, bold=bold)
    font = _font("LabelFont", size_pt, bold=bold)
    return _item(LABEL, name, place, more, font, _colour("FontColor", colour), style)


def _legend(layers: list[Element], map_id: str, place: Box) -> Element:
    more = {
        "title": "", "columnCount": "1", "splitLayer": "0", "equalColumnWidth": "1",
        "resizeToContents": "1", "symbolWidth": "6", "symbolHeight": "3.2", "map_uuid": map_id,
        "legendFilterByAtlas": "0", "legendFilterByMap": "1", "boxSpace": "0", "columnSpace": "6",
        "lineSpacing": "0.6", "fontColor": INK,
    }  # fmt: skip
    sizes = {"title": 10, "group": 9, "subgroup": 8, "symbol": 7, "symbolLabel": 7}
    margins = {"symbol": {"marginTop": "1"}, "subgroup": {"marginTop": "2.4"},
               "symbolLabel": {"marginLeft": "2", "marginTop": "1"}}  # fmt: skip
    styles = [
        node(
            "style",
            {"name": name, "alignment": LEFT, "indent": "0", **margins.get(name, {})},
            _font("styleFont", size, bold=name == "subgroup"),
        )
        for name, size in sizes.items()
    ]
    tree = node("layer-tree-group", None, *layers)
    return _item(LEGEND, "legend", place, more, node("styles", None, *styles), tree)


def _scale_bar(map_id: str, place: Box, segment_km: int) -> Element:
    more = {
        "style": "Single Box", "unitType": "km", "unitLabel": "km", "numUnitsPerSegment": str(segment_km),
        "numMapUnitsPerScaleBarUnit": "1", "numSegments": "2", "numSegmentsLeft": "0", "height": "1.6",
        "segmentSizeMode": "0", "mapUuid": map_id, "labelBarSpace": "1", "boxContentSpace": "0",
        "outlineWidth": "0.15", "alignment": "0", "numSubdivisions": "1", "segmentMillimeters": "20",
        "minBarWidth": "20", "maxBarWidth": "100",
    }  # fmt: skip
    colours = (
        _colour("fillColor", INK),
        _colour("fillColor2", "#ffffff"),
        _colour("strokeColor", INK),
    )
    return _item(SCALE, "scale", place, more, text_style(7, INK), *colours)


def _north(map_id: str, place: Box) -> Element:
    picture = base64.b64encode(NORTH.encode()).decode("ascii")
    more = {
        "file": f"base64:{picture}", "mode": "1", "mapUuid": map_id, "northMode": "0", "northOffset": "0",
        "anchorPoint": "0", "resizeMode": "0", "pictureRotation": "0",
    }  # fmt: skip
    return _item(PICTURE, "north", place, more)
