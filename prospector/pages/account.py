"""One target with all that is known of it: what its dossier is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.grid import BoolArray, Bounds, FloatArray
from prospector.numerals import fixed, percent
from prospector.pages.chapter import Teller
from prospector.pages.findings import ModelFindings, picture_bounds
from prospector.pages.place_words import area_name
from prospector.pages.report import relief_error
from prospector.pages.skill_rows import MINUS
from prospector.runs.areas import percentile_at_medians
from prospector.runs.overview import areas_of
from prospector.targets.law import RESERVED_LITHIUM, binding_notes
from prospector.tenure.concessions import TENURE_CLASSES
from prospector.words.classes import TENURE_WORDS
from prospector.words.language import Language
from prospector.words.regimes import REGIME, regime_line
from prospector.words.sentence import within_sentence

NAMES_AT_MOST = 6
QUOTED_HOLDERS = 2
DEGREE = "\u00b0"
LEAST_PICTURE_M = 50_000.0
PICTURE_HEIGHT = 0.9
"""Height of the picture in its widths."""


@dataclass(frozen=True, eq=False)
class Account:
    """One target with all that is known of it.

    Parameters
    ----------
    row
        Its columns, the outline in the grid's CRS.
    """

    found: ModelFindings
    teller: Teller
    row: dict[str, Any]

    @property
    def language(self) -> Language:
        """The language of its sentences."""
        return self.teller.language

    @property
    def outline(self) -> Any:
        """The outline in the grid's CRS."""
        return self.row["geometry"]

    @cached_property
    def rows(self) -> FloatArray:
        """Evidence of its cells, shape (n, n evidence)."""
        return self.found.rows_inside(self.outline)

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """What each evidence adds, a row each, in the deposit model's order."""
        return self.found.contributions_of(self.row["target_id"])

    @cached_property
    def values(self) -> FloatArray:
        """Mean evidence inside, in its own units, shape (n evidence,)."""
        return self.contributions["value"].to_numpy(dtype=float)

    @cached_property
    def parts(self) -> FloatArray:
        """What each evidence adds, mean of the cells, shape (n evidence,)."""
        return self.contributions["contribution"].to_numpy(dtype=float)

    @cached_property
    def within(self) -> BoolArray:
        """Whether each value is a distance that its layer does not resolve, shape (n evidence,)."""
        return self.contributions["at_tolerance"].to_numpy(dtype=bool)

    @cached_property
    def schematic(self) -> BoolArray:
        """Whether each value comes from features drawn from descriptions, shape (n evidence,)."""
        return self.contributions["schematic"].to_numpy(dtype=bool)

    @cached_property
    def order(self) -> list[int]:
        """Columns of the evidence, what adds or takes most first."""
        return [int(i) for i in np.argsort(-np.abs(np.nan_to_num(self.parts)), kind="stable")]

    @cached_property
    def place(self) -> str:
        """What it is called by, as in map, report and targets.csv."""
        own = self.found.targets["rank"] == self.row["rank"]
        [area] = areas_of(self.found.run, self.found.targets[own])
        return area_name(area, self.language)

    def quote(self) -> str:
        """Return place, rank, what for, how sure and whose ground, as one sentence to quote."""
        label = self.teller.label
        return self.language.say(
            "{place}: number {rank} of {n} areas to look at for {model} in {region}, {sure}; "
            "mining titles: {ground}.",
            place=self.place,
            rank=self.row["rank"],
            n=len(self.found.targets),
            model=within_sentence(label),
            region=self.found.run.record["region"]["title"],
            sure=self._sure(),
            ground=self._whose(),
        )

    def _sure(self) -> str:
        """Return how far to believe the ranking, as a part of a sentence."""
        skill, say = self.found.skill, self.language.say
        if skill.reason is not None:
            return say("by criteria of the literature, with nothing learned")
        if skill.measured is None:
            return say("by a ranking that could not be tested")
        if skill.verdict == "demonstrated":
            return say("by a ranking that did better than chance on deposits kept from it")
        if skill.verdict == "not judged":
            return say("by a ranking that is not judged, because its evidence follows the deposits")
        return say("by a ranking whose skill is not demonstrated")

    def _whose(self) -> str:
        """Return whose the ground is: its classes of tenure and the first holders."""
        row, say = self.teller.row(self.row), self.language.say
        holders = row["first_holders"][:QUOTED_HOLDERS]
        more = len(row["first_holders"]) + row["more_holders"] - len(holders)
        names = ", ".join(holders)
        if more > 0:
            names = say("{names} and {n} more", names=names, n=more)
        return f"{row['tenure_words']} ({names})" if names else row["tenure_words"]

    def told(self) -> dict[str, Any]:
        """Return the columns as the page shows them."""
        number, row = self.language.number, self.row
        plain = self.teller.row(row)
        spread = row["percentile_spread"]
        return {
            **plain,
            "area": self.language.area(row["area_km2"]),
            "longitude": number(row["longitude"], 4).replace("-", MINUS) + DEGREE,
            "latitude": number(row["latitude"], 4).replace("-", MINUS) + DEGREE,
            "known_deposits": int(row["known_deposits"]),
            "mean": "" if pd.isna(spread) else self.language.percentile(row["percentile_mean"]),
            "spread": "" if pd.isna(spread) else number(spread, 1),
            "top_tenth": "" if pd.isna(spread) else percent(row["top_tenth_share"]),
            "expected": ""
            if pd.isna(row["expected_number"])
            else number(row["expected_number"], 2),
            "tenure_as_of": row["tenure_as_of"],
            "access": self._access(),
        }

    def _access(self) -> str:
        """Return what is near it, with distances, and its elevation, as far as the region tells."""
        say, row = self.language.say, self.row
        places = {"town_km": "nearest_town", "port_km": "nearest_port"}
        named = {km: self.language.name(row[name]) for km, name in places.items()}
        unnamed = {
            "road_km": say("road"),
            "power_line_km": say("power line"),
            "well_km": self._well(),
        }
        near = [
            say("{name}, {km} km", name=name, km=self.language.kilometres(row[column]))
            for column, name in (named | unnamed).items()
            if not pd.isna(row[column])
        ]
        if not pd.isna(row["elevation_m"]):
            near.append(self._height())
        return "; ".join(near)

    def _height(self) -> str:
        """Return the elevation in words, with what the relief was measured to err."""
        metres, error = fixed(self.row["elevation_m"], 0), relief_error(self.found.run.record)
        if error is None:
            return self.language.say("{metres} m above sea level", metres=metres)
        return self.language.say(
            "{metres} m above sea level (the relief is off by up to {error} m at nine of ten check points)",
            metres=metres, error=fixed(error["nine_tenths"], 0),
        )  # fmt: skip

    def _well(self) -> str:
        """Return the nearest well in words, with its depth to water where it is known."""
        depth = self.row["depth_to_water_m"]
        if pd.isna(depth):
            return self.language.say("well")
        return self.language.say("well with water at {metres} m depth", metres=fixed(depth, 0))

    def law(self) -> dict[str, Any]:
        """Return who may hold the lithium, the legal notes that bind here, and whether they reserve it."""
        record, entry = self.found.run.record, self.found.entry
        notes = binding_notes(
            self.found.findings.legal_notes,
            self.row,
            entry["commodities"],
            record["region"]["countries"],
        )
        carried = self.found.figures["model"]["targets"]["carry"]
        return {
            "regime": regime_line(self.row, self.language) if REGIME in carried else "",
            "notes": [(note.brief.of(self.language.code), note.date, note.url) for note in notes],
            "seen": max((note.seen for note in notes), default=""),
            "reserved": any(note.name == RESERVED_LITHIUM for note in notes),
        }

    @cached_property
    def titles(self) -> list[dict[str, Any]]:
        """The titles that touch it, the largest share first."""
        found = overlaps(self.found.findings.concessions, self.outline)
        rows: list[dict[Any, Any]] = found.to_dict("records")
        return [self._title(row) for row in rows]

    def _title(self, row: dict[str, Any]) -> dict[str, Any]:
        texts = {key: row.get(key) for key in ("concession_id", "holder", "kind", "name")}
        dates = {key: _date(row.get(key)) for key in ("date", "expiry", "expires")}
        return {
            **{key: "" if value is None else str(value) for key, value in texts.items()},
            "tenure": self.language.told(TENURE_WORDS.get(row["tenure_class"], "")),
            "date": dates["date"],
            "expiry": dates["expiry"] or dates["expires"],
            "hectares": fixed(row["overlap_ha"], 0),
        }

    def protected(self) -> list[str]:
        """Return the names of the protected ground that touches it."""
        found = overlaps(self.found.findings.backdrop.layers.get("protected"), self.outline)
        names = [str(row.get("name") or row.get("class") or "") for row in found.to_dict("records")]
        more = len(names) - NAMES_AT_MOST
        if more <= 0:
            return names
        return [*names[:NAMES_AT_MOST], self.language.say("and {n} more", n=more)]

    @cached_property
    def without(self) -> list[float]:
        """Percentile that it would have if each evidence were at its median over the ground."""
        found = self.found
        places = percentile_at_medians(self.rows, found.scale, found.fitted, found.distribution)
        return [float(place) for place in places]

    @cached_property
    def bounds(self) -> Bounds:
        """Edges of its picture."""
        return picture_bounds(self.outline, least_m=LEAST_PICTURE_M, height=PICTURE_HEIGHT)

    @cached_property
    def titles_around(self) -> gpd.GeoDataFrame | None:
        """The titles in its picture."""
        titles, around = self.found.findings.concessions, shapely.box(*self.bounds.as_tuple())
        return None if titles is None else titles[titles.intersects(around)]

    @property
    def tenure_around(self) -> list[str]:
        """Classes of tenure of the titles in its picture."""
        if self.titles_around is None:
            return []
        there = set(self.titles_around["tenure_class"])
        return [name for name in TENURE_CLASSES if name in there]


def overlaps(layer: gpd.GeoDataFrame | None, outline: Any) -> pd.DataFrame:
    """Return the features that share ground with an outline, with `overlap_ha`, the largest first."""
    if layer is None:
        return pd.DataFrame()
    touched = layer.iloc[np.sort(layer.sindex.query(outline, predicate="intersects"))]
    area = shapely.area(shapely.intersection(touched.geometry.to_numpy(), outline)) / 1e4
    told = pd.DataFrame(touched.drop(columns="geometry")).assign(overlap_ha=area)
    told = told[told["overlap_ha"] > 0.005]
    return told.sort_values("overlap_ha", ascending=False, kind="stable")


def _date(value: Any) -> str:
    """Return a date as year, month and day; a text as it is; nothing where there is none."""
    if value is None or value == "" or pd.isna(value):
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
