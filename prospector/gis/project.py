"""A run as a project of QGIS: layers in groups, each with its style, and a sheet to print."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from pyproj import CRS

from prospector.gis.layout import InLegend, print_layout
from prospector.gis.palette import CLASS_BREAKS, STRENGTHS
from prospector.gis.qml import (
    MULTIPLY,
    QGIS_VERSION,
    document,
    flag,
    node,
    raster_parts,
    vector_parts,
)
from prospector.gis.relief import RELIEF_FILE
from prospector.gis.run_styles import RunStyles
from prospector.gis.styles import LayerStyle, RasterStyle
from prospector.screening.ranking import Ranking
from prospector.screening.steps import Screening
from prospector.words.language import Language, standing_sentences
from prospector.words.skill import verdict_name

PROJECT_FILE = "prospects.qgz"
OF_MODELS = ("deposits", "targets", "scored_units")
"""Tables of all deposit models, each shown by model; no target hides a known deposit in it."""

OF_TENURE = ("concessions", "open_ground")
LAND = "land"
HIDDEN = (
    "scored_units", "concessions", "open_ground", "administrative", "basins", "geology", "intrusions",
    "wells", "tailings", "trench", "dated_samples", "geochemistry", "volcanoes", "protected", "indigenous",
    "urban", "water", "ports", "military", "border_zone", "power_lines", "roads",
)  # fmt: skip
"""Layers that are off at first: they would hide targets, or crowd the picture."""

ORDER = ("towns", "ports", "volcanoes", "wells", "tailings")
ABOVE_CLASSES = ("band",)
"""What QGIS puts above the classes of a raster in a legend."""

SHAPE_ORDER = ("point", "line", "polygon")
DEGREES = "EPSG:4326"


@dataclass(frozen=True)
class Shown:
    """A layer of the project: its style, where it is read from, and whether it is on at first.

    Parameters
    ----------
    shaded
        Whether it is drawn as a shaded relief.
    tints
        Whether its colours tint what lies below, so that marks and lines there still show.
    """

    style: LayerStyle | RasterStyle
    source: str
    title: str
    crs: CRS
    on: bool = True
    shaded: bool = False
    tints: bool = False

    @property
    def layer_id(self) -> str:
        """An id that stays between runs; QGIS cuts ten letters off ids to name layers."""
        digest = hashlib.sha256(f"{self.source} {self.shaded}".encode()).hexdigest()
        return f"{self.style.name}_{digest[:16]}"

    @property
    def provider(self) -> str:
        """What QGIS reads it with."""
        return "gdal" if isinstance(self.style, RasterStyle) else "ogr"


@dataclass(frozen=True)
class Group:
    """Layers and groups below one name."""

    title: str
    members: tuple[Shown | Group, ...]
    on: bool = True
    expanded: bool = True

    def layers(self) -> Iterator[Shown]:
        """Give all layers, the topmost first."""
        for member in self.members:
            if isinstance(member, Group):
                yield from member.layers()
            else:
                yield member


def write_project(
    screening: Screening, styles: RunStyles, package: str, path: Path, words: Language
) -> None:
    """Write a project of QGIS that shows the layers of a run; paths are relative to it."""
    text = document(project(screening, styles, package, words))
    entry = zipfile.ZipInfo(f"{path.stem}.qgs", date_time=(2000, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, text)


def project(screening: Screening, styles: RunStyles, package: str, words: Language) -> Element:
    """Return the project as QGIS writes it."""
    crs = CRS.from_user_input(screening.grid.crs)
    tree = Group("", tuple(groups(screening, styles, package, crs, words)))
    layers = list(tree.layers())
    title = screening.region.region.title
    abstract = "\n".join(standing_sentences(screening, words))
    paths = node("Paths", None, node("Absolute", {"type": "bool"}, "false"))
    enabled = node("ProjectionsEnabled", {"type": "int"}, "1")
    whole_labels = node("PAL", None, node("ShowingPartialsLabels", {"type": "bool"}, "false"))
    canvas = node(
        "mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"},
        node("units", None, "meters"), _extent(screening), node("rotation", None, "0"),
        node("destinationsrs", None, spatial_ref(crs)),
    )  # fmt: skip
    colours = {"CanvasColorRedPart": 233, "CanvasColorGreenPart": 237, "CanvasColorBluePart": 240}
    gui = node("Gui", None, *(
        node(name, {"type": "int"}, str(value)) for name, value in colours.items()
    ))  # fmt: skip
    return node(
        "qgis", {"projectname": title, "version": QGIS_VERSION},
        node("homePath", {"path": ""}),
        node("title", None, title),
        node("projectCrs", None, spatial_ref(crs)),
        _tree(tree),
        canvas,
        node("projectlayers", None, *(map_layer(layer) for layer in layers)),
        node("layerorder", None, *(node("layer", {"id": layer.layer_id}) for layer in layers)),
        node("properties", None, paths, gui, whole_labels, node("SpatialRefSys", None, enabled)),
        node("ProjectViewSettings", {"UseProjectScales": "0"}, _view(screening, crs)),
        node("projectMetadata", None, node("title", None, title), node("abstract", None, abstract)),
        node("Layouts", None, print_layout(screening, _in_legend(tree, screening), words)),
    )  # fmt: skip


def groups(
    screening: Screening, styles: RunStyles, package: str, crs: CRS, words: Language
) -> Iterator[Group]:
    """Give the groups, topmost first: deposit models, then tenure, context, evidence and relief."""
    first = next(iter(screening.rankings), "")
    for name, ranking in screening.rankings.items():
        label = words.told(ranking.model.deposit_model.label)
        verdict = verdict_name(ranking.skill, words)
        members = tuple(_of_model(ranking, styles, package, crs, words))
        yield Group(f"{label} ({verdict})", members, on=name == first, expanded=name == first)
    tenure = [
        _of_package(styles.tables[name], package) for name in OF_TENURE if name in styles.tables
    ]
    if tenure:
        yield Group(words.say("Concessions"), tuple(tenure))
    apart = (*OF_MODELS, *OF_TENURE, LAND)
    others = [style for name, style in styles.tables.items() if name not in apart]
    context = sorted((style for style in others if style.shape != "table"), key=_depth)
    yield Group(words.say("Context"), tuple(_of_package(style, package) for style in context))
    evidence = [
        Group(
            words.told(ranking.model.deposit_model.label),
            tuple(
                _of_raster(file, style, crs, on=False)
                for file, style in styles.rasters.items()
                if file.startswith(f"{name}/evidence/")
            ),
            expanded=False,
        )
        for name, ranking in screening.rankings.items()
    ]
    yield Group(words.say("Evidence"), tuple(evidence), expanded=False)
    tables = [style for style in others if style.shape == "table"]
    relief = styles.rasters.get(RELIEF_FILE)
    below: list[Shown | Group] = []
    if relief is not None:
        shade = replace(relief, title=words.say("Shaded relief"))
        below += [replace(_of_raster(RELIEF_FILE, shade, crs), shaded=True)]
        below += [_of_raster(RELIEF_FILE, relief, crs)]
    if LAND in styles.tables:
        below += [_of_package(styles.tables[LAND], package)]
    if below:
        yield Group(words.say("Ground"), tuple(below), expanded=False)
    if tables:
        shown = tuple(_of_package(style, package) for style in tables)
        yield Group(words.say("Tables"), shown, expanded=False)


def _depth(style: LayerStyle) -> tuple[int, int, str]:
    """Return how deep a layer of context lies: points on top, areas below."""
    named = ORDER.index(style.name) if style.name in ORDER else len(ORDER)
    return SHAPE_ORDER.index(style.shape), named, style.name


def _of_model(
    ranking: Ranking, styles: RunStyles, package: str, crs: CRS, words: Language
) -> Iterator[Shown]:
    """Give the layers of one deposit model, targets and known deposits on top."""
    name = ranking.model.name
    where = f"\"deposit_model\" = '{name}'"
    for table in OF_MODELS:
        of_cells = table == "scored_units" and ranking.polygons is None
        if table in styles.tables and not of_cells:
            style = styles.tables[table]
            yield _of_package(_seen(style, ranking), package, where)
    for file, raster in styles.rasters.items():
        if file.rpartition("/")[0] == name:
            stops = tuple(
                replace(stop, opacity=strength)
                for stop, strength in zip(raster.stops, STRENGTHS, strict=True)
            )
            shown = _of_raster(file, replace(raster, stops=stops), crs)
            title = words.say("Score, in classes of its percentile")
            yield replace(shown, title=title, tints=True)


def _seen(style: LayerStyle, ranking: Ranking) -> LayerStyle:
    """Return a style with those classes only that occur among the deposits of a model."""
    if style.name != "deposits" or style.renderer is None or style.renderer.kind != "categorised":
        return style
    types = set(ranking.deposits[style.renderer.column].astype(str))
    classes = tuple(entry for entry in style.renderer.classes if entry.value in types)
    return replace(style, renderer=replace(style.renderer, classes=classes)) if classes else style


def _of_package(style: LayerStyle, package: str, where: str = "") -> Shown:
    source = f"./{package}|layername={style.name}" + (f"|subset={where}" if where else "")
    on = style.name not in HIDDEN
    return Shown(style, source, style.title, CRS.from_user_input(DEGREES), on)


def _of_raster(file: str, style: RasterStyle, crs: CRS, *, on: bool = True) -> Shown:
    return Shown(style, f"./{file}", style.title, crs, on)


def _in_legend(tree: Group, screening: Screening) -> list[InLegend]:
    """Return what the legend of the printed sheet shows: features that are on, and the score below them.

    Of targets and score only the classes that are drawn; of the rest QGIS leaves out what the map lacks.
    """
    first = next(iter(screening.rankings.values()), None)
    on = [group for group in tree.members if isinstance(group, Group) and group.on]
    shown = [layer for group in on for layer in group.layers() if layer.on]
    legend = []
    for layer in shown:
        style = layer.style
        if isinstance(style, RasterStyle):
            if style.classed:
                drawn = [i for i, stop in enumerate(style.stops) if stop.opacity]
                node_order = [i + len(ABOVE_CLASSES) for i in drawn]
                legend.append(InLegend(_leaf(layer, node_order), len(drawn), headed=True))
        elif style.name == "targets" and first is not None:
            drawn = drawn_classes(first)
            legend.append(InLegend(_leaf(layer, drawn), len(drawn), headed=True))
        elif style.renderer is not None and style.name != LAND:
            classes = len(style.renderer.classes)
            legend.append(InLegend(_leaf(layer), classes, headed=style.renderer.kind != "single"))
    return legend


def drawn_classes(ranking: Ranking) -> list[int]:
    """Return which classes of the percentile have targets, numbered from the lowest."""
    places = np.searchsorted(np.array(CLASS_BREAKS[1:-1]), ranking.targets["percentile"])
    return sorted(set(places.tolist()))


def _tree(group: Group) -> Element:
    children = [
        _tree(member) if isinstance(member, Group) else _leaf(member) for member in group.members
    ]
    checked = "Qt::Checked" if group.on else "Qt::Unchecked"
    attributes = {"name": group.title, "checked": checked, "expanded": flag(group.expanded)}
    return node("layer-tree-group", attributes if group.title else {}, *children)


def _leaf(layer: Shown, classes: Sequence[int] | None = None) -> Element:
    """Return a layer of a tree; in a legend it may show some of its classes only."""
    order = "" if classes is None else ",".join(map(str, classes))
    option = {"type": "QString", "name": "legend/node-order", "value": order}
    kept = node("Option", {"type": "Map"}, *([node("Option", option)] if order else []))
    return node("layer-tree-layer", {
        "id": layer.layer_id, "name": layer.title, "source": layer.source, "providerKey": layer.provider,
        "checked": "Qt::Checked" if layer.on else "Qt::Unchecked",
        "expanded": flag(layer.on and layer.style.name == "targets"), "legend_exp": "",
    }, node("customproperties", None, kept))  # fmt: skip


def map_layer(layer: Shown) -> Element:
    """Return a layer of the project with its style, as QGIS writes it."""
    style = layer.style
    head = (
        node("id", None, layer.layer_id),
        node("datasource", None, layer.source),
        node("layername", None, layer.title),
        node("srs", None, spatial_ref(layer.crs)),
        node(
            "resourceMetadata", None, node("title", None, style.title),
            node("abstract", None, style.abstract),
        ),
    )  # fmt: skip
    if isinstance(style, RasterStyle):
        parts = _shade() if layer.shaded else raster_parts(style, tints=layer.tints)
        return node("maplayer", {"type": "raster"}, *head, node("provider", None, "gdal"), *parts)
    attributes = {
        "type": "vector",
        "geometry": style.shape.capitalize() if style.shape != "table" else "No geometry",
        "labelsEnabled": flag(style.labels is not None),
        "readOnly": "0",
    }
    provider = node("provider", {"encoding": "UTF-8"}, "ogr")
    return node("maplayer", attributes, *head, provider, *vector_parts(style))


def _shade() -> Iterator[Element]:
    """Give a shaded relief that darkens what lies below it."""
    attributes = {
        "type": "hillshade", "band": "1", "alphaBand": "-1", "opacity": "0.45", "azimuth": "315",
        "angle": "45", "zfactor": "4", "multidirection": "0", "nodataColor": "",
    }  # fmt: skip
    resampler = node("rasterresampler", {"zoomedInResampler": "bilinear", "maxOversampling": "2"})
    drawn = node("rasterrenderer", attributes, node("rasterTransparency"))
    yield node("pipe", None, drawn, resampler)
    yield node("blendMode", None, MULTIPLY)


def spatial_ref(crs: CRS) -> Element:
    """Return a CRS as QGIS writes it."""
    authority = crs.to_authority(min_confidence=100)
    code = ":".join(authority) if authority else ""
    return node(
        "spatialrefsys", {"nativeFormat": "Wkt"},
        node("wkt", None, crs.to_wkt()), node("srsid", None, "0"),
        node("srid", None, authority[1] if authority and authority[0] == "EPSG" else "0"),
        node("authid", None, code), node("description", None, crs.name),
        node("geographicflag", None, "true" if crs.is_geographic else "false"),
    )  # fmt: skip


def _sides(screening: Screening) -> dict[str, str]:
    sides = zip(("xmin", "ymin", "xmax", "ymax"), screening.grid.bounds.as_tuple(), strict=True)
    return {side: f"{value:.3f}" for side, value in sides}


def _extent(screening: Screening) -> Element:
    return node("extent", None, *(node(side, None, at) for side, at in _sides(screening).items()))


def _view(screening: Screening, crs: CRS) -> Element:
    return node("DefaultViewExtent", _sides(screening), spatial_ref(crs))
