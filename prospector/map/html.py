"""The interactive map: one HTML file that opens with no internet and makes no request.

Only a payload with a base map makes it ask that one server, for pictures of the ground.

Python validates one versioned payload; the page's own script (page/*.js) reads only that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from prospector.freed import give_back
from prospector.map.content_policy import POLICY_MARK, refuse_remote, with_content_policy
from prospector.map.packing import in_letters, packed
from prospector.map.page_script import (
    inline_script,
    leaflet_script,
    leaflet_style,
    page_file,
    page_script,
)
from prospector.map.payload_schema import MapPayload
from prospector.map.static_page import static_body


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
    give_back()  # what making the payload took
    valid = MapPayload.model_validate(payload)
    hosts = valid.basemap.hosts if valid.basemap else ()
    data = _payload_element(valid)  # first: it refuses what cannot be drawn
    page = with_content_policy(_render(valid), hosts)
    refuse_remote(page)
    before, _, after = page.partition(_PAYLOAD_MARK)
    with path.open("wb") as file:
        for part in (before, data, after):
            file.write(part.encode())


_HEAD_MARK = "<!-- head of the page -->"
_BODY_MARK = "<!-- body of the page -->"
_PAYLOAD_MARK = "<!-- payload of the page -->"
"""Stands in a page for its payload, which takes half the room without the other letters of the page."""

_FIXED_SCALE = re.compile(r",\s*maximum-scale=1\.0, user-scalable=no")


def _render(payload: MapPayload) -> str:
    """Return the page, hosted by folium, before its content policy is filled in."""
    page = _hosted(payload).replace("<html>", '<html lang="en">', 1)
    body = static_body(payload) + _PAYLOAD_MARK
    page = page.replace(_HEAD_MARK, "\n".join(_head(payload)), 1).replace(_BODY_MARK, body, 1)
    return _FIXED_SCALE.sub("", page, count=1)


def _hosted(payload: MapPayload) -> str:
    """Return folium's page with a mark in its head and body: its own templates read no text of ours."""
    import folium
    from branca.element import Element, Figure

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
    figure.header.add_child(Element(_HEAD_MARK))
    figure.html.add_child(Element(_BODY_MARK))
    return str(figure.render())


def _head(payload: MapPayload) -> Iterator[str]:
    yield POLICY_MARK
    yield f"<title>{escape(payload.title)}</title>"
    yield f"<style>{leaflet_style()}</style>"
    yield f"<style>{page_file('page.css')}</style>"
    yield f"<script>{leaflet_script()}</script>"
    yield f"<script>{inline_script(page_script())}</script>"


def _payload_element(payload: MapPayload) -> str:
    """Return the payload as a data block: packed, so that no `<` is left that could end it."""
    data = packed(payload)
    size = f'data-size="{len(data)}"'
    return (
        f'<script type="application/octet-stream" id="payload" {size}>{in_letters(data)}</script>'
    )
