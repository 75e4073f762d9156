"""One deposit model as a chapter of the report: its words, rows and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from prospector.errors import Reason
from prospector.gis.palette import (
    CLASS_BREAKS,
    COLOURS,
    STRENGTHS,
    over_relief,
)
from prospector.name_lists import parted
from prospector.numerals import area, least_or_most_area, percent
from prospector.pages.findings import ModelFindings
from prospector.pages.place_words import area_name
from prospector.pages.skill_rows import RANGE
from prospector.runs.overview import areas_of
from prospector.targets.contributions import LEAST
from prospector.tenure.concessions import PROTECTION_CLASSES, TENURE_CLASSES
from prospector.validation.alarms import alarm_notice
from prospector.validation.nulls import SHIFTED
from prospector.validation.record import Measurement
from prospector.validation.skill import ONE_BLOCK
from prospector.words.classes import TENURE_WORDS
from prospector.words.language import Language
from prospector.words.skill import gains, skill_figures, verdict_name
from prospector.words.stated import stated_line

ROWS = 15
"""Targets of each deposit model that the report lists."""

REASON = ("value", "unit", "at_tolerance", "contribution")

NAMES = 6
"""Known deposits of a target that the pages name; targets.csv names all."""

KNOWN = 40
"""Known deposits whose place by stated memberships the report lists; run.json has all."""

HOLDERS = 6
"""Holders of a target that the report names; its dossier and the tables name all."""

FLAG_WORDS = {
    "protected": "protected ground {share} %",
    "indigenous": "indigenous territory {share} %",
    "urban": "urban ground {share} %",
    "water": "ground kept for water {share} %",
    "military": "military ground {share} %",
    "border_zone": "border zone {share} %",
}


@dataclass(frozen=True, eq=False)
class Teller:
    """A deposit model's findings told in a language."""

    found: ModelFindings
    language: Language

    @property
    def label(self) -> str:
        """The deposit model's name in the language."""
        return self.language.told(self.found.entry["label"])

    @property
    def learned(self) -> bool:
        """Whether an estimator was fitted to deposits."""
        return self.found.skill.reason is None

    @cached_property
    def _places(self) -> dict[str, str]:
        """What each of the first targets is called by."""
        areas = areas_of(self.found.run, self.found.targets.head(ROWS))
        return {area.target_id: area_name(area, self.language) for area in areas}

    def place(self, target_id: str) -> str:
        """Return what a target is called by; its id where the report does not list it."""
        return self._places.get(target_id, target_id)

    def verdict(self) -> dict[str, Any]:
        """Return what may be said of the skill: its kind, and the figures that the words need."""
        skill, sentence = self.found.skill, self.language.sentence
        name = verdict_name(skill, self.language)
        if skill.reason is not None:
            return {
                "kind": "not learned",
                "name": name,
                "reason": sentence(skill.reason),
                "stated": self._stated(),
            }
        if skill.measured is None:
            why = sentence(skill.untested or ONE_BLOCK)
            return {"kind": "not tested", "name": name, "reason": why}
        auc, plain = skill.measured.auc, skill.without_some_schematic
        n = auc.n_null or 0
        return {
            "kind": skill.verdict,
            "name": name,
            "sentence": skill_figures(skill, self.language, self.found.labels),
            "without_alarms": skill_figures(
                replace(skill, alarms=()), self.language, self.found.labels
            ),
            **self.figures(skill.measured),
            "n": n,
            "beside_one": self.beside_null(skill.measured),
            "all_schematic": skill.without_schematic is None,
            "gains": []
            if skill.demonstrated or skill.follows
            else list(gains(skill, self.language)),
            "range": None if skill.power is None else self.percent(skill.power.range_share),
            "alarms": self._alarms(),
            "plain": None if plain is None else self.figures(plain),
        }

    def _stated(self) -> str:
        """Return how stated memberships rank the known deposits, as a sentence without its stop."""
        test = self.found.skill.stated
        line = "" if test is None else stated_line(test, self.found.labels, self.language)
        return line[:1].upper() + line[1:]

    def _alarms(self) -> list[str]:
        """Return the alarms, with the labels of their evidence, and the AUC without it."""
        found, sentence, say = self.found, self.language.sentence, self.language.say
        alarms = []
        for alarm in found.skill.alarms:
            parts = [sentence(alarm_notice(alarm, found.name, found.labels))]
            if alarm.auc_without is not None:
                auc = self.two(alarm.auc_without)
                parts.append(say("Without it AUC {auc} in one split of spatial blocks.", auc=auc))
            alarms.append(" ".join(parts))
        return alarms

    def figures(self, measured: Measurement) -> dict[str, Any]:
        """Return the figures of one measurement as text."""
        auc = measured.auc
        low, high = auc.interval or (np.nan, np.nan)
        means = (
            f"{self.language.told(null.kind)} {self.two(null.mean)} (p {self.two(null.p)})"
            for null in sorted(measured.nulls, key=lambda null: null.kind)
        )
        value, p95 = self.language.beside(auc.value, auc.null_p95)
        return {
            "auc": value,
            "low": self.two(low),
            "high": self.two(high),
            "mean": self.two(np.nan if measured.auc.null_mean is None else measured.auc.null_mean),
            "p95": p95,
            "p": self.two(auc.p or np.nan),
            "random": self.two(measured.auc_random.value),
            "means": "; ".join(means),
            "caught": self.percent(measured.in_best_twentieth.value),
        }

    def beside_null(self, measured: Measurement) -> dict[str, Any] | None:
        """Return how many rankings of the null with the larger p did as well, and what they reach."""
        null, n = measured.decisive, measured.auc.n_null or 0
        if null is None:
            return None
        auc, p95 = self.language.beside(measured.auc.value, null.p95)
        as_good = round((measured.auc.p or 1.0) * (n + 1)) - 1
        name = self.language.told(null.kind)
        return {"null": name, "n": n, "as_good": as_good, "auc": auc, "p95": p95}

    def shifts(self) -> dict[str, str] | None:
        """Return the shares of shifted districts and deposits that left the ground, in %, and of how many."""
        measured = self.found.skill.measured
        shifted = [null for null in measured.nulls if null.kind == SHIFTED] if measured else []
        if not shifted:
            return None
        null = shifted[0]
        return {
            "alone": self.percent(null.alone),
            "dropped": self.percent(null.dropped),
            "usable": str(null.n_usable),
            "all": str(len(null.aucs)),
        }

    def two(self, value: float) -> str:
        """Return a figure with two decimals."""
        return self.language.number(value, 2)

    def percent(self, share: float) -> str:
        """Return a share as a whole percentage, without the sign."""
        return percent(share)

    def rows(self) -> list[dict[str, Any]]:
        """Return the first targets as the tables show them."""
        rows = self.found.targets.head(ROWS).to_dict("records")
        return [self.row(row) | {"place": self.place(row["target_id"])} for row in rows]

    def _bound(self, square_km: float) -> str:
        return least_or_most_area(square_km, "km²").replace(".", self.language.point)

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a target as the tables show it."""
        number, away = self.language.number, row["nearest_deposit_km"]
        holders = parted(row["holders"])
        return {
            "rank": row["rank"],
            "target_id": row["target_id"],
            "name": row["name"],
            "score": number(row["score"], 3),
            "percentile": self.language.percentile(row["percentile"]),
            "area": area(row["area_km2"]).replace(".", self.language.point),
            "known_names": self._first_names(parted(row["known_names"])),
            "nearest": self.language.name(row["nearest_deposit"]),
            "nearest_km": "" if pd.isna(away) else self.language.kilometres(away),
            "reasons": self._reasons(row),
            "tenure": self._shares(row, TENURE_CLASSES),
            "tenure_words": self._share_words(row, TENURE_CLASSES),
            "protection": self._shares(row, PROTECTION_CLASSES),
            "protection_words": self._share_words(row, PROTECTION_CLASSES),
            "holders": row["holders"],
            "first_holders": [self.language.name(holder) for holder in holders[:HOLDERS]],
            "more_holders": len(holders[HOLDERS:]),
            "flags": self._flags(row["target_id"]),
        }

    def _first_names(self, names: Sequence[str]) -> str:
        """Return the first of some names in words, and how many more there are."""
        more = len(names) - NAMES
        told = "; ".join(map(self.language.name, names[:NAMES]))
        return self.language.say("{names} and {n} more", names=told, n=more) if more > 0 else told

    def _flags(self, target_id: str) -> str:
        """Return what a target is known to hold of ground where work is barred, with its share."""
        return "; ".join(
            self.language.say(FLAG_WORDS[role], share=self.language.number(100 * share, 1))
            for role, share in self.found.flags.get(target_id, ())
        )

    def _reasons(self, row: dict[str, Any]) -> list[tuple[str, float] | None]:
        """Return value and part of each evidence, in the deposit model's order; None where unsaid."""
        parts = self.found.contributions_of(row["target_id"])
        return [
            (self.language.measure(value, unit, within=within), float(part))
            if abs(part) >= LEAST
            else None
            for value, unit, within, part in zip(*(parts[name] for name in REASON), strict=True)
        ]

    @staticmethod
    def _shares(row: dict[str, Any], classes: Sequence[str]) -> list[tuple[str, float]]:
        return [(name, float(row[f"{name}_share"])) for name in classes]

    def _share_words(self, row: dict[str, Any], classes: Sequence[str]) -> str:
        parts = [
            f"{self.percent(share)} % {self.language.told(TENURE_WORDS[name])}"
            for name, share in self._shares(row, classes)
            if share > 0
        ]
        return ", ".join(parts)

    @cached_property
    def ground_shares(self) -> dict[str, float]:
        """Shares of the area of all targets by class of tenure."""
        targets = self.found.targets
        weight = targets["area_km2"] / max(targets["area_km2"].sum(), 1e-9)
        every = {name: float((targets[f"{name}_share"] * weight).sum()) for name in TENURE_CLASSES}
        return {name: round(value, 9) for name, value in every.items()}

    def ground(self) -> dict[str, str]:
        """Return percentages of the area of all targets by tenure."""
        share = self.ground_shares
        return {
            "unknown": self.percent(share["unknown"]),
            "held": self.percent(share["held"] + share["applied_for"]),
            "free": self.percent(share["vacant"] + share["open"]),
        }

    def method(self) -> dict[str, Any]:
        """Return the figures that say how the score was made."""
        figures, skill = self.found.figures, self.found.skill
        model, entry = figures["model"], figures["model"]["targets"]
        left_out = {
            notice.value("condition")
            for notice in self.found.notices
            if notice.code == "condition-not-applied"
        }
        reasons = [
            self.language.told(condition["reason"])
            for number, condition in enumerate(model["permissive"])
            if number not in left_out
        ]
        return {
            "permissive": "; ".join(reasons),
            "deposits": skill.n_deposits,
            "districts": skill.n_districts,
            "background": int((~self.found.trained_on.is_deposit).sum()),
            "by_effort": model["labels"]["target_group"] is not False,
            "estimator": self.language.told(figures["fitted"]["estimator"]),
            "percentile": f"{entry['lowest_percentile']:g}",
            "least": self._bound(entry["min_area_km2"]),
            "most": self._bound(entry["max_area_km2"]),
        }

    def evidence_rows(self) -> list[dict[str, Any]]:
        """Return the evidence as a table, with what it is worth where that was measured."""
        worth = {
            column: group for group in self.found.skill.importance for column in group.evidences
        }
        rows = []
        for column, evidence in enumerate(self.found.evidence):
            group = worth.get(column)
            text = ""
            if group:
                text = f"{self.two(group.drop)} ± {self.two(group.spread)}"
                if len(group.evidences) > 1:
                    text += " " + self.language.say("(together with another)")
            accuracy = Reason.from_record(evidence["accuracy"])
            fit = self._fits.get(evidence["name"], "")
            rows.append({**evidence, "worth": text, "accuracy": accuracy, "fit": fit})
        return rows

    @cached_property
    def _fits(self) -> dict[str, str]:
        """What the fit of an evidence has against its expectation, by the evidence's name."""
        say, fits = self.language.say, {}
        for notice in self.found.notices:
            if notice.code == "fit-against-expectation":
                fits[notice.value("evidence")] = say("the fitted effect runs the other way")
            elif notice.code == "fit-without-weight":
                fits[notice.value("evidence")] = say("it got no weight")
            elif notice.code == "fit-partly-against-expectation":
                fits[notice.value("evidence")] = say(
                    "the fitted effect runs the other way between {low} and {high} ({share} % of the ground)",
                    low=self.language.measured(notice, "low"),
                    high=self.language.measured(notice, "high"),
                    share=self.percent(notice.value("share")),
                )
        return fits

    def against(self) -> list[str]:
        """Return the evidence whose fit runs against what was expected, all along or in part."""
        names = []
        for notice in self.found.notices:
            label = self.language.told(str(dict(notice.about).get("label", "")))
            if notice.code == "fit-against-expectation":
                names.append(label)
            elif notice.code == "fit-partly-against-expectation":
                low, high = (self.language.measured(notice, end) for end in ("low", "high"))
                phrase = "{names} between {low} and {high}"
                names.append(self.language.say(phrase, names=label, low=low, high=high))
        return names

    def lacking(self) -> list[tuple[str, Reason]]:
        """Return the evidence that the deposit model asks for and the run dropped, with the reason."""
        return [
            (notice.value("label"), notice.value("reason"))
            for notice in self.found.notices
            if notice.code == "evidence-dropped"
        ]

    def known(self) -> list[dict[str, Any]]:
        """Return where the first known deposits stand by stated memberships, and what holds them down."""
        every = self.found.figures.get("known", [])
        return [self._known(row) for row in every if row["on_ground"]][:KNOWN]

    def known_left(self) -> dict[str, Any]:
        """Return how many known deposits the list leaves out, and those that lie on no scored ground."""
        every = self.found.figures.get("known", [])
        off = [self.language.name(row["deposit"]) for row in every if not row["on_ground"]]
        more = len(every) - len(off) - KNOWN
        return {"more": max(more, 0), "off": self._first_names(off), "n_off": len(off)}

    def _known(self, row: dict[str, Any]) -> dict[str, Any]:
        words, evidence = self.language, self.found.evidence
        lowest = [
            words.say(
                "{label} {value} (membership {membership})",
                label=words.told(evidence[low["evidence"]]["label"]),
                value=words.measure(low["value"], evidence[low["evidence"]]["unit"]),
                membership=words.number(low["membership"], 2),
            )
            for low in row["lowest"]
        ]
        unknown = [words.told(evidence[column]["label"]) for column in row["unknown"]]
        scored = row["rank"] is not None
        return {
            "name": words.name(row["deposit"]),
            "rank": f"{row['rank']}" if scored else "",
            "percentile": words.percentile(row["percentile"]) if scored else "",
            "lowest": "; ".join(lowest),
            "unknown": "; ".join(unknown),
        }

    def unlike(self) -> int | None:
        """Return the units left out as unlike any that was trained on; None where all were ranked."""
        if not self.learned or self.found.run.record["parameters"]["outside_applicability"]:
            return None
        unlike = [notice for notice in self.found.notices if notice.code == "outside-applicability"]
        return sum(notice.count or 0 for notice in unlike)


def class_keys(language: Language) -> list[tuple[str, str]]:
    """Return the classes of the percentile that pictures show, with their colours."""
    classes = zip(CLASS_BREAKS[:-1], CLASS_BREAKS[1:], COLOURS, STRENGTHS, strict=True)
    return [
        (
            language.say("percentile {range}", range=f"{low:g}{RANGE}{high:g}"),
            over_relief(colour, strength),
        )
        for low, high, colour, strength in classes
        if strength
    ]
