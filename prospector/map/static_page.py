"""What is read of the map where no script runs: a picture and the first targets of each deposit model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from prospector.grid import FloatArray
from prospector.map.payload_schema import (
    Bounds,
    LayerPayload,
    MapPayload,
    ModelPayload,
    NoticeSentence,
)
from prospector.map.static_names import Box, names
from prospector.map.targets import TargetPayload
from prospector.name_lists import parted
from prospector.numerals import area, fixed, percentile
from prospector.words.language import language
from prospector.words.place_name import place_name

STATIC_ROWS = 20
WIDTH_PX = 640
LARGEST_HEIGHT_PX = 900
MOST_FEATURES = 100
TOLERANCE_PX = 0.6
MARGIN_PX = 6.0


def static_body(payload: MapPayload) -> str:
    """Return title, limits, picture and tables as HTML; the page's script takes them away."""
    sentences = "".join(f"<p>{escape(text)}</p>" for text in payload.sentences)
    tables = "".join(_model_table(model) for model in payload.models)
    title = f"<h1>{escape(payload.title)}</h1><p>{escape(payload.subtitle)}</p>"
    hint = "<noscript><p>The map needs a browser that runs scripts.</p></noscript>"
    picture = "\n".join(_picture(payload))
    choices, overview = _notices(payload.notices), _overview(payload.overview)
    overview += "".join(
        f"<p>{escape(page.name)}, beside this file: {escape(page.page)}</p>"
        for page in payload.inventories
    )
    return f'<div id="without-script">{title}{hint}{overview}{sentences}{picture}{tables}{choices}</div>'


def _overview(name: str) -> str:
    """Return where the answer on two sheets is; nothing where none lies beside the map."""
    return f"<p>Overview on two sheets, beside this file: {escape(name)}</p>" if name else ""


def _notices(notices: Sequence[NoticeSentence]) -> str:
    """Return what was dropped, repaired or left out as a list, in English, as all that no script reads."""
    items = (f"<li>{notice.level}: {escape(notice.sentence['en'])}</li>" for notice in notices)
    return f"<h2>Choices that were made</h2><ul>{''.join(items)}</ul>" if notices else ""


def _model_table(model: ModelPayload) -> str:
    names = ("Rank", "Where", "Score", "Percentile", "km²", "Known deposits", "Centre", "Target")
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = "".join(_row(target) for target in model.targets[:STATIC_ROWS])
    verdict = f"<b>{escape(model.verdict_name)}.</b> " if model.verdict_name else ""
    rests_on = escape(model.skill_words[:1].upper() + model.skill_words[1:])
    table = f'<div class="scroll"><table><tr>{head}</tr>{rows}</table></div>'
    return f"<h2>{escape(model.label)}</h2><p>{verdict}{rests_on}</p>{table}"


def _row(target: TargetPayload) -> str:
    longitude, latitude = target.centre
    cells = (
        str(target.rank),
        _where(target),
        fixed(target.score, 2),
        percentile(target.percentile),
        area(target.area_km2),
        target.known_names or "none",
        f"{latitude:.4f}, {longitude:.4f}",
        target.target_id,
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _where(target: TargetPayload) -> str:
    """Return what a target is called by, as in the page's list; its id where nothing near has a name."""
    words = language("en")
    called = place_name(
        words,
        name=target.name,
        inside=parted(target.known_names),
        nearest=target.place,
        km=target.place_km,
        bearing=target.place_bearing,
        unit=target.administrative_unit or words.told(target.country) or target.nearest_town,
    )
    return called or target.target_id


def _picture(payload: MapPayload) -> Iterator[str]:
    """Yield an SVG: the base, the simple layers visible at first, the targets of the first table."""
    sheet = _Sheet(payload.bounds)
    model = payload.models[0]
    label = f"{escape(payload.title)}: targets of {escape(model.label)}, numbered by rank"
    yield (
        f'<svg role="img" aria-label="{label}" width="{sheet.width:.0f}" height="{sheet.height:.0f}" '
        f'viewBox="0 0 {sheet.width:.0f} {sheet.height:.0f}">'
    )
    for layer in payload.layers:
        if layer.visible:
            yield from _layer(layer, sheet)
    drawn = [layer for layer in payload.layers if layer.visible and layer.kind != "image"]
    first = model.targets[:STATIC_ROWS]
    yield from names(drawn, sheet, [_rank_box(target, sheet) for target in first])
    for target in reversed(first):
        yield _target(target, model, sheet)
    yield "</svg>"
    yield _legend(payload, model)


def _legend(payload: MapPayload, model: ModelPayload) -> str:
    """Return what the picture's colours and lines are, of one model and of the layers that are drawn."""
    scale = "percentile" if model.class_by == "percentile" else "score"
    classes = [
        _key(colour, f"{low:g} to {high:g}")
        for colour, low, high in zip(model.colours, model.breaks, model.breaks[1:], strict=False)
    ]
    layers = [
        _key(layer.style.fill or layer.style.colour, layer.label)
        for layer in payload.layers
        if layer.visible and layer.style is not None and layer.key != "land"
    ]
    head = f"<b>{escape(model.label)}, {scale}:</b> "
    return (
        f'<p class="key-line">{head}{"".join(classes)}</p><p class="key-line">{"".join(layers)}</p>'
    )


def _key(colour: str, text: str) -> str:
    box = f'<rect width="14" height="10" fill="{colour}" stroke="#586574"/>'
    swatch = f'<svg width="14" height="10" aria-hidden="true">{box}</svg>'
    return f"<span>{swatch} {escape(text)}</span> "


class _Sheet:
    """Longitude and latitude to pixels of the web's Mercator projection."""

    def __init__(self, bounds: Bounds) -> None:
        west, south, east, north = bounds
        left, bottom = _mercator(np.array([[west, south]]))[0]
        right, top = _mercator(np.array([[east, north]]))[0]
        scale = min(WIDTH_PX / (right - left), LARGEST_HEIGHT_PX / (top - bottom))
        self.width, self.height = (right - left) * scale, (top - bottom) * scale
        self._left, self._top, self._scale = left, top, scale
        self.box = shapely.box(
            -MARGIN_PX, -MARGIN_PX, self.width + MARGIN_PX, self.height + MARGIN_PX
        )

    def pixels(self, places: FloatArray) -> FloatArray:
        """Return places in pixels from the top left, shape (n, 2)."""
        metres = _mercator(places)
        across = (metres[:, 0] - self._left) * self._scale
        return np.column_stack([across, (self._top - metres[:, 1]) * self._scale])

    def drawn(self, outline: BaseGeometry) -> BaseGeometry:
        """Return an outline in pixels, thinned and cut to the sheet."""
        thinned = shapely.simplify(shapely.transform(outline, self.pixels), TOLERANCE_PX)
        return shapely.intersection(shapely.make_valid(thinned), self.box)


def _mercator(places: FloatArray) -> FloatArray:
    """Return longitude and latitude as radians of the web's Mercator projection."""
    longitude, latitude = np.radians(places).T
    return np.column_stack([longitude, np.arctanh(np.sin(latitude))])


def _layer(layer: LayerPayload, sheet: _Sheet) -> Iterator[str]:
    if layer.kind == "image" and layer.png is not None and layer.bounds is not None:
        (south, west), (north, east) = layer.bounds
        (left, bottom), (right, top) = sheet.pixels(np.array([[west, south], [east, north]]))
        yield (
            f'<image href="{layer.png}" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
            f'height="{bottom - top:.1f}" preserveAspectRatio="none"/>'
        )
    elif layer.style is not None and len(layer.features) <= MOST_FEATURES:
        style = layer.style
        fill = style.fill if layer.kind == "polygon" and style.fill else "none"
        look = (
            f'fill="{fill}" fill-opacity="{style.fill_opacity:g}" stroke="{style.colour}" '
            f'stroke-width="{style.weight:g}"'
        )
        for outline in layer.features.shapes():
            yield _shape(sheet.drawn(outline), look)


def _target(target: TargetPayload, model: ModelPayload, sheet: _Sheet) -> str:
    value = target.score if model.class_by == "score" else target.percentile
    place = int(np.searchsorted(model.breaks[1:-1], value, side="right"))
    outline = sheet.drawn(target.geometry)
    shape = _shape(outline, f'fill="{model.colours[place]}" stroke="#17202a"')
    (across, down) = sheet.pixels(np.array([target.centre]))[0]
    text = (
        f'<text x="{across + 5:.1f}" y="{down + 4:.1f}" font-size="11" stroke="#ffffff" '
        f'stroke-width="3" paint-order="stroke" fill="#17202a">{target.rank}</text>'
    )
    return shape + text


def _rank_box(target: TargetPayload, sheet: _Sheet) -> Box:
    """Return where a target's rank is written."""
    across, down = (float(value) for value in sheet.pixels(np.array([target.centre]))[0])
    return across - 4.0, down - 8.0, across + 5.0 + 8.0 * len(str(target.rank)), down + 8.0


def _shape(outline: BaseGeometry, look: str) -> str:
    """Return one SVG element; a point is a small circle."""
    if outline.is_empty:
        return ""
    if shapely.get_dimensions(outline) == 0:
        places = shapely.get_coordinates(outline)
        return "".join(f'<circle cx="{a:.1f}" cy="{d:.1f}" r="2.5" {look}/>' for a, d in places)
    return f'<path d="{_path(outline)}" fill-rule="evenodd" {look}/>'


def _path(outline: BaseGeometry) -> str:
    parts = shapely.get_parts(outline)
    areas = shapely.get_dimensions(parts) == 2
    rings = [*shapely.get_rings(parts[areas]), *parts[shapely.get_dimensions(parts) == 1]]
    return "".join(
        "M" + "L".join(f"{a:.1f} {d:.1f}" for a, d in shapely.get_coordinates(ring))
        for ring in rings
    )
