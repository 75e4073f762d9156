"""The overview: what a run answers to a ministry or a board, on two sheets, without script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from prospector.numerals import area as square_km
from prospector.numerals import fixed, percent
from prospector.pages.belief import belief, ties
from prospector.pages.change_words import change_row, in_kind_words
from prospector.pages.findings import Findings
from prospector.pages.ground_pictures import Mark, Scene, ground_svg
from prospector.pages.place_words import FARTHEST_TOWN_KM, area_name, beside, whereabouts
from prospector.pages.render import render
from prospector.region.commodities import commodity_word
from prospector.region.critical import critical_lists, flags_line
from prospector.region.deposit_model import CELL
from prospector.runs.changes import better_than_chance
from prospector.runs.overview import overview_of
from prospector.runs.overview_values import (
    Area,
    Change,
    CommodityRow,
    Grade,
    InventoryRow,
    ModelRow,
    NotScreened,
    Overview,
)
from prospector.tenure.concessions import PROTECTION_CLASSES, TENURE_CLASSES
from prospector.words.classes import TENURE_WORDS
from prospector.words.language import Language
from prospector.words.regimes import NONE_SEEN, regime_words
from prospector.words.sentence import within_sentence

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HOLDERS = 2
LEAST_SHARE = 0.005
"""A smaller share of the ground is not named."""
MORE_NEXT = 2
"""What next, across the deposit models: so many more than for each."""


@dataclass(frozen=True)
class Look:
    """How much the two sheets hold: the more deposit models, the closer they are set.

    Parameters
    ----------
    models
        At most so many deposit models; one that was not screened counts for a quarter.
    name
        Its class in the style sheet.
    map_in
        Width of the map in inches.
    best
        Areas of the list of all kinds together.
    areas
        Best areas of each deposit model.
    changes
        What would change the answer: so many for each deposit model, and two more for the run.
    beside
        Whether what a model seeks beside its main commodity is named.
    lists
        Whether lists of critical minerals and the law stand beside each commodity; the report has them.
    """

    models: float
    name: str
    map_in: float
    best: int
    areas: int
    changes: int
    beside: bool = True
    lists: bool = True


LOOKS = (
    Look(3, "roomy", 3.7, 8, 3, 4),
    Look(5.5, "close", 2.4, 8, 2, 2, beside=False),
    Look(8, "dense", 2.1, 8, 0, 2, beside=False, lists=False),
    Look(1000, "dense", 1.9, 10, 0, 1, beside=False, lists=False),
)

BY_GRADE: tuple[Grade, ...] = ("demonstrated", "not_demonstrated", "stated", "inventory")
"""The better tested ranking first."""


def write_overview(findings: Findings, path: Path, *, words: Language) -> None:
    """Write the overview of a run to a file."""
    page = render("overview.html.jinja", words, overview=overview_values(findings, words))
    path.write_text(page, encoding="utf-8")


def overview_page(overview: Overview, findings: Findings, words: Language) -> str:
    """Return the overview of a run as a page.

    Parameters
    ----------
    overview
        What it says.
    findings
        The run that it is of, with what the map draws.
    words
        Language of the sentences.
    """
    values = _Teller(overview, findings, words).values()
    return render("overview.html.jinja", words, overview=values)


def overview_values(findings: Findings, words: Language) -> dict[str, Any]:
    """Return what the overview says, as the report's first pages need it too; told once for both."""
    return dict(
        findings.shared(
            f"overview in {words.code}",
            lambda: _Teller(overview_of(findings.run, findings.targets), findings, words).values(),
        )
    )


@dataclass(frozen=True, eq=False)
class _Teller:
    """An overview told in a language."""

    overview: Overview
    findings: Findings
    words: Language

    def values(self) -> dict[str, Any]:
        """Return all that the page shows."""
        overview, record = self.overview, self.findings.run.record
        standing = self.findings.sentences(self.words)
        return {
            "title": overview.title,
            "run_id": overview.run_id,
            "version": overview.version,
            "as_of": "" if overview.tenure_as_of == "unknown" else overview.tenure_as_of,
            "layers": len(record["inputs"]),
            "codes": standing.reporting,
            "tenure": standing.tenure,
            "look": self._look.name,
            "answers": [
                self._screened(),
                self._sure(),
                " ".join([self._whose(), *self._protected()]),
            ],
            "picture": self.picture(),
            "best": [self._best(area) for area in self._first],
            "first_words": self._first_words(),
            "glance": [self._glance(row) for row in overview.rows if row.models],
            "next": self._next(),
            "chapters": [self._model(row, model) for row in overview.rows for model in row.models],
            "not_screened": [
                self._not_screened(row, model)
                for row in overview.rows
                for model in row.not_screened
            ],
            "inventories": [self._inventory(row) for row in overview.inventories],
            "lists": [
                f"{critical.title.of(self.words.code)}: {self.words.told(critical.publication)}"
                for critical in critical_lists()
                if self._look.lists
            ],
        }

    @property
    def _look(self) -> Look:
        left_out = sum(len(row.not_screened) for row in self.overview.rows)
        rows = len(self.overview.models) + left_out / 4
        return next(look for look in LOOKS if rows <= look.models)

    @property
    def _first(self) -> tuple[Area, ...]:
        """The first areas of each kind of deposit, those of the better tested ranking first."""
        models = sorted(self.overview.models, key=lambda model: BY_GRADE.index(model.grade))
        order = {model.name: place for place, model in enumerate(models)}
        share = max(1, self._look.best // max(len(models), 1))
        own = [area for area in self.overview.best if area.deposit_model in order]
        own.sort(key=lambda area: (order[area.deposit_model], area.rank))
        taken: dict[str, int] = {}
        kept = []
        for area in own:
            taken[area.deposit_model] = taken.get(area.deposit_model, 0) + 1
            if taken[area.deposit_model] <= share:
                kept.append(area)
        return tuple(kept[: self._look.best])

    def _word(self, commodity: str) -> str:
        return commodity_word(commodity, self.words.code)

    def _all(self, names: Iterable[str]) -> str:
        """Return names as a list in words, each once."""
        *rest, last = dict.fromkeys(names)
        if not rest:
            return last
        return self.words.say("{names} and {last}", names=", ".join(rest), last=last)

    def _screened(self) -> str:
        """Return what was screened and how much came out, as a sentence."""
        say, models = self.words.say, self.overview.models
        commodities = [self._word(row.commodity) for row in self.overview.rows if row.models]
        names = self._all(commodities or [self._lower(model.label) for model in models])
        n, known = sum(model.n_targets for model in models), sum(model.n_known for model in models)
        return say(
            "Screened for {names}: {n} areas are ranked, {known} of them around known deposits of their kind "
            "and {new} where none is known.",
            names=names,
            n=n,
            known=known,
            new=n - known,
        )

    def _sure(self) -> str:
        """Return how far to believe it, as one sentence over all deposit models."""
        say = self.words.say
        by_grade: dict[Grade, list[str]] = {}
        for model in self.overview.models:
            by_grade.setdefault(model.grade, []).append(self._lower(model.label))
        phrases = {
            "demonstrated": say("demonstrated for {names}"),
            "not_demonstrated": say("not demonstrated for {names}"),
            "stated": say("stated only for {names}"),
        }
        parts = [
            phrases[grade].replace("{names}", self._all(by_grade[grade]))
            for grade in phrases
            if grade in by_grade
        ]
        start = say("How sure: {parts}.", parts="; ".join(parts))
        if "demonstrated" in by_grade:
            return start
        return f"{start} {say('Take the areas as places to look at first, not as findings.')}"

    def _lower(self, label: str) -> str:
        return within_sentence(self.words.told(label))

    def _whose(self) -> str:
        """Return whose the ground of the best areas is, as a sentence."""
        areas = [area for model in self.overview.models for area in model.areas]
        if not areas:
            return self.words.say("No area is ranked, so no ground was compared with titles.")
        if self.overview.tenure_as_of == "unknown":
            return self.words.say(
                "Tenure of the best areas: {shares}; there is no register of titles with a date. "
                "Unknown is not open.",
                shares=self._shares(_shares_of(areas, TENURE_CLASSES)),
            )
        return self.words.say(
            "Tenure of the best areas: {shares}, by {registers} as of {date}. Unknown is not open.",
            shares=self._shares(_shares_of(areas, TENURE_CLASSES)),
            date=self.words.told(self.overview.tenure_as_of),
            registers=self._registers(),
        )

    def _registers(self) -> str:
        names = map(self.words.told, self.overview.registers)
        return "; ".join(names) or self.words.say("no register")

    def _protected(self) -> Iterator[str]:
        """Give what is protected of the best areas, and what is known by name alone, as a sentence."""
        say = self.words.say
        areas = [area for model in self.overview.models for area in model.areas]
        if not areas:
            return
        shares = self._shares(_shares_of(areas, PROTECTION_CLASSES))
        sentence = say("Protection of the best areas: {shares}.", shares=shares)
        names = self._all(self.overview.undrawn) if self.overview.undrawn else ""
        drawn = say("Protected, but known only by name, without limits: {names}.", names=names)
        yield f"{sentence} {drawn}" if names else sentence

    def _shares(self, shares: Mapping[str, float]) -> str:
        """Return shares of ground by class in words, the largest first."""
        told = self.words.told
        ordered = sorted(shares.items(), key=lambda part: -part[1])
        return ", ".join(
            f"{percent(share)} % {told(TENURE_WORDS[name])}"
            for name, share in ordered
            if share >= LEAST_SHARE
        )

    def _ground(self, area: Area) -> str:
        """Return whose an area's ground is: shares, and the first holders."""
        shares = self._shares({name: area.tenure[name] for name in TENURE_CLASSES})
        holders = ", ".join(self.words.told(holder) for holder in area.holders[:HOLDERS])
        if len(area.holders) > HOLDERS:
            more = len(area.holders) - HOLDERS
            holders = self.words.say("{names} and {n} more", names=holders, n=more)
        ground = f"{shares} ({holders})" if holders else shares
        if area.regime is None:
            return ground
        seen = area.regime not in ("", NONE_SEEN)
        regime = (
            regime_words(area.regime, self.words)
            if seen
            else self.words.say("no contract or regime seen")
        )
        return self.words.say("{ground}; lithium: {regime}", ground=ground, regime=regime)

    def _first_words(self) -> str:
        """Return the first area of each kind of deposit, as the answer of the map."""
        first: dict[str, str] = {}
        for area in self._first:
            tagged = f"{self._tag(area)} {area_name(area, self.words)}"
            first.setdefault(area.deposit_model, tagged)
        if not first:
            return self.words.say("No area is ranked: 0 areas.")
        return self.words.say("First of each kind: {places}.", places="; ".join(first.values()))

    def _best(self, area: Area) -> dict[str, Any]:
        models = {model.name: model for model in self.overview.models}
        model = models[area.deposit_model]
        return {
            "tag": self._tag(area),
            "sure": self.grade_words(model.grade),
            "grade": model.grade,
            "ground": self._shares({name: area.tenure[name] for name in TENURE_CLASSES}),
            "name": area_name(area, self.words),
            "kind": self._lower(model.label),
        }

    def _glance(self, row: CommodityRow) -> dict[str, Any]:
        """Return a commodity as one row: areas, how sure, whose ground."""
        sure = dict.fromkeys(map(self._sure_words, row.models))
        areas = [area for model in row.models for area in model.areas]
        return {
            "name": self._title(self._word(row.commodity)),
            "n": sum(model.n_targets for model in row.models),
            "sure": "; ".join(sure),
            "ground": self._shares(_shares_of(areas, TENURE_CLASSES)),
        }

    def _title(self, text: str) -> str:
        return text[:1].upper() + text[1:]

    def _flags(self, row: CommodityRow) -> str:
        """Return what each list says of a commodity, in a line."""
        return " · ".join(flag.sentence(self.words.code) for flag in row.flags)

    def _also(self, model: ModelRow | NotScreened) -> str:
        """Return which lists name the commodities beside the main one, in a line."""
        return flags_line((own[0].commodity for own in model.also), self.words.code)

    def _sure_words(self, model: ModelRow) -> str:
        """Return the grade of a deposit model, and whether stated criteria were tested in vain."""
        test = model.skill.stated
        if test is not None and test.auc is not None and test.seen:
            return self.words.say("stated only, set with these deposits in view")
        if test is None or test.auc is None or better_than_chance(test.auc):
            return self.grade_words(model.grade)
        return self.words.say("stated only, no better than chance")

    def grade_words(self, grade: Grade) -> str:
        """Return one of the four grades in words."""
        say = self.words.say
        return {
            "demonstrated": say("demonstrated"),
            "not_demonstrated": say("not demonstrated"),
            "stated": say("stated only"),
            "inventory": say("inventory"),
        }[grade]

    def _model(self, row: CommodityRow, model: ModelRow) -> dict[str, Any]:
        """Return a deposit model as a block of the second sheet."""
        areas = [self._area(area) for area in model.areas[: self._look.areas]]
        first = model is row.models[0]
        return {
            "commodity": self._title(self._word(row.commodity)),
            "label": self.words.told(model.label),
            "grade": model.grade,
            "grade_words": self.grade_words(model.grade),
            "flags": self._flags(row) if first and self._look.lists else "",
            "also": self._also(model) if first and self._look.beside else "",
            "laws": [law.brief[self.words.code] for law in row.laws] if first else [],
            "unit": self._unit(model),
            "n": model.n_targets,
            "km2": square_km(model.area_km2, "km²").replace(".", self.words.point),
            "belief": " ".join(filter(None, [belief(model, self.words), ties(model, self.words)])),
            "areas": areas,
            "ground_of_all": _alike(areas, "ground"),
            "protection_of_all": _alike(areas, "protection"),
            "changes": [
                change_row(change, self.words) for change in model.changes[: self._look.changes]
            ],
        }

    def _unit(self, model: ModelRow) -> str:
        """Return what was screened, with how many."""
        count = fixed(model.n_units, 0)
        if model.unit == CELL:
            side = self.words.length(self.findings.run.grid.cell_size_m)
            return self.words.say("{n} cells of {side}", n=count, side=side)
        return f"{count} {self.words.told(model.unit)}"

    def _area(self, area: Area) -> dict[str, str]:
        protection = {name: area.protection[name] for name in PROTECTION_CLASSES}
        near = area.name and (area.place.km or 0.0) <= FARTHEST_TOWN_KM
        where = whereabouts(area.place, self.words) if near else ""
        unit = area.place.commune or self.words.told(area.place.country)
        return {
            "name": area_name(area, self.words),
            "where": ", ".join(filter(None, [where, unit if area.name else ""])),
            "tag": self._tag(area),
            "id": area.target_id,
            "percentile": self.words.percentile(area.percentile),
            "km2": square_km(area.area_km2).replace(".", self.words.point),
            "beside": beside(area, self.words),
            "ground": self._ground(area),
            "protection": self._shares(protection),
        }

    def _next(self) -> list[dict[str, str]]:
        """Return what to do next, across the deposit models: what most of them depend on first."""
        weights: dict[tuple[Any, ...], float] = {}
        firsts: dict[tuple[Any, ...], tuple[ModelRow, Change]] = {}
        for model in self.overview.models:
            for change in model.changes:
                of_model = model.name if change.kind in ("deposits", "criteria") else ""
                key = (change.kind, change.labels, of_model)
                weights[key] = weights.get(key, 0.0) + _weight(change)
                firsts.setdefault(key, (model, change))
        ordered = sorted(weights, key=lambda key: -weights[key])[: self._look.changes + MORE_NEXT]
        return [self._next_row(*firsts[key]) for key in ordered]

    def _next_row(self, model: ModelRow, change: Change) -> dict[str, str]:
        say, told = self.words.say, change_row(change, self.words)
        shared = {
            "tenure": say("ask the mining registers who holds the ground of the best areas"),
            "protection": say("ask which of the best areas are protected"),
        }
        if change.kind in shared:
            return told | {"what": shared[change.kind]}
        label = self._lower(model.label)
        return told | {"what": say("{label}: {what}", label=label, what=told["what"])}

    def _not_screened(self, row: CommodityRow, model: NotScreened) -> dict[str, str]:
        say = self.words.say
        name = self._word(row.commodity) if row.commodity else ""
        label = self.words.told(model.label)
        if not model.applies:
            why = say("does not apply here. {reason}", reason=self.words.sentence(model.reason))
        elif model.lacking:
            why = say("not screened: lacks {lacking}", lacking=self._needs(model))
        else:
            why = say("not screened: {reason}", reason=self.words.sentence(model.reason))
        first = not row.models and model is row.not_screened[0]
        return {
            "name": self._title(name),
            "label": label,
            "why": why,
            "flags": self._flags(row) if first else "",
            "also": self._also(model) if self._look.beside else "",
        }

    def _needs(self, model: NotScreened) -> str:
        """Return what a model lacks in words, after what it would cost in kind."""
        told = self.words.told
        if not model.needs:
            return "; ".join(map(told, model.lacking))
        return "; ".join(
            f"{in_kind_words(in_kind, self.words).lower()} ({', '.join(map(told, labels))})"
            for in_kind, labels in model.needs
        )

    def _inventory(self, row: InventoryRow) -> dict[str, str]:
        say, approved = self.words.say, row.approved
        parts = [
            say("{n} listed", n=row.listed),
            say(
                "{n} with a stated tonnage, {mt} Mt together",
                n=row.with_tonnage,
                mt=self.words.number(row.tonnage_mt, 0),
            ),
        ]
        if approved is not None:
            first, last = approved
            parts.append(say("approved from {first} to {last}", first=first, last=last))
        return {"name": self._title(self.words.told(row.role)), "what": ", ".join(parts)}

    @cached_property
    def _outlines(self) -> dict[str, Any]:
        targets = self.findings.targets
        return dict(zip(targets["target_id"], targets.geometry, strict=True))

    def picture(self) -> Markup:
        """Return the map of the best areas over the relief, marked as the lists mark them."""
        overview, backdrop = self.overview, self.findings.backdrop
        shown = [area for model in overview.models for area in model.areas[: self._look.areas]]
        shown += self._first
        tags = {area.target_id: self._tag(area) for area in shown}
        marks = [Mark(self._outlines[name], tag) for name, tag in tags.items()]
        nothing = np.full(backdrop.grid.shape, np.nan)
        bounds, known = self.findings.run.grid.bounds, self.findings.deposits
        alt = self.words.say(
            "Map of the region: the best areas, marked as in the lists, with towns, borders and coast "
            "over shaded relief."
        )
        scene = Scene(bounds, nothing, backdrop.grid, marks, known)
        return ground_svg(
            scene, backdrop, self.words, key="overview", alt=alt, width_in=self._look.map_in
        )

    def _tag(self, area: Area) -> str:
        """Return what marks an area in map and lists: a letter for its deposit model, and its rank there."""
        letter = [model.name for model in self.overview.models].index(area.deposit_model)
        return f"{LETTERS[letter % len(LETTERS)]}{area.rank}"


def _shares_of(areas: Sequence[Area], classes: Sequence[str]) -> dict[str, float]:
    """Return the share of some areas' ground in each class of tenure, or of protection."""
    every = sum(area.area_km2 for area in areas) or 1.0
    return {
        name: sum({**area.tenure, **area.protection}[name] * area.area_km2 for area in areas)
        / every
        for name in classes
    }


def _weight(change: Change) -> float:
    """Return how much depends on a change: a test of the ranking before all, what is not measured last."""
    return 100.0 if change.kind in ("deposits", "criteria") else change.effect or 0.0


def _alike(areas: Sequence[Mapping[str, str]], key: str) -> str:
    """Return what a column says where it says one thing of every area; "" where it differs."""
    texts = {area[key] for area in areas}
    return texts.pop() if len(texts) == 1 else ""
