"""A run's tables as one workbook, for people who live in spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from prospector.inventory.listing import INVENTORY_COLUMNS, NO_SCORE
from prospector.layers.values import AnyLayer
from prospector.region.region_file import OTHER_LICENCE
from prospector.screening.steps import Screening
from prospector.targets.carried import CARRIED_COLUMNS
from prospector.targets.contributions import CONTRIBUTION_COLUMNS
from prospector.targets.target import TARGET_COLUMNS
from prospector.tenure.administrative import UNIT_COLUMNS
from prospector.tenure.exclusions import EXCLUSION_COLUMNS
from prospector.tenure.holdings import CONCESSION_COLUMNS, HOLDER_COLUMNS, PAIR_COLUMNS
from prospector.tenure.open_ground import OPEN_COLUMNS
from prospector.words.language import Language, standing_sentences
from prospector.words.skill import skill_line

WORKBOOK_FILE = "targets.xlsx"

MOST_ROWS = 1_048_575
"""Rows that a sheet holds below its header."""

MOST_LETTERS = 32_000
"""Letters that a cell holds, nearly."""

CUT = " [...]"
DATES = ("date", "expires")
WIDEST = 60
MADE = datetime(2000, 1, 1)
"""The date that every workbook states, so that the same run gives the same bytes."""

MEANINGS = {
    **INVENTORY_COLUMNS,
    **CONTRIBUTION_COLUMNS,
    **UNIT_COLUMNS, **EXCLUSION_COLUMNS, **HOLDER_COLUMNS, **PAIR_COLUMNS, **CONCESSION_COLUMNS,
    **CARRIED_COLUMNS, **OPEN_COLUMNS, **TARGET_COLUMNS,
}  # fmt: skip


def write_workbook(screening: Screening, path: Path, words: Language) -> None:
    """Write targets, concessions, holders, exclusions and open ground as sheets, and what to know of them.

    Text stays text: nothing becomes a formula, a link or a number. Shares are shown as percentages,
    dates of titles are dates. What does not fit a sheet or a cell is cut, and the sheet of notes says so.

    Parameters
    ----------
    screening
        What to write.
    path
        The file, ending in .xlsx.
    words
        Language of sheets, headers and meanings.
    """
    sheets = {name: table for name, table in _tables(screening) if len(table)}
    options = {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "in_memory": True,
    }  # fmt: skip
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        writer.book.set_properties({"created": MADE})
        cut = [
            _write_sheet(writer, words.say(name), table, words) for name, table in sheets.items()
        ]
        columns = list(
            dict.fromkeys(column for table in sheets.values() for column in table.columns)
        )
        _write_sheet(writer, words.say("Columns"), _meanings(columns, words), words)
        notes = [*(notice for of_sheet in cut for notice in of_sheet), *_notes(screening, words)]
        _write_sheet(writer, words.say("Notes"), pd.DataFrame({"note": notes}), words)


def _tables(screening: Screening) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give each sheet's name and table, the tables of all deposit models below each other."""
    tenure, none = screening.tenure, pd.DataFrame()
    yield "Targets", pd.DataFrame(screening.targets.drop(columns="geometry"))
    yield "Contributions", screening.contributions
    for name, tables in (
        ("Concessions", tenure.concessions),
        ("Targets and titles", tenure.target_concessions),
        ("Holders", tenure.holders),
        ("Administrative units", tenure.administrative_units),
        ("Exclusions", tenure.exclusions),
    ):
        parts = [
            table.drop(columns="position", errors="ignore").assign(deposit_model=model)
            for model, table in tables.items()
        ]
        yield name, pd.concat(parts, ignore_index=True) if parts else none
    ground = tenure.open_ground
    yield "Open ground", none if ground is None else pd.DataFrame(ground.drop(columns="geometry"))
    for inventory in screening.inventories:
        yield inventory.title, pd.DataFrame(inventory.rows.drop(columns="geometry"))


def _write_sheet(
    writer: pd.ExcelWriter, name: str, table: pd.DataFrame, words: Language
) -> list[str]:
    """Write one sheet: a header that stays and filters; return what was cut."""
    shown, told = table.head(MOST_ROWS).copy(), []
    if len(table) > MOST_ROWS:
        said = "{sheet}: the first {n} rows of {all}; the rest stands in the CSV files."
        told.append(words.say(said, sheet=name, n=MOST_ROWS, all=len(table)))
    for column in shown.columns:
        if column in DATES:
            shown[column] = shown[column].map(_as_date)
        elif shown[column].dtype.kind not in "iufb":
            long = shown[column].astype(str).str.len() > MOST_LETTERS
            shown.loc[long, column] = shown.loc[long, column].str[:MOST_LETTERS] + CUT
            if long.any():
                said = "{sheet}: {n} cells of '{name}' are cut; they stand whole in the CSV files."
                told.append(words.say(said, sheet=name, n=int(long.sum()), name=column))
    shown.to_excel(writer, sheet_name=name, index=False, header=False, startrow=1)
    sheet, book = writer.sheets[name], writer.book
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for place, column in enumerate(shown.columns):
        sheet.write_string(0, place, words.label(column), head)
        look = book.add_format({"num_format": _look(shown[column])})
        sheet.set_column(place, place, _width(shown[column], words.label(column)), look)
    sheet.freeze_panes(1, 1 if len(shown.columns) > 1 else 0)
    if len(shown) and len(shown.columns) > 1:
        sheet.autofilter(0, 0, len(shown), len(shown.columns) - 1)
    return told


def _as_date(value: object) -> object:
    """Return a date as such; as it is where it is none, or before 1900, where spreadsheets begin."""
    try:
        found = date.fromisoformat(str(value))
    except ValueError:
        return value
    return found if found.year >= 1900 else value


def _look(values: pd.Series) -> str:
    """Return how numbers of a column are shown."""
    name = str(values.name)
    if name in DATES:
        return "yyyy-mm-dd"
    if values.dtype.kind not in "iuf":
        return "@"
    if name.endswith("share") or name.startswith("share"):
        return "0.0%"
    if name in ("longitude", "latitude"):
        return "0.00000"
    if values.dtype.kind in "iu" or (values.dropna() % 1 == 0).all():
        return "0"
    return "#,##0.0" if name.endswith(("_ha", "_km2", "_km")) else "0.000"


def _width(values: pd.Series, label: str) -> int:
    """Return the width of a column in letters: room for most of its texts and the label's words."""
    texts = values.dropna().astype(str).str.len()
    usual = float(np.quantile(texts, 0.9)) if len(texts) else 0.0
    longest_word = max(map(len, label.split()), default=0)
    return int(min(WIDEST, max(usual if values.dtype.kind == "O" else 8, longest_word) + 3))


def _meanings(columns: list[str], words: Language) -> pd.DataFrame:
    """Return what each column is called in the language and in the CSV files, and what it means."""
    told = [words.told(MEANINGS.get(column, "")) for column in columns]
    return pd.DataFrame(
        {"label": [words.label(column) for column in columns], "column": columns, "meaning": told}
    )


def source_lines(layers: Iterable[AnyLayer], words: Language) -> Iterator[str]:
    """Give a line for each layer: where it comes from, and its licence with what that binds to."""
    for layer in layers:
        source = layer.source
        origin = "origin not stated" if source is None else f"{source.origin}; {source.licence}"
        known = source is not None and source.spdx not in (None, OTHER_LICENCE)
        spdx = f"; SPDX: {source.spdx}" if source is not None and known else ""
        yield f"{words.told(layer.title)}: {words.told(origin)}{spdx}"


def _notes(screening: Screening, words: Language) -> Iterator[str]:
    """Give what every output says, how far each ranking may be believed, and every choice made."""
    yield from standing_sentences(screening, words)
    yield words.say("Targets are ranked by score alone; scores compare within one deposit model.")
    for ranking in screening.rankings.values():
        label = words.told(ranking.model.deposit_model.label)
        yield f"{label}: {skill_line(ranking.skill, words, ranking.evidence_labels)}"
    for inventory in screening.inventories:
        yield f"{words.say(inventory.title)}: {words.say(NO_SCORE)}"
    yield from (legal_note.sentence(words.code) for legal_note in screening.legal_notes)
    yield from source_lines(screening.layers.items, words)
    for notice in screening.notices:
        yield f"{words.level(notice)}: {words.sentence(notice)}"
