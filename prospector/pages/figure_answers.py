"""What each figure of a chapter shows, as one sentence made from the numbers that it draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from prospector.grid import FloatArray
from prospector.numerals import fixed, percent
from prospector.pages.chapter import Teller
from prospector.pages.chapter_pictures import ChapterPictures, effects_of
from prospector.pages.pictures import Effect, Split, Standing
from prospector.validation.record import LearningPoint, Measurement
from prospector.words.language import Language

PLACES = 3
"""First targets that the answer of the map names."""

BEST = 95.0
"""Percentile from which a place lies in the best 5 % of the ground."""

LEVEL = 0.01
"""An AUC that rises by less at the end of its learning curve has levelled off."""

STEADY = 1.0
"""Percentiles that the place of a steady target may move over the replicas."""


def answers_of(teller: Teller) -> dict[str, str]:
    """Return the answer of each figure of a chapter, by its name; those without figures have none."""
    found, words, pictures = teller.found, teller.language, ChapterPictures(teller)
    places = [teller.place(name) for name in found.targets["target_id"].head(PLACES)]
    answers = {"locator": locator_answer(places, len(found.targets), words)}
    effects, standing = effects_of(found, words), pictures.standing()
    if effects:
        answers["effects"] = effects_answer(effects, teller.against(), words)
    if standing is not None:
        answers["spread"] = spread_answer(standing, words)
    if found.skill.measured is not None:
        beside = teller.beside_null(found.skill.measured)
        answers["null"] = null_answer(beside, found.skill.measured, words)
        answers["curves"] = curves_answer(found.skill.measured, words)
    if pictures.split is not None:
        answers["folds"] = folds_answer(pictures.split, words)
    if found.skill.learning_curve:
        answers["learning"] = learning_answer(found.skill.learning_curve, words)
    if found.figures["backtests"]:
        answers["backtests"] = backtests_answer(found.figures["backtests"], words)
    placed = found.deposits["percentile_out_of_fold"].dropna().to_numpy(dtype=float)
    if len(placed):
        answers["held_out"] = held_out_answer(placed, words)
    return answers


def locator_answer(places: Sequence[str], n_targets: int, words: Language) -> str:
    """Return where to look first.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> locator_answer(["Around Spence", "9 km east of Lilian"], 8, language("en"))
    'First of 8 targets: (1) Around Spence; (2) 9 km east of Lilian.'
    """
    if not places:
        return words.say("No part of the scored ground is a target: 0 targets.")
    named = "; ".join(f"({rank}) {place}" for rank, place in enumerate(places, 1))
    return words.say("First of {n} targets: {places}.", n=n_targets, places=named)


def effects_answer(effects: Sequence[Effect], against: Sequence[str], words: Language) -> str:
    """Return which evidence moves the score most, and which runs against what was expected.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> ends = np.array([0.0, 1.0])
    >>> slope = Effect("slope", "", ends, np.array([0.0, -2.5]), ends)
    >>> effects_answer([slope], ["slope"], language("en"))
    'The score moves most with slope, by 2.5 log-odds from end to end; contrary to what was expected: slope.'
    """
    spans = [float(np.ptp(effect.effect)) for effect in effects]
    most = int(np.argmax(spans))
    start = words.say(
        "The score moves most with {evidence}, by {span} log-odds from end to end;",
        evidence=effects[most].label,
        span=words.number(spans[most], 1),
    )
    if not against:
        n = len(effects)
        return f"{start} {words.say('none of {n} contradicts what was expected.', n=n)}"
    names = ", ".join(against)
    return f"{start} {words.say('contrary to what was expected: {names}.', names=names)}"


def null_answer(beside: Mapping[str, Any] | None, measured: Measurement, words: Language) -> str:
    """Return whether random rankings do as well.

    Parameters
    ----------
    beside
        Of the stricter null: how many of its `n` rankings were `as_good`, and its name, `null`.
    measured
        What all the evidence reaches.
    words
        Language of the sentences.
    """
    auc, p95 = measured.auc.value, measured.auc.null_p95
    if beside is None or p95 is None:
        return words.say("The ranking reaches an AUC of {auc}.", auc=words.number(auc, 2))
    start = words.say("Of {n} random rankings ({null}), {as_good} did as well:", **beside)
    end = words.say("chance is not ruled out.") if auc <= p95 else words.say("more than chance.")
    return f"{start} {end}"


def folds_answer(split: Split, words: Language) -> str:
    """Return how many deposits are held out, and how far they lie from those that train.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> at = np.array([[0.0, 0.0], [30_000.0, 40_000.0]])
    >>> out = np.array([True, False])
    >>> folds_answer(Split(at, at, out, out), language("en"))
    'Held out: 1 of 2 deposits, half of them 50 km or more from the nearest training deposit.'
    """
    away, train = split.deposits_at[split.held_out], split.deposits_at[~split.held_out]
    if not len(away) or not len(train):
        return words.say("Held out: {n} of {all} deposits.", n=len(away), all=len(split.held_out))
    distance, _ = cKDTree(train).query(away)
    return words.say(
        "Held out: {n} of {all} deposits, half of them {km} km or more from the nearest training deposit.",
        n=len(away),
        all=len(split.held_out),
        km=fixed(float(np.median(distance)) / 1000, 0),
    )


def held_out_answer(placed: FloatArray, words: Language) -> str:
    """Return where half of the known deposits stand, and how many in the best 5 % of the ground.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> held_out_answer(np.array([99.0, 89.0, 40.0]), language("en"))
    'Half of the 3 known deposits are at percentile 89 or above, 1 of them in the best 5 % of the ground.'
    """
    return words.say(
        "Half of the {n} known deposits are at percentile {median} or above, {best} of them in "
        "the best 5 % of the ground.",
        n=len(placed),
        median=fixed(float(np.median(placed)), 0),
        best=int((placed >= BEST).sum()),
    )


def curves_answer(measured: Measurement, words: Language) -> str:
    """Return how many deposits the best 5 % of the ground hold, beside what chance reaches."""
    caught = measured.in_best_twentieth
    start = words.say(
        "Of the deposits kept from the model {caught} % fall in the best 5 % of the ground;",
        caught=percent(caught.value),
    )
    if caught.null_p95 is None:
        return f"{start} {words.say('chance alone would put 5 % there.')}"
    end = words.say("1 in 20 random rankings reaches {null} %.", null=percent(caught.null_p95))
    return f"{start} {end}"


def learning_answer(points: Sequence[LearningPoint], words: Language) -> str:
    """Return whether more deposits would help.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> curve = [LearningPoint(7, 0.6, 0.0), LearningPoint(28, 0.7, 0.0)]
    >>> learning_answer(curve, language("en"))
    'From 7 to 28 deposits the AUC changes from 0.60 to 0.70 and is still rising: more deposits would help.'
    """
    first, last = points[0], points[-1]
    climbs = len(points) > 1 and last.auc - points[-2].auc >= LEVEL
    start = words.say(
        "From {few} to {many} deposits the AUC changes from {low} to {high}",
        few=fixed(first.n_trained, 0),
        many=fixed(last.n_trained, 0),
        low=words.number(first.auc, 2),
        high=words.number(last.auc, 2),
    )
    end = (
        words.say("and is still rising: more deposits would help.")
        if climbs
        else words.say("and has levelled off: more deposits of the same kind would help little.")
    )
    return f"{start} {end}"


def backtests_answer(tests: Sequence[Mapping[str, Any]], words: Language) -> str:
    """Return how many later finds on new ground stood in the best 5 %, and how many by nearness alone.

    Of the first year that has finds on new ground; of all finds where there is none.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> find = {"ground": "new ground", "percentile": 97.0, "percentile_by_distance": 60.0}
    >>> backtests_answer([{"before": 1990, "discoveries": [find]}], language("en"))[:68]
    'Of 1 found on new ground since 1990, the model had 1 in its best 5 %'
    """
    new = {
        test["before"]: [f for f in test["discoveries"] if f["ground"] == "new ground"]
        for test in tests
    }
    year, finds = next(((year, own) for year, own in new.items() if own), (0, []))
    phrase = (
        "Of {n} found on new ground since {year}, the model had {model} in its best 5 %; distance to "
        "known deposits alone had {near}."
    )
    if not finds:
        year, finds = tests[0]["before"], tests[0]["discoveries"]
        phrase = (
            "Of {n} found since {year}, the model had {model} in its best 5 %; distance to known "
            "deposits alone had {near}. None was on new ground."
        )
    return words.say(
        phrase,
        n=len(finds),
        year=year,
        model=sum(find["percentile"] >= BEST for find in finds),
        near=sum(find["percentile_by_distance"] >= BEST for find in finds),
    )


def spread_answer(standing: Standing, words: Language) -> str:
    """Return how many of the first targets keep their place over the replicas, and which moves most.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> two = np.array([99.0, 98.0])
    >>> spread_answer(Standing(["1  A", "2  B"], two, two, np.array([0.2, 3.4])), language("en"))
    '1 of 2 targets move by less than one percentile over the replicas; most moves 2  B, by ±3.4.'
    """
    most = int(np.argmax(standing.spread))
    return words.say(
        "{n} of {all} targets move by less than one percentile over the replicas; most moves {target}, by "
        "±{spread}.",
        n=int((standing.spread < STEADY).sum()),
        all=len(standing.labels),
        target=standing.labels[most],
        spread=words.number(float(standing.spread[most]), 1),
    )
