"""Targets as lines of a terminal: rank, id, where, percentile, how sure, whose ground, in 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.numerals import percent
from prospector.pages.place_words import area_name
from prospector.runs.overview import grade_of
from prospector.runs.overview_values import Area, Grade
from prospector.words.language import Language

if TYPE_CHECKING:
    from prospector.runs.run import Run

COLUMNS = 80
LEAST_PLACE = 16
WHOLE = 0.995
"""A share from which a class holds the whole ground."""

SURE = {"demonstrated": "shown", "not_demonstrated": "not shown", "stated": "stated"}
"""How far the ranking of a deposit model is to be believed, in a word or two."""

CLASSES = {"applied_for": "applied"}
"""Classes of tenure that need a shorter word in English."""

HEADS = ("target", "where", "pctl", "sure", "tenure")
"""Heads of the columns: id, place, percentile, how sure, who holds most of the ground."""


def legend(words: Language) -> tuple[str, ...]:
    """Return what the columns that need a word mean.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> legend(language("en"))[1]
    'pctl: percentile of the score among all scored ground (100 is best).'
    """
    return (
        words.say(
            "AUC: 0.5 is a coin toss, 1 is perfect. chance: the AUC that 1 in 20 random rankings reaches."
        ),
        words.say("pctl: percentile of the score among all scored ground (100 is best)."),
        words.say(
            "sure: is the ranking shown to do better than chance? 'stated': nothing was learned from "
            "deposits. +-: how far the percentile moves over 30 replicas."
        ),
        words.say("tenure: the class that holds most of the target's ground."),
    )


def target_lines(
    run: Run, areas: Sequence[Area], ranks: Sequence[int], words: Language
) -> Iterator[str]:
    """Give a head and a line for each target, none wider than 80 columns.

    Parameters
    ----------
    run
        A run that is reopened.
    areas
        The targets in short.
    ranks
        What each is numbered with.
    words
        Language of the lines.
    """
    if not areas:
        return
    sure = _sure(run, areas, words)
    tenure = [_tenure(area.tenure, words) for area in areas]
    target, where, share, known, ground = (words.say(head) for head in HEADS)
    wide_id = max(len(area.target_id) for area in areas)
    wide_sure, wide_tenure = max(map(len, (*sure, known))), max(map(len, (*tenure, ground)))
    taken = len("  123  ") + wide_id + len("  99.9  ") + wide_sure + len("  ") + wide_tenure
    room = max(LEAST_PLACE, COLUMNS - taken - len("  "))
    yield f"  {'':3s}  {target:{wide_id}s}  {where:{room}s}  {share}  {known:{wide_sure}s}  {ground}"
    for rank, area, one, held in zip(ranks, areas, sure, tenure, strict=True):
        place = _short(area, room, words)
        yield (
            f"  {rank:3d}  {area.target_id:{wide_id}s}  {place:{room}s} "
            f"{words.percentile(area.percentile):>5s}  {one:{wide_sure}s}  {held}"
        )


def _sure(run: Run, areas: Sequence[Area], words: Language) -> list[str]:
    """Return how sure each target is: its spread over the replicas, else what its ranking was graded."""
    spread = run.targets.set_index("target_id")["percentile_spread"]
    grades: dict[str, Grade] = {name: grade_of(run.skill(name)) for name in run.deposit_models}
    return [
        words.say(SURE[grades[area.deposit_model]])
        if spread[area.target_id] != spread[area.target_id]
        else f"+-{words.number(spread[area.target_id], 1)}"
        for area in areas
    ]


def _tenure(shares: Mapping[str, float], words: Language) -> str:
    """Return the class of tenure of most of a target's ground, with its share.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> english = language("en")
    >>> _tenure({"unknown": 0.2, "held": 0.8, "applied_for": 0.0}, english)
    'held 80 %'
    >>> _tenure({"applied_for": 1.0}, english), _tenure({"applied_for": 1.0}, language("es"))
    ('applied', 'en tr\u00e1mite')
    """
    name = max(shares, key=lambda name: shares[name])
    word = CLASSES.get(name) if words.code == "en" else None
    word = word or words.value(name)
    return word if shares[name] >= WHOLE else f"{word} {percent(shares[name])} %"


def _short(area: Area, width: int, words: Language) -> str:
    """Return what an area is called by, no longer than a width: without its commune, else cut.

    Examples
    --------
    >>> from prospector.runs.overview_values import Place
    >>> from prospector.words.language import language
    >>> place = Place("Lilian", 12.3, 2.0, "Calama")
    >>> area = Area("PCU-1", "porphyry_copper", "Cu", 1, "", place, 99.0, 30.0, {}, {}, (), (), "", None)
    >>> [_short(area, width, language("en")) for width in (40, 22, 10)]
    ['12 km north of Lilian, Calama', '12 km north of Lilian', '12 km nor\u2026']
    """
    bare = replace(area.place, commune="", town="", country="")
    names = (area_name(area, words), area_name(replace(area, place=bare), words))
    text = next((name for name in names if len(name) <= width), names[-1])
    return text if len(text) <= width else f"{text[: width - 1]}\u2026"
