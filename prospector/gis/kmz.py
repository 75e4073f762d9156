"""Targets for Google Earth: one KMZ, a folder for each deposit model and class of percentile."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape as xml
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.gis.fields import for_files
from prospector.gis.formats import MOST_IN_KMZ
from prospector.gis.outputs import Outputs
from prospector.gis.palette import CLASS_BREAKS, COLOURS
from prospector.name_lists import parted
from prospector.words.language import Language

KMZ_FILE = "targets.kmz"
MADE = (2000, 1, 1, 0, 0, 0)
"""The date that the archive states, so that the same run gives the same bytes."""

FILL, LINE = "b0", "ff"
"""How opaque a target's ground and its outline are."""

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SHOWN = (
    "deposit_model", "rank", "percentile", "score", "area_km2", "administrative_unit", "province", "region",
    "nearest_town", "town_km", "nearest_deposit", "nearest_deposit_km", "known_names", "evidence_for",
    "evidence_against", "unknown_share", "held_share", "open_share", "protected_share", "holders",
    "tenure_as_of",
)  # fmt: skip
"""What a balloon says of a target, where it is known, beside its place and coordinates."""


def write_kmz(outputs: Outputs, home: Path) -> None:
    """Write the best targets of every deposit model to one KMZ, with the map's colours.

    Where there are more than `MOST_IN_KMZ`, each model keeps its best, and the file says so.
    """
    with zipfile.ZipFile(home / KMZ_FILE, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("doc.kml", MADE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, "".join(_document(outputs)).encode("utf-8"))


def _document(outputs: Outputs) -> Iterator[str]:
    kept = {model: outputs.targets(model) for model in outputs.models}
    total = sum(map(len, kept.values()))
    says = list(outputs.sentences)
    if total > MOST_IN_KMZ:
        last = _last_rank([len(targets) for targets in kept.values()], MOST_IN_KMZ)
        kept = {model: targets.head(last) for model, targets in kept.items()}
        capped = "The best {n} of {all} targets; the rest are in prospects.gpkg."
        says.append(outputs.words.say(capped, n=sum(map(len, kept.values())), all=total))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
    yield f"<name>{_text(outputs.title)}</name>\n<open>1</open>\n"
    yield f"<description>{_text('<br>'.join(map(escape, says)))}</description>\n"
    for number, colour in enumerate(COLOURS):
        yield _style(number, colour)
    for model, targets in kept.items():
        if len(targets):
            yield from _folder(outputs, model, targets)
    yield "</Document>\n</kml>\n"


def _last_rank(counts: list[int], most: int) -> int:
    """Return the rank up to which all deposit models' targets together are not too many.

    Examples
    --------
    >>> _last_rank([5, 2, 9], 8)
    3
    """
    ranks = sorted(rank for count in counts for rank in range(1, count + 1))
    return ranks[most] - 1 if len(ranks) > most else max(counts, default=0)


def _style(number: int, colour: str) -> str:
    """Return the style of a class; KML writes colours as alpha, blue, green, red.

    A place has its name and no picture: globes fetch theirs from a server.
    """
    red, green, blue = (colour[place : place + 2] for place in (1, 3, 5))
    turned = f"{blue}{green}{red}"
    return (
        f'<Style id="class-{number}"><IconStyle><scale>0</scale></IconStyle>'
        "<LabelStyle><scale>0.8</scale></LabelStyle>"
        f"<LineStyle><color>{LINE}{turned}</color><width>2</width></LineStyle>"
        f"<PolyStyle><color>{FILL}{turned}</color></PolyStyle>"
        "<BalloonStyle><text>$[description]</text></BalloonStyle></Style>\n"
    )


def _folder(outputs: Outputs, model: str, targets: gpd.GeoDataFrame) -> Iterator[str]:
    """Give the folder of a deposit model, its best class first."""
    table = for_files(targets)
    percentiles = table["percentile"].to_numpy(dtype=float)
    classes = np.digitize(percentiles, CLASS_BREAKS[1:-1])
    called, reasons = outputs.called(targets), outputs.reasons(model)
    for side, column in enumerate(("evidence_for", "evidence_against")):
        table[column] = [reasons.get(name, ("", ""))[side] for name in table["target_id"]]
    yield f"<Folder>\n<name>{_text(outputs.models[model])}</name>\n"
    bounds = list(pairwise(CLASS_BREAKS))
    for number in range(len(bounds) - 1, -1, -1):
        places = np.flatnonzero(classes == number)
        if not len(places):
            continue
        low, high = bounds[number]
        name = outputs.words.say("percentile {range}", range=f"{low:g}-{high:g}")
        yield f"<Folder>\n<name>{_text(name)}</name>\n"
        rows = table.iloc[places].to_dict("records")
        for place, row in zip(places, rows, strict=True):
            yield _placemark(row, called[place], number, outputs)
        yield "</Folder>\n"
    yield "</Folder>\n"


def _placemark(row: dict[Any, Any], called: str, number: int, outputs: Outputs) -> str:
    name = f"{row['rank']}. {called}"
    ids = "".join(
        f"<Data name={quoteattr(key)}><value>{_text(row[key])}</value></Data>"
        for key in ("target_id", "deposit_model", "rank", "percentile", "score", "area_km2")
    )
    centre = (
        f"<Point><coordinates>{row['longitude']:.7f},{row['latitude']:.7f}</coordinates></Point>"
    )
    polygons = "".join(map(_polygon, shapely.get_parts(row["geometry"])))
    return (
        f"<Placemark id={quoteattr(str(row['target_id']))}>\n<name>{_text(name)}</name>\n"
        '<Snippet maxLines="0"></Snippet>\n'
        f"<description>{_text(_balloon(row, called, outputs))}</description>\n"
        f"<styleUrl>#class-{number}</styleUrl>\n<ExtendedData>{ids}</ExtendedData>\n"
        f"<MultiGeometry>{centre}{polygons}</MultiGeometry>\n</Placemark>\n"
    )


def _balloon(row: dict[Any, Any], called: str, outputs: Outputs) -> str:
    """Return what is said of a target, as a table."""
    words = outputs.words
    lines = [(words.label(name), _shown(name, row[name], outputs)) for name in SHOWN]
    lines.append((words.label("longitude"), f"{row['longitude']:.5f}"))
    lines.append((words.label("latitude"), f"{row['latitude']:.5f}"))
    cells = "".join(
        f"<tr><th align='left'>{escape(label)}</th><td>{escape(text)}</td></tr>"
        for label, text in lines
        if text
    )
    says = "".join(f"<p><small>{escape(sentence)}</small></p>" for sentence in outputs.sentences)
    heading = f"<h3>{escape(called)}</h3><p>{escape(str(row['target_id']))}</p>"
    return f"{heading}<table>{cells}</table>{says}"


def _shown(name: str, value: Any, outputs: Outputs) -> str:
    """Return a value as the balloon shows it; nothing where it is missing."""
    words = outputs.words
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if name == "deposit_model":
        return outputs.models[str(value)]
    if name == "percentile":
        return words.percentile(value)
    if name.endswith("_share"):
        return _share(value, words)
    if isinstance(value, float):
        return words.number(value, 3 if name == "score" else 1)
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d}"
    return "; ".join(words.name(words.told(part)) for part in parted(str(value)))


def _share(value: float, words: Language) -> str:
    return f"{words.number(value * 100, 1)} %" if value > 0 else ""


def _polygon(polygon: shapely.Polygon) -> str:
    outer, *inner = (_ring(ring) for ring in (polygon.exterior, *polygon.interiors))
    holes = "".join(f"<innerBoundaryIs>{ring}</innerBoundaryIs>" for ring in inner)
    return (
        "<Polygon><tessellate>1</tessellate>"
        f"<outerBoundaryIs>{outer}</outerBoundaryIs>{holes}</Polygon>"
    )


def _ring(ring: shapely.LinearRing) -> str:
    at = " ".join(f"{longitude:.7f},{latitude:.7f}" for longitude, latitude in ring.coords)
    return f"<LinearRing><coordinates>{at}</coordinates></LinearRing>"


def _text(value: object) -> str:
    """Return a text as XML holds it, without characters that no XML may have."""
    return xml(NOT_XML.sub("", str(value)))
