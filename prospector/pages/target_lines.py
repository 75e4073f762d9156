"""Targets as lines of a terminal: rank, id, where, percentile, how sure, whose ground, in 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.numerals import fixed, percent, percentile
from prospector.pages.place_words import area_name
from prospector.runs.overview import grade_of
from prospector.runs.overview_values import Area, Grade
from prospector.words.language import language

if TYPE_CHECKING:
    from prospector.runs.run import Run

COLUMNS = 80
LEAST_PLACE = 16
WHOLE = 0.995
"""A share from which a class holds the whole ground."""

SURE = {"demonstrated": "shown", "not_demonstrated": "not shown", "stated": "stated"}
"""How far the ranking of a deposit model is to be believed, in a word or two."""

CLASSES = {"applied_for": "applied"}
"""Classes of tenure that need a shorter word."""

LEGEND = (
    "  sure: shown or not shown, whether the ranking did better than chance; stated,",
    "  nothing was learned; +-, how far the percentile moves over 30 replicas.",
)
"""What the column of how sure each target is says."""


def target_lines(run: Run, areas: Sequence[Area], ranks: Sequence[int]) -> Iterator[str]:
    """Give a head and a line for each target, none wider than 80 columns.

    Parameters
    ----------
    run
        A run that is reopened.
    areas
        The targets in short.
    ranks
        What each is numbered with.
    """
    if not areas:
        return
    sure, whose = _sure(run, areas), [_whose(area.tenure) for area in areas]
    wide_id = max(len(area.target_id) for area in areas)
    wide_sure, wide_whose = max(map(len, sure)), max(map(len, (*whose, "whose")))
    taken = len("  123  ") + wide_id + len("  99.9  ") + wide_sure + len("  ") + wide_whose
    room = max(LEAST_PLACE, COLUMNS - taken - len("  "))
    yield f"  {'':3s}  {'target':{wide_id}s}  {'where':{room}s}  pctl  {'sure':{wide_sure}s}  whose"
    for rank, area, known, ground in zip(ranks, areas, sure, whose, strict=True):
        place = _short(area, room)
        yield (
            f"  {rank:3d}  {area.target_id:{wide_id}s}  {place:{room}s} {percentile(area.percentile):>5s}  "
            f"{known:{wide_sure}s}  {ground}"
        )


def _sure(run: Run, areas: Sequence[Area]) -> list[str]:
    """Return how sure each target is: its spread over the replicas, else what its ranking was graded."""
    spread = run.targets.set_index("target_id")["percentile_spread"]
    grades: dict[str, Grade] = {name: grade_of(run.skill(name)) for name in run.deposit_models}
    return [
        SURE[grades[area.deposit_model]]
        if spread[area.target_id] != spread[area.target_id]
        else f"+-{fixed(spread[area.target_id], 1)}"
        for area in areas
    ]


def _whose(tenure: Mapping[str, float]) -> str:
    """Return the class of tenure of most of a target's ground, with its share.

    Examples
    --------
    >>> _whose({"unknown": 0.2, "held": 0.8, "applied_for": 0.0}), _whose({"unknown": 1.0})
    ('held 80 %', 'unknown')
    """
    name = max(tenure, key=lambda name: tenure[name])
    word = CLASSES.get(name, name)
    return word if tenure[name] >= WHOLE else f"{word} {percent(tenure[name])} %"


def _short(area: Area, width: int) -> str:
    """Return what an area is called by, no longer than a width: without its commune, else cut.

    Examples
    --------
    >>> from prospector.runs.overview_values import Place
    >>> place = Place("Lilian", 12.3, 2.0, "Calama")
    >>> area = Area("PCU-1", "porphyry_copper", "Cu", 1, "", place, 99.0, 30.0, {}, {}, (), (), "", None)
    >>> _short(area, 40), _short(area, 22), _short(area, 10)
    ('12 km north of Lilian, Calama', '12 km north of Lilian', '12 km nor\u2026')
    """
    words = language("en")
    bare = replace(area.place, commune="", town="", country="")
    names = (area_name(area, words), area_name(replace(area, place=bare), words))
    text = next((name for name in names if len(name) <= width), names[-1])
    return text if len(text) <= width else f"{text[: width - 1]}\u2026"
