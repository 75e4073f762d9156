"""How far results move with cell size and background sample, in a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prospector.errors import Reason
from prospector.words.language import Language


def stability_line(record: Mapping[str, Any], words: Language) -> str:
    """Return what run.json holds of a deposit model's stability as a line.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> record = {"cell_sizes_m": [1000.0, 1500.0], "aucs": [0.87, 0.861], "n_best": 10,
    ...           "in_common": 8, "failed": None, "draw_aucs": [], "draws_in_common": []}
    >>> stability_line(record, language("en"))
    'stability: cells of 1000 and 1500 m: AUC 0.87 and 0.86, 8 of the 10 best targets found again'
    """
    parts = "; ".join([_sizes(record, words), *_draws(record, words)])
    return words.say("stability: {parts}", parts=parts)


def _sizes(record: Mapping[str, Any], words: Language) -> str:
    """Return how far AUC and targets move between two sizes of the cells."""
    first, second = (f"{size:g}" for size in record["cell_sizes_m"])
    if record["failed"] is not None:
        return words.say(
            "cells of {first} and {second} m: not compared, {reason}",
            first=first,
            second=second,
            reason=words.sentence(Reason.from_record(record["failed"])),
        )
    aucs = [words.say("none") if auc is None else words.number(auc, 2) for auc in record["aucs"]]
    return words.say(
        "cells of {first} and {second} m: AUC {auc} and {other}, {n} of the {best} best targets found again",
        first=first,
        second=second,
        auc=aucs[0],
        other=aucs[1],
        n=record["in_common"],
        best=record["n_best"],
    )


def _draws(record: Mapping[str, Any], words: Language) -> Iterator[str]:
    """Give how far AUC and targets move between samples of background, where there are several."""
    aucs, stay = record["draw_aucs"], record["draws_in_common"]
    if len(aucs) > 1:
        yield words.say(
            "{n} samples of background: AUC {low} to {high}, "
            "{least} to {most} of the {best} best targets stay",
            n=len(aucs),
            low=words.number(min(aucs), 2),
            high=words.number(max(aucs), 2),
            least=min(stay, default=0),
            most=max(stay, default=0),
            best=record["n_best_drawn"],
        )
