"""The map as a file: equal bytes, nothing remote, a payload that is checked."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from prospector.map.content_policy import refuse_remote
from prospector.map.html import write_map
from prospector.map.packing import LETTERS
from prospector.map.page_script import page_script
from prospector.map.payload_schema import MapPayload
from prospector.map.static_page import static_body

SQUARE = [[[-69.0, -24.0], [-68.9, -24.0], [-68.9, -23.9], [-69.0, -23.9], [-69.0, -24.0]]]


def make_payload(**changes: Any) -> dict[str, Any]:
    """Return the smallest payload with one target and one layer."""
    target = {
        "target_id": "T-1", "rank": 1, "score": 0.9, "percentile": 99.5, "area_km2": 110.0,
        "known_deposits": 0, "values": [2.0], "parts": [1.2],
        "tenure": {"unknown": 1, "held": 0, "applied_for": 0, "reserved": 0, "vacant": 0, "open": 0},
        "protection": {"protected": 0, "not_protected": 0, "protection_unknown": 1},
        "centre": [-68.95, -23.95],
        "geometry": {"type": "Polygon", "coordinates": SQUARE},
    }  # fmt: skip
    classes = {"breaks": [0, 0.5, 1], "colours": ["#440154", "#fde725"]}
    model = {
        "name": "m",
        "label": "M",
        "skill_words": "AUC 0.7",
        "evidence": [{"name": "fault", "label": "distance to a fault", "unit": "km"}],
        **classes,
    }
    layer = {
        "key": "towns", "label": "Towns", "kind": "point", "style": {"colour": "#333333"},
        "features": [{"geometry": {"type": "Point", "coordinates": [-68.9, -22.5]}, "name": "Calama"}],
    }  # fmt: skip
    return {
        "title": "Atacama", "made_by": "prospector", "bounds": [-71, -28, -66, -19.5],
        "sentences": ["Screening output."], "models": [{**model, "targets": [target]}],
        "layers": [layer], **classes, **changes,
    }  # fmt: skip


def test_written_twice_the_bytes_are_equal(tmp_path):
    """No id, date or order comes from outside the payload."""
    write_map(make_payload(), tmp_path / "one.html")
    write_map(make_payload(), tmp_path / "two.html")
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_page_holds_all_it_needs(tmp_path):
    """Leaflet is inside, no address is left to load, and the policy names scripts by hash."""
    write_map(make_payload(), tmp_path / "map.html")
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    refuse_remote(page)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src 'none'" in policy.group(1)
    assert "unsafe" not in policy.group(1)
    assert "connect-src" not in policy.group(1)
    assert "sourceMappingURL" not in page
    assert "jquery" not in page.lower()


def test_without_a_script_every_choice_is_listed_gravest_first():
    """As text, with its level; without one there is no list."""
    notices = [
        {"code": "a", "level": "problem", "sentence": {"en": "Nothing <stands> out.", "es": "x"}},
        {"code": "b", "level": "note", "sentence": {"en": "Two were merged.", "es": "y"}},
    ]
    body = static_body(MapPayload.model_validate(make_payload(notices=notices)))
    listed = "<li>problem: Nothing &lt;stands&gt; out.</li><li>note: Two were merged.</li>"
    assert f"<h2>Choices that were made</h2><ul>{listed}</ul>" in body
    bare = static_body(MapPayload.model_validate(make_payload(notices=[])))
    assert "Choices that were made" not in bare


def test_folium_keeps_its_own_links_after_a_map_is_written(tmp_path):
    """Scripts are taken from the instance: a later folium map still finds its own."""
    import folium

    before = list(folium.Map.default_js)
    write_map(make_payload(), tmp_path / "map.html")
    assert before
    assert folium.Map.default_js == before


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://example.org/a.js"></script>',
        '<link rel="stylesheet" href="//example.org/a.css">',
        "<style>a { background: url(http://example.org/a.png) }</style>",
        '<style>@import "a.css";</style>',
    ],
)
def test_remote_address_is_refused(page):
    """Scripts, links, pictures in styles and imports alike."""
    with pytest.raises(ValueError, match="the file must open offline"):
        refuse_remote(page)


def test_payload_cannot_end_its_element(tmp_path):
    """A name with an end tag is inside the packed block, and comes back as it was."""
    name = "</script><!-- \u2028 {{7*7}} ñ"
    write_map(make_payload(title=name), tmp_path / "map.html")
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert page.count(name) == 0
    assert head_of(page)["title"] == name
    assert "{{7*7}}" in page


def head_of(page: str) -> dict[str, Any]:
    """Return the JSON head of a written page's payload."""
    block = re.search(r'id="payload" data-size="(\d+)">([^<]*)</script>', page)
    assert block
    places = [LETTERS.index(ord(one)) for one in block.group(2)]
    bits = "".join(f"{a * 91 + b:013b}" for a, b in zip(places[::2], places[1::2], strict=True))
    size = int(block.group(1))
    whole = gzip.decompress(int(bits[: 8 * size], 2).to_bytes(size, "big"))
    return json.loads(whole[4 : 4 + int.from_bytes(whole[:4], "little")])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unknown_key": 1}, "Extra inputs"),
        ({"payload_version": 1}, "Input should be 4"),
        ({"breaks": [0, 1]}, "n \\+ 1 breaks"),
        ({"colours": ["red", "url(x)"]}, "should match pattern"),
        ({"models": []}, "at least 1 item"),
        ({"bounds": [0, 0, 1, float("nan")]}, "finite"),
    ],
)
def test_wrong_payload_is_refused(changes, message):
    """Unknown keys, other versions, and values the page could not draw."""
    with pytest.raises(ValidationError, match=message):
        MapPayload.model_validate(make_payload(**changes))


def test_layer_of_mixed_geometry_is_refused():
    """A layer has one kind, and the message names layer and remedy."""
    payload = make_payload()
    payload["layers"][0]["kind"] = "line"
    with pytest.raises(ValidationError, match="'towns' is of kind line and holds a Point"):
        MapPayload.model_validate(payload)


def test_coordinate_that_is_not_finite_is_refused(tmp_path):
    """A map has no infinity; no file is left behind."""
    payload = make_payload()
    payload["layers"][0]["features"][0]["geometry"]["coordinates"] = [float("inf"), 0.0]
    with pytest.raises(ValueError, match="of the map is not finite"):
        write_map(payload, tmp_path / "map.html")
    assert not (tmp_path / "map.html").exists()


def test_modules_are_joined_into_one_script():
    """No import or export is left, and each module stands once."""
    script = page_script()
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    assert script.count("function createStore(") == 1
    assert script.index("function createStore(") < script.index("function start(")


def test_comments_stay_in_the_modules():
    """No line of the joined script is a comment alone; what stands after code or in a text is kept."""
    lines = [line.strip() for line in page_script().splitlines()]
    assert [line for line in lines if line.startswith(("//", "* "))] == []
    assert any("/** @type" in line for line in lines)
