"""What changed between two runs, in words: lines of a terminal, and files of the changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from prospector.gis.vector import write_pair
from prospector.pages.lines import notice_lines
from prospector.runs.causes import Cause, CauseKind
from prospector.runs.comparison import CHANGE_COLUMNS, Changes
from prospector.words.classes import TENURE_WORDS
from prospector.words.language import Language, language

FILE_COLUMNS = CHANGE_COLUMNS | {
    "reasons": "the same in words, in the language of the later run: score, contributions, tenure, outline"
}
"""Columns of the files of changes."""

FIRST_CHANGES = 30
LEAST_SCORE = 1e-4
"""A shift of the score that is told: four decimals are."""

LONGEST = 40
"""Letters of a value that are told."""

CAUSES: Mapping[CauseKind, str] = {
    "layer_new": "layer '{key}' ({role}) is new",
    "layer_gone": "layer '{key}' ({role}) is gone",
    "layer_content": "layer '{key}' ({role}): content changed",
    "parameter": "parameter {key}: {before}, now {after}",
    "grid": "grid {key}: {before}, now {after}",
    "version": "version of {key}: {before}, now {after}",
    "tenure_as_of": "tenure as of {before}, now {after}",
    "model_new": "ranked in the later run only",
    "model_gone": "ranked in the earlier run only",
    "evidence_new": "evidence {key} is new",
    "evidence_gone": "evidence {key} is gone",
    "model_key": "deposit model's {key}: {before}, now {after}",
}


def change_lines(changes: Changes) -> Iterator[str]:
    """Give what differs between two runs: causes, counts, the first targets, notices."""
    for name, causes in changes.causes.items():
        yield f"What differs{': ' + name if name else ''}"
        yield from (f"  {_cause(cause)}" for cause in causes)
    yield f"\nChanges: {len(changes.table)}"
    counted = changes.table.groupby(["what", "change"], sort=False).size()
    for (what, change), count in counted.items():
        yield f"  {what} {change}: {count}"
    words, shifts = language("en"), _by_target(changes.shifts)
    targets = changes.table[changes.table["what"] == "target"].head(FIRST_CHANGES)
    for row in targets.to_dict("records"):
        ranks = [row[name] for name in ("rank_before", "rank_after") if not pd.isna(row[name])]
        places = " to ".join(f"rank {rank}" for rank in ranks)
        reasons = _reasons(row, shifts, words)
        yield f"  {row['deposit_model']} {row['id']} {row['change']}, {places}. {reasons}"
    yield from notice_lines(changes.notices)


def write_changes(changes: Changes, stem: Path) -> tuple[Path, Path]:
    """Write ``stem.gpkg`` and ``stem.csv``, columns of `FILE_COLUMNS`, and return both.

    Raises
    ------
    OutputError
        They cannot be written.
    """
    words, shifts = language(changes.language), _by_target(changes.shifts)
    reasons = [_reasons(row, shifts, words) for row in changes.table.to_dict("records")]
    table = changes.table.assign(reasons=reasons)[[*FILE_COLUMNS, "geometry"]]
    return write_pair(
        table, pd.DataFrame(table.drop(columns="geometry")), stem, layer="changes",
        sentences=list(changes.sentences), language=changes.language,
    )  # fmt: skip


def _cause(cause: Cause) -> str:
    return CAUSES[cause.kind].format(
        key=cause.key, role=cause.role, before=_short(cause.before), after=_short(cause.after)
    )


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


Shifts = Mapping[tuple[str, str], list[dict[Any, Any]]]
"""What changed at a target, by its deposit model and id."""


def _by_target(shifts: pd.DataFrame) -> Shifts:
    found = defaultdict[tuple[str, str], list[dict[Any, Any]]](list)
    for shift in shifts.to_dict("records"):
        found[shift["deposit_model"], shift["id"]].append(shift)
    return found


def _reasons(row: Mapping[Any, Any], shifts: Shifts, words: Language) -> str:
    """Return why a target moved, or that a title has another outline; "" where nothing is to be told."""
    say, told = words.say, []
    if not pd.isna(row["score_shift"]):
        told.append(_score(row, words))
        mine = shifts.get((row["deposit_model"], row["id"]), [])
        told += [_shift(shift, words) for shift in mine]
        if row["earlier_id"]:
            told.append(say("outline {shift} km2", shift=_signed(row["area_shift_km2"], 1, words)))
    elif row["earlier_id"]:
        told.append(say("outline changed, earlier id: {id}", id=row["earlier_id"]))
    return "; ".join(told)


def _score(row: Mapping[Any, Any], words: Language) -> str:
    if abs(row["score_shift"]) >= LEAST_SCORE:
        return words.say("score {shift}", shift=_signed(row["score_shift"], 4, words))
    if row["rank_before"] == row["rank_after"]:
        return words.say("score as before")
    return words.say("score as before: others moved past it")


def _shift(shift: Mapping[Any, Any], words: Language) -> str:
    if shift["of"] == "evidence":
        return f"{words.told(shift['label'])} {_signed(shift['shift'], 2, words)}"
    share = _signed(shift["shift"] * 100, 0, words)
    return words.say(
        "tenure {class} {share} %",
        **{"class": words.told(TENURE_WORDS[shift["name"]])},
        share=share,
    )


def _signed(value: float, decimals: int, words: Language) -> str:
    text = words.number(value, decimals)
    return text if text.startswith("-") else f"+{text}"
