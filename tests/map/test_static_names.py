"""Names on the picture of the page without script: which there are, and where they stand."""

import re

import numpy as np
import shapely
from plain_payload import plain_payload

from prospector.map.payload_schema import LayerPayload, MapPayload
from prospector.map.static_names import names
from prospector.map.static_page import static_body


class Degrees:
    """A sheet of 100 pixels a degree, from 0 east and 10 north."""

    width, height = 1000.0, 1000.0

    def pixels(self, places):
        """Return places in pixels from the top left."""
        return np.column_stack([places[:, 0], 10 - places[:, 1]]) * 100


def towns(*places):
    """A layer of towns with their inhabitants."""
    features = [
        {
            "geometry": shapely.Point(east, north),
            "name": name,
            "rows": [["inhabitants", count], ["country", "Chile"]],
        }
        for name, east, north, count in places
    ]
    style = {"colour": "#111111"}
    return LayerPayload.model_validate(
        {"key": "towns", "label": "Towns", "kind": "point", "style": style, "features": features}
    )


def test_a_town_is_named_beside_its_sign_and_its_country_apart():
    """Eleven-point letters, five pixels right of the sign; the country 0.2 degrees north of the town."""
    country, town = names([towns(("A & B", 5, 5, 1))], Degrees(), [])
    assert 'x="505.0" y="503.5"' in town
    assert ">A &amp; B<" in town
    assert ">CHILE<" in country
    assert float(re.search(r' y="([\d.]+)"', country)[1]) < 490


def test_the_largest_of_two_towns_too_near_is_named():
    """The second has no side that is free where ranks stand all around it."""
    near = towns(("Little", 5, 5, 10), ("Great", 5.2, 5, 1000))
    found = "".join(names([near], Degrees(), [(0, 0, 505, 1000), (505, 0, 1000, 494)]))
    assert ">Great<" in found
    assert ">Little<" not in found


def test_nothing_leaves_the_picture():
    """A name too long for the room right of its sign stands left of it."""
    text = list(names([towns(("A very long name", 9.9, 5, 1))], Degrees(), []))[-1]
    left, size = (float(re.search(rf'{key}="([\d.]+)"', text)[1]) for key in (" x", "textLength"))
    assert left > 0
    assert left + size < 990


def test_the_shipped_region_names_its_countries_and_main_towns(atacama_screening):
    """As on the live map."""
    body = static_body(MapPayload.model_validate(plain_payload(atacama_screening)))
    assert set(re.findall(r">([A-Z]{5,})</text>", body)) == {"CHILE", "BOLIVIA", "ARGENTINA"}
    assert {"Antofagasta", "Calama", "Iquique"} <= set(re.findall(r">([^<]+)</text>", body))
