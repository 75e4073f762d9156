"""The pictures of a chapter of the report: what stands in each, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from markupsafe import Markup

from prospector.numerals import fixed
from prospector.pages.chapter import ROWS, Teller
from prospector.pages.findings import ModelFindings
from prospector.pages.ground_pictures import Mark, Scene, ground_svg
from prospector.pages.pictures import (
    Effect,
    Measured,
    Past,
    Split,
    Standing,
    backtests_svg,
    curves_svg,
    effects_svg,
    folds_svg,
    held_out_svg,
    learning_svg,
    null_svg,
    rates,
    short,
    spread_svg,
)
from prospector.words.language import Language

SHEET_IN = 7.08
"""Width of what is printed on a sheet, in inches."""

MAP_HEIGHT_IN = 5.4

NARROWEST_BESIDE, WIDEST_BESIDE = 0.33, 0.5
"""Shares of the sheet that a map with text beside it may have."""

OUTLINES = 500
"""Targets of each deposit model that its map outlines, the first by rank: more would not be told apart."""

DISCOVERIES = 40
"""Discoveries of a back-test that its picture shows, the last of them; run.json has all."""

STANDING = 34
"""Letters of a place in the picture of the replicas."""


@dataclass(frozen=True, eq=False)
class ChapterPictures:
    """The pictures of a deposit model's chapter, from its findings told in a language."""

    teller: Teller

    @property
    def found(self) -> ModelFindings:
        """The findings."""
        return self.teller.found

    @property
    def language(self) -> Language:
        """The language of the words."""
        return self.teller.language

    def by_name(self) -> dict[str, Markup]:
        """Return the pictures of the chapter by name; those without figures are empty."""
        shown = {"locator": self._locator(), "null": self._null(), "spread": self._spread()}
        past = {"held_out": self._held_out(), "backtests": self._backtests()}
        fitted = {"learning": self._learning(), "effects": self._effects()}
        return {**shown, **self._tested(), **past, **fitted}

    @property
    def map_share(self) -> float:
        """Width of the map as a share of the sheet: all of it where the region is wider than high."""
        bounds = self.found.run.grid.bounds
        steep = (bounds.north - bounds.south) / (bounds.east - bounds.west)
        share = MAP_HEIGHT_IN / (SHEET_IN * steep)
        return 1.0 if share > WIDEST_BESIDE else max(share, NARROWEST_BESIDE)

    def outlined(self) -> str:
        """Return how many targets the map outlines, where there are more; "" where it outlines all."""
        n = len(self.found.targets)
        if n <= OUTLINES:
            return ""
        return self.language.say(
            "The first {drawn} of {n} targets are outlined; the score shows where the others lie.",
            drawn=OUTLINES,
            n=fixed(n, 0),
        )

    def _locator(self) -> Markup:
        found, shown = self.found, self.found.percentile
        marks = [
            Mark(row.geometry, str(row.rank) if row.rank <= ROWS else "", row.rank <= ROWS)
            for row in found.targets.head(OUTLINES).iloc[::-1].itertuples()
        ]
        scene = Scene(found.run.grid.bounds, shown.values, shown.grid, marks, found.deposits)
        alt = self.language.say(
            "Map of the region: {n} targets of {model} with their ranks, known deposits, towns, "
            "borders and coast over shaded relief.",
            n=len(marks),
            model=self.teller.label,
        )
        key, width_in = f"{found.name}-locator", SHEET_IN * self.map_share
        return ground_svg(
            scene, found.findings.backdrop, self.language, key=key, alt=alt, width_in=width_in
        )

    def _null(self) -> Markup:
        skill, say = self.found.skill, self.language.say
        parts = (
            (say("All evidence"), skill.measured),
            (say("Without schematic evidence"), skill.without_some_schematic),
        )
        rows = [
            Measured(
                label,
                one.auc.value,
                one.auc.interval or (),
                {null.kind: null.aucs for null in one.nulls},
            )
            for label, one in parts
            if one is not None
        ]
        if skill.measured is None:
            return Markup()
        alt = say(
            "Distributions of the AUC of random rankings, beside that of this model: {auc}; their "
            "95th percentile is {p95}.",
            **self.teller.figures(skill.measured),
        )
        return null_svg(rows, self.language, key=f"{self.found.name}-null", alt=alt)

    def _spread(self) -> Markup:
        standing = self.standing()
        if standing is None:
            return Markup()
        alt = self.language.say(
            "Percentile of each target over 30 replicas, mean and standard deviation."
        )
        return spread_svg(standing, self.language, key=f"{self.found.name}-spread", alt=alt)

    def standing(self) -> Standing | None:
        """Return the first targets over the replicas; None where none was fitted."""
        targets = self.found.targets.head(ROWS)
        targets = targets[targets["percentile_mean"].notna()]
        if targets.empty:
            return None
        rows = targets.itertuples(index=False)
        return Standing(
            [f"{row.rank}  {short(self.teller.place(row.target_id), STANDING)}" for row in rows],
            targets["percentile"].to_numpy(dtype=float),
            targets["percentile_mean"].to_numpy(dtype=float),
            targets["percentile_spread"].to_numpy(dtype=float),
        )

    @cached_property
    def split(self) -> Split | None:
        """One split into what trains and what is held out; None where nothing was held out."""
        split_into = self.found.trained_on.split
        if split_into is None or self.found.skill.measured is None:
            return None
        (fold, ground), sample = split_into, self.found.trained_on.sample
        return Split(sample.positive_at, sample.background_at, fold == fold[0], ground == fold[0])

    def _tested(self) -> dict[str, Markup]:
        """Return the pictures of the folds and of the curves; empty where nothing was held out."""
        split, measured = self.split, self.found.skill.measured
        if split is None or measured is None:
            return {"folds": Markup(), "curves": Markup()}
        say, name = self.language.say, self.found.name
        alt = say(
            "Map of one split: {n} deposits and the ground around them are held out, {rest} train.",
            n=int(split.held_out.sum()),
            rest=int((~split.held_out).sum()),
        )
        folds = folds_svg(split, self.language, key=f"{name}-folds", alt=alt)
        alt = say(
            "Share of the deposits caught against share of the ground: held out, {caught} % in the "
            "best 5 %.",
            **self.teller.figures(measured),
        )
        return {
            "folds": folds,
            "curves": curves_svg(
                rates(measured.curves, self.language), self.language, key=f"{name}-curves", alt=alt
            ),
        }

    def _held_out(self) -> Markup:
        deposits = self.found.deposits
        placed = deposits[deposits["percentile_out_of_fold"].notna()]
        if placed.empty:
            return Markup()
        names = placed["name"].astype(str).map(self.language.name).tolist()
        percentile = placed["percentile_out_of_fold"].to_numpy(dtype=float)
        alt = self.language.say(
            "Percentile of {n} known deposits; median {median}.",
            n=len(names),
            median=fixed(np.median(percentile), 0),
        )
        key = f"{self.found.name}-deposits"
        return held_out_svg(names, percentile, self.language, key=key, alt=alt)

    def _learning(self) -> Markup:
        """Return the learning curve; empty in a quick run."""
        points = self.found.skill.learning_curve
        if not points:
            return Markup()
        first, last = points[0], points[-1]
        alt = self.language.say(
            "AUC in one split of spatial blocks by number of deposits that train: {few} gives {low}, "
            "{many} {high}.",
            few=fixed(first.n_trained, 0),
            low=self.teller.two(first.auc),
            many=fixed(last.n_trained, 0),
            high=self.teller.two(last.auc),
        )
        return learning_svg(points, self.language, key=f"{self.found.name}-learning", alt=alt)

    def _effects(self) -> Markup:
        """Return how the score moves with each evidence; empty where nothing was learned."""
        found = self.found
        effects = effects_of(found, self.language)
        if not effects:
            return Markup()
        alt = self.language.say(
            "Accumulated local effects: how the log-odds of the score change with each evidence layer."
        )
        return effects_svg(effects, self.language, key=f"{found.name}-effects", alt=alt)

    def _backtests(self) -> Markup:
        """Return the picture of the back-tests; empty without any."""
        tests = self.found.figures["backtests"]
        if not tests:
            return Markup()
        alt = self.language.say(
            "Percentile of the deposits found since {years}, by models of those known before.",
            years=", ".join(str(test["before"]) for test in tests),
        )
        key = f"{self.found.name}-backtests"
        return backtests_svg([past_of(test) for test in tests], self.language, key=key, alt=alt)


def effects_of(found: ModelFindings, language: Language) -> list[Effect]:
    """Return how the score moves with each evidence that it was learned on, in their order."""
    moved = found.effects
    known = found.trained_on.values[found.trained_on.is_deposit]
    return [
        Effect(
            language.told(evidence["label"]),
            language.unit(evidence["unit"]),
            moved.loc[moved["evidence"] == evidence["name"], "value"].to_numpy(dtype=float),
            moved.loc[moved["evidence"] == evidence["name"], "effect"].to_numpy(dtype=float),
            known[:, i],
        )
        for i, evidence in enumerate(found.evidence)
        if (moved["evidence"] == evidence["name"]).sum() > 1
    ]


def past_of(test: dict[str, Any]) -> Past:
    """Return one back-test of run.json as its picture shows it."""
    rows = test["discoveries"][-DISCOVERIES:]
    return Past(
        test["before"],
        [f"{short(entry['name'])} {entry['year']}" for entry in rows],
        np.array([entry["percentile"] for entry in rows]),
        np.array([entry["percentile_by_distance"] for entry in rows]),
        np.array([entry["ground"] == "brownfield" for entry in rows]),
    )
