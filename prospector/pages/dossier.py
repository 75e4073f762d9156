"""The dossier of a target: one page without script, which prints to one sheet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup
from pyproj import Transformer

from prospector.errors import OutputError
from prospector.gis.vector import meant
from prospector.grid import BoolArray, Bounds, FloatArray, Raster
from prospector.name_lists import joined, parted
from prospector.numerals import fixed, percent
from prospector.pages.chapter import Teller, class_keys
from prospector.pages.chapter_pictures import OUTLINES
from prospector.pages.concern import grave_notices
from prospector.pages.findings import Findings, ModelFindings, picture_bounds
from prospector.pages.ground_pictures import Mark, Scene, ground_svg
from prospector.pages.place_words import area_name
from prospector.pages.render import render
from prospector.pages.report import layer_rows, relief_error
from prospector.pages.skill_rows import MINUS, RANGE
from prospector.pages.work import work_for
from prospector.runs.areas import cut_out, percentile_at_medians
from prospector.runs.inside import inside
from prospector.runs.overview_values import Area, Place
from prospector.runs.run import DOSSIER_FOLDER, open_run
from prospector.runs.run_folder import add
from prospector.targets.contributions import at_tolerance
from prospector.targets.law import RESERVED_LITHIUM, binding_notes
from prospector.targets.places import called_by, nearest_named
from prospector.tenure.concessions import TENURE_CLASSES
from prospector.validation.applicability import unvarying
from prospector.words.cautions import model_caution
from prospector.words.classes import TENURE_WORDS
from prospector.words.language import Language
from prospector.words.language import language as words_of
from prospector.words.regimes import REGIME, regime_line
from prospector.words.sentence import within_sentence
from prospector.words.together import together

TITLES_AT_MOST = 6
NAMES_AT_MOST = 6
LAWS_AT_MOST = 3
NOTICES_AT_MOST = 2
ANALOGUES = 3
QUOTED_HOLDERS = 2
CLOSE_ROWS = 8
"""Evidences and legal notes from which a dossier is set closer, so that it prints to one sheet."""

DEGREE = "\u00b0"
LEAST_PICTURE_M = 50_000.0
PICTURE_HEIGHT = 0.9
"""Height of the picture in its widths."""


def dossier_page(findings: Findings, target_id: str, words: Language) -> str:
    """Return the dossier of a target as a page.

    Raises
    ------
    OutputError
        The run has no target of that id.
    """
    one = _account(findings, target_id, words)
    record, row, law = findings.run.record, one.row, one.law()
    return render(
        "dossier.html.jinja",
        words,
        region=record["region"],
        sentences=findings.sentences(words),
        label=one.found.entry["label"],
        caution=model_caution(one.found.entry, words, learned=one.teller.learned),
        verdict=one.teller.verdict(),
        learned=one.teller.learned,
        place=one.place,
        quote=one.quote(),
        row=one.told(),
        n_targets=len(one.found.targets),
        utm=utm(row["longitude"], row["latitude"]),
        picture=one.picture(),
        classes=class_keys(words),
        evidence=one.evidence_rows(),
        largest_part=float(np.nanmax(np.abs(one.parts), initial=0.0)),
        analogues=one.analogues(),
        titles=one.titles,
        titles_at_most=TITLES_AT_MOST,
        protected=one.protected(),
        law=law,
        laws_at_most=LAWS_AT_MOST,
        look="close" if len(one.parts) + len(law["notes"]) >= CLOSE_ROWS else "",
        dissimilarity=one.dissimilarity(),
        work=work_for(one),
        origins=origins_of(layer_rows(record, words), words),
        notices=together(grave_notices(one.found), words),
        notices_at_most=NOTICES_AT_MOST,
        tenure_keys=[(name, words.told(TENURE_WORDS[name])) for name in one.tenure_around],
    )


def origins_of(layers: list[dict[str, Any]], words: Language) -> list[str]:
    """Return where some layers come from, each origin once, with the licences of what it gave."""
    licences: dict[str, dict[str, None]] = {}
    for layer in layers:
        given = licences.setdefault(words.told(layer["origin"]), {})
        if layer["licence"]:
            given[words.told(layer["licence"])] = None
    return [
        f"{origin} ({'; '.join(given)})" if given else origin for origin, given in licences.items()
    ]


def dossier(run: str | Path, target_id: str, *, language: str | None = None) -> Path:
    """Write the dossier of a target into its run folder and return the file.

    The run's manifest lists it: the next run replaces it.

    Parameters
    ----------
    run
        Folder that a screening wrote.
    target_id
        As targets.csv has it, e.g. ``"PCU-AGQRNG4K"``.
    language
        ``"en"`` or ``"es"``; that of the run by default.

    Returns
    -------
    Path
        ``RUN/DEPOSIT_MODEL/dossiers/TARGET_ID.html``, a page that prints to one sheet.

    Raises
    ------
    OutputError
        The folder holds no run, the run has no such target, or there is no such language.

    Examples
    --------
    >>> import prospector
    >>> target = prospector.open_run("out/hills").targets["target_id"].iloc[-1]
    >>> file = prospector.dossier("out/hills", target)
    >>> file.parent.as_posix(), file.stem == target
    ('out/hills/porphyry_copper/dossiers', True)
    """
    findings = Findings(open_run(run))
    words = words_of(language or findings.run.record["language"])
    name = deposit_model_of(findings, target_id)
    file = inside(findings.run.folder, name, DOSSIER_FOLDER, f"{target_id}.html")
    page = dossier_page(findings, target_id, words)
    return add(findings.run.folder, file.relative_to(findings.run.folder).as_posix(), page)


def write_dossier(findings: Findings, target_id: str, path: Path, *, words: Language) -> None:
    """Write the dossier of a target to a file."""
    page = dossier_page(findings, target_id, words)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def deposit_model_of(findings: Findings, target_id: str) -> str:
    """Return the deposit model that a target belongs to.

    Raises
    ------
    OutputError
        The run has no target of that id.
    """
    found = findings.targets.loc[findings.targets["target_id"] == target_id, "deposit_model"]
    if found.empty:
        raise OutputError(
            f"{findings.run.folder}: has no target '{target_id}'. Give an id of the column "
            "target_id in targets.csv."
        )
    return str(found.iloc[0])


def _account(findings: Findings, target_id: str, words: Language) -> Account:
    found = findings.models[deposit_model_of(findings, target_id)]
    rows = found.targets[found.targets["target_id"] == target_id]
    return Account(found, Teller(found, words), rows.iloc[0].to_dict())


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
        """The language that it is told in."""
        return self.teller.language

    @property
    def outline(self) -> Any:
        """The outline in the grid's CRS."""
        return self.row["geometry"]

    @cached_property
    def rows(self) -> FloatArray:
        """Evidence of its cells, shape (n, n evidence)."""
        return self.found.rows_inside(self.outline)

    @property
    def _contributions(self) -> pd.DataFrame:
        return self.found.contributions_of(self.row["target_id"])

    @cached_property
    def values(self) -> FloatArray:
        """Mean evidence inside, in its own units, shape (n evidence,)."""
        return self._contributions["value"].to_numpy(dtype=float)

    @cached_property
    def parts(self) -> FloatArray:
        """What each evidence adds, mean of the cells, shape (n evidence,)."""
        return self._contributions["contribution"].to_numpy(dtype=float)

    @cached_property
    def schematic(self) -> BoolArray:
        """Whether each value comes from features drawn from descriptions, shape (n evidence,)."""
        return self._contributions["schematic"].to_numpy(dtype=bool)

    @cached_property
    def place(self) -> str:
        """Return what it is called by: its name, the deposits that it holds, or the nearest place."""
        row, own = self.row, self.found.deposits
        at, outlines = (
            np.array([[row["longitude"], row["latitude"]]]),
            gpd.GeoSeries([self.outline]),
        )
        outlines = outlines.set_crs(self.found.run.grid.crs)
        towns = self.found.findings.backdrop.layers.get("towns")
        [near] = called_by(at, own, towns, outlines)
        [town] = nearest_named(at, towns, outlines).names
        place = Place(near["place"], near["place_km"], near["place_bearing"], town=town)
        name, known = str(row["name"]), str(row["known_names"])
        area = Area(
            target_id=str(row["target_id"]), deposit_model=self.found.name, commodity="",
            rank=int(row["rank"]), name=name, place=place, percentile=float(row["percentile"]),
            area_km2=float(row["area_km2"]), tenure={}, protection={}, holders=(),
            known=parted(known), nearest="", nearest_km=None,
        )  # fmt: skip
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
        holders = [self.language.told(name) for name in row["first_holders"][:QUOTED_HOLDERS]]
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

    @cached_property
    def _order(self) -> list[int]:
        """Columns of the evidence, what adds or takes most first."""
        return [int(i) for i in np.argsort(-np.abs(np.nan_to_num(self.parts)), kind="stable")]

    def evidence_rows(self) -> list[dict[str, Any]]:
        """Return each evidence here, beside the known deposits and the ground, strongest first."""
        found, rows = self.found, []
        trained_on = found.trained_on
        known = trained_on.values[trained_on.is_deposit]
        ground = trained_on.values[~trained_on.is_deposit]
        for i in self._order:
            one, median = found.evidence[i], _median(known[:, i])
            rows.append(
                {
                    **one,
                    "schematic": bool(self.schematic[i]),
                    "all_schematic": True,
                    "value": self._measure(i, self.values[i]),
                    "part": float(self.parts[i]) if np.isfinite(self.parts[i]) else None,
                    "known": self._measure(i, median),
                    "ground": self._measure(i, _median(ground[:, i])),
                    "strip": _strip(self.values[i], known[:, i], ground[:, i], one["scale"]),
                }
            )
        return rows

    def analogues(self) -> list[dict[str, str]]:
        """Return the known deposits whose evidence is most like that here; never one that it holds.

        Distance is Euclidean over evidence on its scale, in standard deviations of the ground;
        evidence of one value there has none and is left out, and so is what is unknown in some of it.
        """
        found = self.found
        known, ground = found.trained_on.sample.positive, found.trained_on.sample.background
        if not len(known):
            return []
        whole = np.isfinite([*known, *ground]).all(axis=0)
        if not whole.any() or not np.isfinite(self.values[whole]).all():
            return []
        known, ground = known[:, whole], ground[:, whole]
        spread = np.where(unvarying(ground), np.inf, ground.std(axis=0, ddof=1))
        here = found.scale(self.values[None])[0][whole]
        apart = np.sqrt((((known - here) / spread) ** 2).sum(axis=1))
        km = (
            shapely.distance(shapely.points(found.trained_on.sample.positive_at), self.outline)
            / 1000
        )
        table = found.trained_on.table[found.trained_on.is_deposit]
        own = set(parted(self.row["known_names"]))
        named = enumerate(map(meant, table["deposit"].astype(str)))
        rows = [
            (float(apart[i]), name, i)
            for i, name in named
            if km[i] > 0 and joined([name]) not in own
        ]
        raw = found.trained_on.values[found.trained_on.is_deposit]
        return [
            {
                "name": name,
                "apart": self.language.number(distance, 2),
                "km": self.language.kilometres(km[i]),
                "measures": "; ".join(self._measure(j, raw[i, j]) or RANGE for j in self._order),
            }
            for distance, name, i in sorted(rows)[:ANALOGUES]
        ]

    def _measure(self, column: int, value: float) -> str:
        """Return a value of an evidence with its unit; nothing where it is missing."""
        if not np.isfinite(value):
            return ""
        one = self.found.evidence[column]
        within = bool(at_tolerance(np.array([value]), one["tolerances_km"])[0])
        return self.language.measure(value, one["unit"], within=within)

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

    def dissimilarity(self) -> dict[str, str] | None:
        """Return how unlike the training it is, with the threshold; None where nothing was learned."""
        area = self.found.applicability
        if area is None or not len(self.rows):
            return None
        mean = float(np.nanmean(area.dissimilarity(self.found.scale(self.rows))))
        inside = float(area.inside(self.found.scale(self.rows)).mean())
        return {
            "mean": self.language.number(mean, 3),
            "threshold": self.language.number(area.threshold, 3),
            "inside": self.teller.percent(inside),
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

    def picture(self) -> Markup:
        """Return the picture of the ground."""
        found, grid = self.found, self.found.run.grid
        bounds = self.bounds
        part = cut_out(grid, bounds)
        percentile = Raster(
            found.distribution.percentile(found.score.read(part)), grid.part(part), ""
        )
        around = shapely.box(*bounds.as_tuple())
        near = found.targets[found.targets.intersects(around)]
        itself = near["target_id"] == self.row["target_id"]
        others = near[itself | (near["rank"] <= near["rank"].nsmallest(OUTLINES).max())]
        marks = [
            Mark(row.geometry, "", strong=row.target_id == self.row["target_id"])
            for row in others.itertuples()
        ]
        scene = Scene(
            bounds,
            percentile.values,
            percentile.grid,
            marks,
            found.deposits,
            self.titles_around,
            names=True,
        )
        alt = self.language.say(
            "Map of target {target}: outline, score over shaded relief, concessions, known deposits.",
            target=self.row["name"] or self.row["target_id"],
        )
        return ground_svg(
            scene, found.findings.backdrop, self.language, key="ground", alt=alt, width_in=3.5
        )


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


def _strip(value: float, known: FloatArray, ground: FloatArray, scale: str) -> dict[str, Any]:
    """Return places along a strip, 0-100: the middle 80 % of the ground, the deposits, the target."""
    every = [
        np.log1p(values) if scale == "log" else values
        for values in (known[np.isfinite(known)], ground[np.isfinite(ground)], np.array([value]))
    ]
    if not len(every[1]):
        return {"ground": (0.0, 0.0), "known": [], "here": None}
    ends = [*np.quantile(every[1], [0.02, 0.98]), *every[0], *every[2]]
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    width = (high - low) or 1.0
    known_at, ground_at, here = ((values - low) / width * 100 for values in every)
    first, last = np.quantile(ground_at, [0.1, 0.9])
    return {
        "ground": (round(float(first), 1), round(float(last - first), 1)),
        "known": sorted({round(float(share), 1) for share in known_at}),
        "here": None if not np.isfinite(here[0]) else round(float(here[0]), 1),
    }


def _median(values: FloatArray) -> float:
    """Return the median of the known values; NaN where none is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def utm(longitude: float, latitude: float) -> str:
    """Return a place as zone, easting and northing in whole metres (WGS 84).

    Examples
    --------
    >>> utm(-69.0, -24.0)
    '19S 500000 E 7345773 N'
    """
    zone = int((longitude + 180) // 6) + 1
    south = latitude < 0
    transformer = Transformer.from_crs(
        "EPSG:4326", f"EPSG:{(32700 if south else 32600) + zone}", always_xy=True
    )
    easting, northing = transformer.transform(longitude, latitude)
    return f"{zone}{'S' if south else 'N'} {fixed(easting, 0)} E {fixed(northing, 0)} N"
