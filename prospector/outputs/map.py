"""The interactive map: one HTML file that opens with no internet and makes no request.

Python validates one versioned payload; the page's own script (page/*.js) reads only that.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self

import folium
from branca.element import Element, Figure
from pydantic import BaseModel, ConfigDict, Field, model_validator
from xstatic.pkg import leaflet

PAYLOAD_VERSION = 1
STATIC_ROWS = 20

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Picture = Annotated[str, Field(pattern=r"^data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/=]*$")]
Share = Annotated[float, Field(ge=-1e-9, le=1 + 1e-9)]
Row = tuple[str, str | int | float | None]
Reason = tuple[str, float | None]
Bounds = tuple[float, float, float, float]
LatitudeLongitudeBounds = tuple[tuple[float, float], tuple[float, float]]


class _Frozen(BaseModel):
    """Unknown keys are refused, values do not change, numbers are finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Geometry(_Frozen):
    """A GeoJSON geometry in longitude and latitude."""

    type: Literal["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]
    coordinates: Sequence[object]


class AreaGeometry(Geometry):
    """A GeoJSON polygon or multipolygon."""

    type: Literal["Polygon", "MultiPolygon"]


class Tenure(_Frozen):
    """Shares of a target by tenure class, summing to 1."""

    unknown: Share
    held: Share
    applied_for: Share
    reserved: Share
    vacant: Share
    open: Share


class Protection(_Frozen):
    """Shares of a target by protection, summing to 1."""

    protected: Share
    not_protected: Share
    protection_unknown: Share


class TargetPayload(_Frozen):
    """One target: the columns of targets.csv, its outline and its reasons as pairs of text and weight."""

    target_id: str
    name: str = ""
    rank: int
    score: float = Field(ge=0, le=1)
    percentile: float = Field(ge=0, le=100)
    area_km2: float
    known_deposits: int = Field(ge=0)
    known_names: str = ""
    nearest_deposit: str = ""
    nearest_deposit_km: float | None = None
    evidence_for: Sequence[Reason]
    evidence_against: Sequence[Reason]
    tenure: Tenure
    protection: Protection
    holders: str = ""
    concession_ids: str = ""
    tenure_as_of: str = ""
    utm: str
    centre: tuple[float, float]
    geometry: AreaGeometry


class Overlay(_Frozen):
    """A picture already warped to EPSG:3857, and its corners in latitude and longitude."""

    png: Picture
    bounds: LatitudeLongitudeBounds


class _Classed(_Frozen):
    """Class breaks and one colour for each class between them."""

    breaks: Sequence[float]
    colours: Sequence[Colour]

    @model_validator(mode="after")
    def _one_colour_a_class(self) -> Self:
        if len(self.breaks) != len(self.colours) + 1 or list(self.breaks) != sorted(self.breaks):
            message = (
                f"breaks {list(self.breaks)} must rise and be one more than the colours "
                f"({len(self.colours)}). Give n + 1 breaks for n colours."
            )
            raise ValueError(message)
        return self


class ModelPayload(_Classed):
    """One deposit model: how far to believe it, its classes and its targets in order of rank."""

    name: str
    label: str
    unit: str
    class_by: Literal["score", "percentile"] = "score"
    demonstrated: bool | None = None
    skill_words: str
    skill_rows: Sequence[Row] = ()
    caution: str = ""
    targets: Sequence[TargetPayload]
    overlay: Overlay | None = None


class LayerStyle(_Frozen):
    """How a layer is drawn; sizes in pixels."""

    colour: Colour
    fill: Colour | None = None
    fill_opacity: float = Field(default=0.25, ge=0, le=1)
    weight: float = 1
    dash: str | None = None
    radius: float | None = None
    shape: Literal["circle", "square", "triangle", "diamond"] = "circle"


class Feature(_Frozen):
    """One thing of a layer, with the rows its card shows."""

    geometry: Geometry
    name: str = ""
    rows: Sequence[Row] = ()


class LayerPayload(_Frozen):
    """A layer under or over the targets: features, or a picture that serves as base."""

    key: str
    label: str
    kind: Literal["polygon", "line", "point", "image"]
    schematic: bool = False
    visible: bool = True
    label_zoom: float | None = None
    style: LayerStyle | None = None
    note: str = ""
    features: Sequence[Feature] = ()
    png: Picture | None = None
    bounds: LatitudeLongitudeBounds | None = None

    @model_validator(mode="after")
    def _drawable(self) -> Self:
        if self.kind == "image" and (self.png is None or self.bounds is None):
            raise ValueError(f"layer '{self.key}' is an image: give it png and bounds.")
        if self.kind != "image" and self.style is None:
            raise ValueError(f"layer '{self.key}' has no style. Give it at least a colour.")
        for feature in self.features:
            if feature.geometry.type.removeprefix("Multi") != _GEOMETRY_OF[self.kind]:
                raise ValueError(
                    f"layer '{self.key}' is of kind {self.kind} and holds a "
                    f"{feature.geometry.type}. Split it into a layer for each kind."
                )
        return self


_GEOMETRY_OF = {"polygon": "Polygon", "line": "LineString", "point": "Point"}


class Source(_Frozen):
    """Where a layer comes from."""

    layer: str
    origin: str
    licence: str = ""
    date: str = ""
    schematic: bool = False
    citation: str = ""


class MapPayload(_Classed):
    """All that the page reads: texts, deposit models with targets, layers from bottom to top, sources."""

    payload_version: Literal[1] = 1
    title: str
    subtitle: str = ""
    made_by: str
    bounds: Bounds
    sentences: Sequence[str]
    models: Sequence[ModelPayload] = Field(min_length=1)
    layers: Sequence[LayerPayload] = ()
    sources: Sequence[Source] = ()


def write_map(payload: MapPayload | Mapping[str, object], path: Path) -> None:
    """Write the map as one HTML file; equal payloads give equal bytes.

    Parameters
    ----------
    payload
        What the page shows, validated here when it is not yet a `MapPayload`.
    path
        The file to write.

    Raises
    ------
    pydantic.ValidationError
        When the payload lacks a key, has an unknown one or a wrong value.
    ValueError
        When the page would load anything from elsewhere, or a coordinate is not finite.
    """
    valid = MapPayload.model_validate(payload)
    page = _with_content_policy(_render(valid))
    refuse_remote(page)
    path.write_text(page, encoding="utf-8", newline="\n")


class _Raw(Element):  # type: ignore[misc]
    """Text that is written as it stands; branca's own element would read it as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_: object) -> str:
        """Return the text."""
        return self._text


_POLICY_MARK = '<meta http-equiv="Content-Security-Policy" content="" />'
_FIXED_SCALE = re.compile(r",\s*maximum-scale=1\.0, user-scalable=no")


def _render(payload: MapPayload) -> str:
    """Return the page, hosted by folium, before its content policy is filled in."""
    west, south, east, north = payload.bounds
    centre = [(south + north) / 2, (west + east) / 2]
    host = folium.Map(
        centre, zoom_start=6, tiles=None, zoom_control=False, attribution_control=False
    )
    host.default_js = []
    host.default_css = []
    host._id = "prospector"  # branca takes ids from urandom; the page must be equal between runs
    figure = host.get_root()
    if not isinstance(figure, Figure):
        raise TypeError(f"folium.Map hangs in a {type(figure).__name__}, not in a Figure.")
    for text in _head(payload):
        figure.header.add_child(_Raw(text))
    figure.html.add_child(_Raw(_static_table(payload)))
    figure.html.add_child(_Raw(_payload_element(payload)))
    page = figure.render().replace("<html>", '<html lang="en">', 1)
    return _FIXED_SCALE.sub("", page)


def _head(payload: MapPayload) -> Iterator[str]:
    yield _POLICY_MARK
    yield f"<title>{escape(payload.title)}</title>"
    yield f"<style>{_leaflet_style()}</style>"
    yield f"<style>{_page_file('page.css')}</style>"
    yield f"<script>{_inline_script(_leaflet_file('leaflet.js').decode())}</script>"
    yield f"<script>{_inline_script(page_script())}</script>"


def _payload_element(payload: MapPayload) -> str:
    """Return the payload as a data block: no `<` is left that could end it."""
    text = json.dumps(
        payload.model_dump(),
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'<script type="application/json" id="payload">{text}</script>'


def _static_table(payload: MapPayload) -> str:
    """Return what is read where no script runs: the sentences and each model's first targets."""
    sentences = "".join(f"<p>{escape(text)}</p>" for text in payload.sentences)
    tables = "".join(_model_table(model) for model in payload.models)
    title = f"<h1>{escape(payload.title)}</h1><p>{escape(payload.subtitle)}</p>"
    hint = "<noscript><p>The map needs a browser that runs scripts.</p></noscript>"
    return f'<div id="without-script">{title}{hint}{sentences}{tables}</div>'


def _model_table(model: ModelPayload) -> str:
    names = ("Rank", "Target", "Score", "Percentile", "km²", "Known deposits", "Centre")
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = "".join(_static_row(target) for target in model.targets[:STATIC_ROWS])
    skill = f"<p>{escape(model.skill_words)}</p>"
    return f"<h2>{escape(model.label)}</h2>{skill}<table><tr>{head}</tr>{rows}</table>"


def _static_row(target: TargetPayload) -> str:
    longitude, latitude = target.centre
    cells = (
        str(target.rank),
        target.target_id,
        f"{target.score:.2f}",
        f"{target.percentile:.1f}",
        f"{target.area_km2:.1f}",
        target.known_names or "none",
        f"{latitude:.4f}, {longitude:.4f}",
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


_IMPORT = re.compile(r'^import\s[^;]*?\sfrom\s+"\./([\w-]+\.js)";[ \t]*\n', re.MULTILINE)
_EXPORT = re.compile(r"^export\s+(?=(?:async\s+)?(?:function|const|let|class)\b)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^\s*(?:import|export)\b.*$", re.MULTILINE)
_NAMED = re.compile(r"^(?:async\s+)?(?:function|const|let|class)\s+(\w+)", re.MULTILINE)


def page_script() -> str:
    """Return the page's modules as one script, each after those it imports.

    Raises
    ------
    ValueError
        When an import or export is left over, or two modules use one name.
    """
    code = "\n".join(_modules("page.js", {}).values())
    if left_over := _LEFT_OVER.search(code):
        raise ValueError(f"page script: cannot join '{left_over.group().strip()}'.")
    names = _NAMED.findall(code)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"page script: {', '.join(twice)} named in two modules. Rename one.")
    return f'(() => {{\n"use strict";\n{code}\n}})();\n'


def _modules(name: str, done: dict[str, str]) -> dict[str, str]:
    """Add a module's code to those that are done, after the modules it imports."""
    if name in done:
        return done
    source = _page_file(name)
    for imported in _IMPORT.findall(source):
        _modules(imported, done)
    done[name] = _EXPORT.sub("", _IMPORT.sub("", source))
    return done


def _page_file(name: str) -> str:
    folder = resources.files("prospector.outputs").joinpath("page")
    return folder.joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _leaflet_file(name: str) -> bytes:
    return Path(leaflet.BASE_DIR, name).read_bytes().replace(b"\r\n", b"\n")


def _leaflet_style() -> str:
    """Return Leaflet's style with its pictures inside."""

    def inlined(match: re.Match[str]) -> str:
        picture = Path(leaflet.BASE_DIR, match.group(1)).read_bytes()
        return f"url(data:image/png;base64,{base64.b64encode(picture).decode()})"

    style = _leaflet_file("leaflet.css").decode()
    style = re.sub(r"behavior:\s*url\(#default#VML\);", "", style)
    return re.sub(r"url\((images/[\w-]+\.png)\)", inlined, style)


def _inline_script(code: str) -> str:
    """Return code that can stand in a script element: no end tag, no address of a source map."""
    code = re.sub(r"^//# sourceMappingURL=.*$", "", code, flags=re.MULTILINE)
    return re.sub(r"</(?=script)", r"<\\/", code, flags=re.IGNORECASE)


class _Inventory(HTMLParser):
    """Collects a page's inline scripts and styles, and what it would load."""

    LOADING = frozenset({"src", "href", "srcset", "data", "poster", "action", "background"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.loads: list[str] = []
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in self.LOADING]
        data_block = dict(attrs).get("type") == "application/json"
        self._open = tag if tag in self.inline and not data_block else None
        if self._open:
            self.inline[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        del tag
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open:
            self.inline[self._open][-1] += data


def _inventory(page: str) -> _Inventory:
    inventory = _Inventory()
    inventory.feed(page)
    inventory.close()
    return inventory


def _with_content_policy(page: str) -> str:
    """Return the page with a policy that allows its own scripts and styles by hash, and no connection."""
    inline = _inventory(page).inline
    policy = (
        "default-src 'none'; img-src data: blob:; base-uri 'none'; form-action 'none'; "
        f"script-src {_hashes(inline['script'])}; style-src {_hashes(inline['style'])}"
    )
    filled = _POLICY_MARK.replace('content=""', f'content="{policy}"')
    return page.replace(_POLICY_MARK, filled, 1)


def _hashes(texts: Sequence[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def refuse_remote(page: str) -> None:
    """Raise when a page would load anything that is not inside it.

    Raises
    ------
    ValueError
        Naming the first address.

    Examples
    --------
    >>> refuse_remote('<img src="data:image/png;base64,AA==">')
    >>> refuse_remote('<img src="https://example.org/a.png">')
    Traceback (most recent call last):
    ...
    ValueError: the map would load 'https://example.org/a.png'. Inline it: the file must open offline.
    """
    inventory = _inventory(page)
    styled = re.findall(
        r"url\(\s*['\"]?([^'\")]*)|@import\s+([^;]+)", "".join(inventory.inline["style"])
    )
    addresses = inventory.loads + [first or second for first, second in styled]
    for address in addresses:
        if not address.startswith(("data:", "#")):
            raise ValueError(
                f"the map would load '{address}'. Inline it: the file must open offline."
            )
