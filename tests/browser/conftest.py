"""A payload like the Atacama's, a browser, and the written page opened in it."""

from __future__ import annotations

import base64
import math
import os
import random
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from prospector.map.html import write_map

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

Payload = dict[str, Any]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
VIRIDIS = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"]
WEST, SOUTH, EAST, NORTH = -71.0, -28.0, -66.25, -19.5

DEPOSITS = [
    ("Chuquicamata", -68.90, -22.29, "porphyry Cu-Mo, 34 Ma"),
    ("Escondida", -69.07, -24.27, "porphyry Cu, 38 Ma"),
    ("El Abra", -68.83, -21.92, "porphyry Cu, 37 Ma"),
    ("Collahuasi (Rosario)", -68.71, -20.97, "porphyry Cu-Mo, 34 Ma"),
    ("Quebrada Blanca", -68.80, -21.00, "porphyry Cu, 37 Ma"),
    ("Spence", -69.26, -22.82, "porphyry Cu, 57 Ma"),
    ("El Salvador", -69.56, -26.25, "porphyry Cu-Mo, 42 Ma"),
    ("Gabriela Mistral", -68.81, -23.41, "porphyry Cu, 42 Ma"),
    ("Lomas Bayas", -69.51, -23.45, "porphyry Cu, 58 Ma"),
    ("Cerro Colorado", -69.26, -20.04, "porphyry Cu, 52 Ma"),
    ("Taca Taca", -67.73, -24.57, "porphyry Cu-Mo, 29 Ma"),
    ("Potrerillos", -69.41, -26.49, "porphyry Cu-Mo, 36 Ma"),
]
SALARS = [
    ("Salar de Atacama", -68.25, -23.50, 0.42),
    ("Salar de Uyuni", -67.50, -20.20, 0.60),
    ("Salar de Arizaro", -67.70, -24.70, 0.24),
    ("Salar del Hombre Muerto", -67.00, -25.40, 0.14),
    ("Salar de Punta Negra", -68.95, -24.58, 0.11),
    ("Salar de Maricunga", -69.08, -26.90, 0.08),
    ("Salar de Pedernales", -69.17, -26.27, 0.12),
    ("Salar de Olaroz", -66.70, -23.45, 0.12),
    ("Salar de Pastos Grandes", -66.75, -24.55, 0.07),
]
TOWNS = [
    ("Calama", -68.93, -22.46),
    ("Antofagasta", -70.40, -23.65),
    ("Copiapó", -70.33, -27.37),
    ("Iquique", -70.15, -20.21),
    ("San Pedro de Atacama", -68.20, -22.91),
    ("Tocopilla", -70.20, -22.09),
    ("Taltal", -70.48, -25.41),
    ("Uyuni", -66.83, -20.46),
    ("San Antonio de los Cobres", -66.32, -24.22),
]
COAST = [(-70.2, -19.5), (-70.15, -20.2), (-70.2, -22.1), (-70.6, -23.1), (-70.4, -23.65)]
COAST += [(-70.55, -24.6), (-70.5, -25.4), (-70.7, -26.3), (-71.0, -27.2)]
FAULTS = [
    ("Domeyko fault system", [(-69.0, -20.5), (-68.9, -22.3), (-69.0, -24.3), (-69.4, -26.5)]),
    ("Atacama fault system", [(-70.1, -21.5), (-70.2, -23.5), (-70.3, -25.5), (-70.5, -27.4)]),
    ("Calama-Olacapato-El Toro lineament", [(-68.9, -22.4), (-67.6, -23.5), (-66.4, -24.4)]),
]
SENTENCE = (
    "Screening output. Not a mineral resource, exploration target or exploration result under any "
    "CRIRSCO code."
)


def blob(
    longitude: float, latitude: float, radius: float, chance: random.Random
) -> dict[str, object]:
    """Return a rounded polygon in degrees."""
    swing = [chance.uniform(0.7, 1.15) for _ in range(12)]
    ring = []
    for step in range(36):
        angle = math.tau * step / 36
        part = step / 3
        low, high = swing[int(part) % 12], swing[(int(part) + 1) % 12]
        reach = radius * (low + (high - low) * (part % 1))
        ring.append(
            [
                round(longitude + reach * math.cos(angle), 5),
                round(latitude + reach * math.sin(angle), 5),
            ]
        )
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def picture(width: int, height: int, colour: Callable[[float, float], tuple[int, ...]]) -> str:
    """Return an RGBA picture as a data address; the colour is asked for at parts of the width and height."""
    lines = bytearray()
    for row in range(height):
        lines.append(0)
        for column in range(width):
            lines.extend(colour(column / width, row / height))
    data = b"\x89PNG\r\n\x1a\n"
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(lines))), (b"IEND", b"")):
        data += struct.pack(">I", len(body)) + kind + body
        data += struct.pack(">I", zlib.crc32(kind + body))
    return "data:image/png;base64," + base64.b64encode(data).decode()


def relief(across: float, down: float) -> tuple[int, ...]:
    """Return the colour of an invented mountain range, sea in the west."""
    longitude, latitude = WEST + across * (EAST - WEST), NORTH - down * (NORTH - SOUTH)
    if longitude < coast_longitude(latitude):
        return (205, 217, 226, 255)
    ridge = math.exp(-(((longitude + 68.2) / 1.3) ** 2))
    waves = math.sin(longitude * 17 + math.sin(latitude * 5) * 2)
    shade = 0.5 + 0.18 * waves * ridge + 0.16 * math.sin(latitude * 29 + longitude * 11) * ridge
    tone = 0.72 + 0.28 * shade
    return (
        int((226 - 22 * ridge) * tone + 18),
        int((220 - 26 * ridge) * tone + 18),
        int((206 - 30 * ridge) * tone + 18),
        255,
    )


def coast_longitude(latitude: float) -> float:
    """Return the coast's longitude by straight lines between its points."""
    for (east, north), (east_next, south) in pairwise(COAST):
        if south <= latitude <= north:
            return east + (east_next - east) * (north - latitude) / (north - south)
    return COAST[-1][0]


def score_colour(across: float, down: float) -> tuple[int, ...]:
    """Return viridis by distance from an axis, transparent far from it."""
    longitude, latitude = WEST + across * (EAST - WEST), NORTH - down * (NORTH - SOUTH)
    score = math.exp(-(((longitude + 69.0) / 0.7) ** 2)) * (0.7 + 0.3 * math.sin(latitude * 9))
    code = VIRIDIS[min(4, int(score * 5))]
    return (*(int(code[place : place + 2], 16) for place in (1, 3, 5)), 255 if score > 0.05 else 0)


def make_target(rank: int, count: int, model: str, chance: random.Random) -> Payload:
    """Return one target along the belt, or on a salar."""
    known = rank in {1, 2, 4, 9, 15} and model == "porphyry_copper"
    name, longitude, latitude, _ = DEPOSITS[rank % len(DEPOSITS)]
    if model == "lithium_brine":
        name, longitude, latitude, radius = SALARS[rank % len(SALARS)]
    elif known:
        radius = 0.11
    else:
        latitude = chance.uniform(-27.5, -20.0)
        longitude = -69.0 + 0.1 * math.sin(latitude) + chance.gauss(0, 0.45)
        radius = chance.uniform(0.02, 0.1)
    score = max(0.05, 0.98 - 0.75 * (rank / count) ** 0.8)
    held = round(chance.uniform(0, 0.7), 3) if longitude > -68.4 else 0.0
    vacant = 0.05 if held > 0.4 else 0.0
    return {
        "target_id": f"T-{chance.getrandbits(32):08x}",
        "rank": rank,
        "score": round(score, 4),
        "percentile": round(99.97 - 14 * rank / count, 2),
        "area_km2": round(math.pi * (radius * 100) ** 2 * 0.8, 1),
        "known_deposits": int(known),
        "known_names": name if known else "",
        "nearest_deposit": name,
        "nearest_deposit_km": 0.0 if known else round(chance.uniform(4, 70), 1),
        "percentile_mean": round(99.5 - 14 * rank / count, 2),
        "percentile_spread": round(0.3 + 4 * rank / count, 2),
        "top_tenth_share": round(1 - 0.9 * rank / count, 3),
        "values": [round(2.1 + rank / 10, 2), 0.38, 6.0, 52.0],
        "parts": make_parts(rank, count, model),
        "tenure": {
            "unknown": 1 - held - vacant,
            "held": held,
            "applied_for": 0.0,
            "reserved": 0.0,
            "vacant": vacant,
            "open": 0.0,
        },
        "protection": {"protected": 0.08, "not_protected": 0.0, "protection_unknown": 0.92},
        "holders": "Minera Ejemplo S.A.; private holder" if held else "",
        "concession_ids": "19846; 20117; 22090" if held else "",
        "tenure_as_of": "2025-03-01",
        "centre": [round(longitude, 5), round(latitude, 5)],
        "geometry": blob(longitude, latitude, radius, chance),
    }


def make_parts(rank: int, count: int, model: str) -> list[float]:
    """Return contributions to the log-odds; for salars memberships less one half."""
    parts = [round(1.24 - 2 * rank / count, 4), 0.81, round(math.sin(rank), 4), -0.21]
    if model == "lithium_brine":
        return [round(0.4 * math.sin(rank + place), 4) for place in range(4)]
    return parts


def make_model(name: str, label: str, count: int, skill: str, shown: bool) -> Payload:
    """Return one deposit model with its targets."""
    chance = random.Random(name)
    return {
        "name": name,
        "label": label,
        "breaks": [0, 0.2, 0.4, 0.6, 0.8, 1],
        "colours": VIRIDIS,
        "verdict": "demonstrated" if shown else "none seen",
        "demonstrated": shown,
        "verdict_name": "Skill demonstrated" if shown else "No demonstrated skill",
        "skill_words": skill,
        "skill_rows": [
            ["AUC in 50 km blocks", "0.78 (0.71 to 0.84)"],
            ["null, 95th percentile", "0.70"],
            ["p", 0.01],
        ],
        "caution": "Deposits are known where people looked and rock crops out.",
        "evidence": [make_evidence(*one) for one in EVIDENCE],
        "what_if": {"kind": "logistic"}
        if shown
        else {"kind": "fuzzy", "operator": "gamma", "gamma": 0.8},
        "targets": [make_target(rank, count, name, chance) for rank in range(1, count + 1)],
        "overlay": {
            "png": picture(95, 170, score_colour),
            "bounds": [[SOUTH, WEST], [NORTH, EAST]],
        }
        if shown
        else None,
        "outside": blob(-67.0, -22.0, 0.5, chance) if shown else None,
        "outside_share": 0.04 if shown else None,
        "outside_cell_km": 4.0 if shown else None,
    }


EVIDENCE = [
    ("fault", "distance to the Domeyko fault system", "km", True),
    ("intrusive", "share of intrusive rock within 5 km", "", False),
    ("crossings", "fault crossings within 10 km", "", True),
    ("crust", "thickness of the crust", "km", False),
]


def make_evidence(name: str, label: str, unit: str, schematic: bool) -> Payload:
    """Return one evidence with its picture."""
    png = picture(48, 85, score_colour)
    return {
        "name": name,
        "label": label,
        "unit": unit,
        "schematic": schematic,
        "reason": "invented for tests",
        "picture": {"png": png, "bounds": [[SOUTH, WEST], [NORTH, EAST]]},
        "low": 0.0,
        "high": 100.0,
    }


def layer(key: str, label: str, kind: str, style: Payload, features: list[Payload]) -> Payload:
    """Return one context layer."""
    schematic = key in {"faults", "salars"}
    groupings = {"concessions": ["State", "Holder"], "deposits": ["Discovered", "Type"]}.get(
        key, []
    )
    return {
        "groupings": groupings,
        "key": key,
        "label": label,
        "kind": kind,
        "schematic": schematic,
        "visible": True,
        "style": style,
        "note": "",
        "features": features,
    }


def point(name: str, longitude: float, latitude: float, rows: list[list[str | int]]) -> Payload:
    """Return a named point."""
    return {
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
        "name": name,
        "rows": rows,
    }


def line(name: str, places: list[tuple[float, float]]) -> Payload:
    """Return a named line."""
    return {
        "geometry": {"type": "LineString", "coordinates": [list(place) for place in places]},
        "name": name,
        "rows": [],
    }


def make_concessions() -> list[Payload]:
    """Return square titles in Argentina."""
    chance = random.Random("concessions")
    titles = []
    for number in range(700):
        west, south = chance.gauss(-67.0, 0.35), chance.uniform(-26.2, -22.6)
        east, north = west + chance.uniform(0.02, 0.09), south + chance.uniform(0.02, 0.08)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        titles.append(
            {
                "geometry": {"type": "Polygon", "coordinates": [ring]},
                "name": f"Mina Ejemplo {number}",
                "rows": [
                    ["File", 18000 + number],
                    ["State", ("granted", "in process", "vacant")[number % 3]],
                    ["Holder", f"Minera {number % 12} S.A."],
                ],
            }
        )
    return titles


def make_layers() -> list[Payload]:
    """Return the context layers, from bottom to top."""
    chance = random.Random("layers")
    salars = [
        {
            "geometry": blob(east, north, radius, chance),
            "name": name,
            "rows": [["Li", "1,400 mg/L"]],
        }
        for name, east, north, radius in SALARS
    ]
    deposits = [
        point(name, east, north, [["Type", kind], ["Discovered", 1900 + 9 * number]])
        for number, (name, east, north, kind) in enumerate(DEPOSITS)
    ]
    base = {
        "key": "relief",
        "label": "Relief",
        "kind": "image",
        "png": picture(190, 340, relief),
        "bounds": [[SOUTH, WEST], [NORTH, EAST]],
    }
    return [
        base,
        layer(
            "salars",
            "Salars",
            "polygon",
            {"colour": "#4f8fb3", "fill": "#d7ecf7", "fill_opacity": 0.8},
            salars,
        ),
        layer(
            "concessions",
            "Concessions (Salta)",
            "polygon",
            {"colour": "#6a5a8c", "fill": "#6a5a8c", "fill_opacity": 0.12, "weight": 0.8},
            make_concessions(),
        ),
        layer(
            "coast",
            "Coast",
            "line",
            {"colour": "#5d7688", "weight": 1.2},
            [line("Pacific coast", COAST)],
        ),
        layer(
            "faults",
            "Fault systems",
            "line",
            {"colour": "#8c2d19", "weight": 1.6, "dash": "6 4"},
            [line(name, places) for name, places in FAULTS],
        ),
        layer(
            "towns",
            "Towns",
            "point",
            {"colour": "#333333", "fill": "#ffffff", "radius": 3.5, "shape": "square"},
            [point(name, east, north, []) for name, east, north in TOWNS],
        ),
        layer(
            "deposits",
            "Known deposits",
            "point",
            {
                "colour": "#17202a",
                "fill": "#ff9d3c",
                "radius": 5,
                "shape": "diamond",
                "weight": 1.3,
            },
            deposits,
        ),
    ]


def make_payload() -> Payload:
    """Return a payload like the Atacama's, from invented targets."""
    skill = "Ranks held-out districts better than smooth noise does: AUC 0.78, null below 0.70 in 95 of 100."
    weak = "Knowledge-driven: with 6 known deposits the rank of a left-out basin is no better than its null."
    return {
        "payload_version": 4,
        "title": "Atacama",
        "subtitle": "Copper and lithium screening at 1 km, Chile, Argentina and Bolivia",
        "made_by": "prospector 0.1.0",
        "bounds": [WEST, SOUTH, EAST, NORTH],
        "sentences": [
            SENTENCE,
            "Effective resolution of the evidence: about 5 km.",
            "Tenure as of 2025-03-01.",
        ],
        "breaks": [0, 0.2, 0.4, 0.6, 0.8, 1],
        "colours": VIRIDIS,
        "models": [
            make_model("porphyry_copper", "Porphyry copper", 240, skill, True),
            make_model("lithium_brine", "Lithium brine", 9, weak, False),
        ],
        "layers": make_layers(),
        "sources": [
            {
                "layer": name,
                "origin": "invented for tests",
                "licence": "CC0",
                "date": "2026",
                "schematic": True,
                "citation": "none",
            }
            for name in ("deposits", "faults", "salars")
        ],
        "notices": [
            {
                "code": "no-target",
                "level": "problem",
                "sentence": {"en": "Nothing stands out.", "es": "Nada destaca."},
            }
        ],
    }


@pytest.fixture
def payload() -> Payload:
    """A fresh payload that a test may change."""
    return make_payload()


@pytest.fixture
def picture_of() -> Callable[..., str]:
    """What makes a picture of the colours that a function gives."""
    return picture


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Any]]:
    """What starts Debian's or a packaged Chromium; its absence skips, but fails in CI."""
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no chromium on PATH: CI must open the map in a browser")
        pytest.skip("no chromium on PATH: the map is not opened in a browser")
    with playwright_api.sync_playwright() as playwright:
        yield lambda *flags: playwright.chromium.launch(
            executable_path=program, args=[*FLAGS, *flags]
        )


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Any]) -> Iterator[Any]:
    """A browser as it comes."""
    running = launch()
    yield running
    running.close()


class OpenMap:
    """A written map, opened; what it asked for and complained of is kept."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.browser, self.folder = browser, folder
        self.address = ""
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def open(
        self,
        payload: Payload,
        *,
        width: int = 1400,
        height: int = 800,
        link: str = "",
        script: bool = True,
    ) -> Any:
        """Write the map, open it in a window of that size, wait until it is ready."""
        path = self.folder / "map.html"
        write_map(payload, path)
        page = self.browse(path.as_uri() + link, width=width, height=height, script=script)
        if script:
            page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
        return page

    def browse(self, address: str, *, width: int, height: int, script: bool = True) -> Any:
        """Open an address in a window of that size."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            has_touch=width < 500,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in {"error", "warning"}
                else None
            ),
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.address = address
        page.goto(address)
        return page

    @property
    def foreign_requests(self) -> list[str]:
        """Requests that left the file, or the page that was opened."""
        own = ("file:", "data:", "blob:")
        return [url for url in self.requests if url != self.address and not url.startswith(own)]


@pytest.fixture
def map_page(browser: Any, tmp_path: Path) -> Iterator[OpenMap]:
    """A map to open; when the test ends it must have asked nobody and complained of nothing."""
    opened = OpenMap(browser, tmp_path)
    yield opened
    for context in browser.contexts:
        context.close()
    assert opened.foreign_requests == []
    assert opened.complaints == []


@pytest.fixture
def large_text(launch: Callable[..., Any], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """What opens a map in a browser whose reader chose text of twice the usual size."""
    running = launch("--blink-settings=defaultFontSize=32")

    def open_page(payload: Payload, width: int, height: int) -> Any:
        path = tmp_path / "map.html"
        write_map(payload, path)
        page = running.new_page(viewport={"width": width, "height": height})
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
        return page

    yield open_page
    running.close()
