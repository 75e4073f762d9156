"""A run's tables as one workbook, for people who live in spreadsheets."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter

from prospector.gis.sheet import (
    MOST_ROWS,
    PRINTED_ROWS,
    Column,
    Sheet,
    cut_cells,
    is_empty,
    write_sheet,
)
from prospector.gis.workbook_tables import MOST_TARGETS, Table, model_labels, tables
from prospector.inventory.listing import NO_SCORE
from prospector.layers.values import AnyLayer
from prospector.region.region_tables import OTHER_LICENCE
from prospector.screening.steps import Screening
from prospector.words.language import Language, standing_sentences
from prospector.words.skill import skill_line

WORKBOOK_FILE = "targets.xlsx"
AUTHOR = "prospector"
DATES = ("date", "expires", "tenure_as_of", "regime_date", "register_as_of")
MADE = datetime(2000, 1, 1)
"""The date that every workbook states, so that the same run gives the same bytes."""

MOST_LINKS = 1_000
"""Targets with a link to the map."""

BY_TARGET = ("Targets", "Contributions", "Targets and titles", "Exclusions")
FROZEN = {"Targets": 3}
"""Columns that stay in sight, where they are more than the first."""


@dataclass(frozen=True)
class Beside:
    """Files beside a workbook that it leads to, as paths relative to it.

    Parameters
    ----------
    files
        What each file is: a phrase of the house.
    dossiers
        The dossier of each target that has one, by its id.
    on_map
        Where a target stands on the map, with a hole ``{target_id}``; "" without a map.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    dossiers: Mapping[str, str] = field(default_factory=dict)
    on_map: str = ""


def write_workbook(
    screening: Screening, path: Path, words: Language, *, beside: Beside | None = None
) -> None:
    """Write targets, titles, holders, exclusions and open ground as sheets, and what to know of them.

    A row is one target, title, holder, administrative unit or piece of open ground: hectares add up,
    whatever deposit models ran. Text stays text: nothing becomes a formula, a number, or a link that
    `beside` does not name. Shares are shown as percentages, dates are dates. What does not fit a sheet
    or a cell is cut, and the sheet of notes says so.

    Parameters
    ----------
    screening
        What to write.
    path
        The file, ending in .xlsx.
    words
        Language of sheets, headers, comments and meanings.
    beside
        The files that it leads to; none by default.
    """
    links = Beside() if beside is None else beside
    content = list(tables(screening, words))
    labels = model_labels(screening, words)
    said: list[str] = []
    sheets = []
    for table in content:
        kept, left_out = _without_empty(table, words)
        sheets.append(_sheet(kept, labels, links, words))
        said += [*left_out, *_cut(table, sheets[-1], screening, links, words)]
    notes = [*_notes(screening, words), *said, words.say(
        "Each sheet prints its first {n} rows, and the columns that fit a sheet of paper.",
        n=PRINTED_ROWS,
    )]  # fmt: skip
    sheets += [
        *_file_sheet(content, links, words), _meanings(sheets, content, labels, words),
        _texts("Notes", {"note": notes}, words),
    ]  # fmt: skip
    title = words.say("{region}: targets", region=words.told(screening.region.region.title))
    _write(path, sheets, title, standing_sentences(screening, words), words)


def _write(
    path: Path, sheets: Iterable[Sheet], title: str, sentences: Iterable[str], words: Language
) -> None:
    """Write sheets as a workbook, through files beside it that are gone afterwards."""
    footer = _footer(title, words)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".workbook-") as scratch:
        options = {
            "constant_memory": True, "tmpdir": scratch, "strings_to_formulas": False,
            "strings_to_urls": False, "strings_to_numbers": False,
        }  # fmt: skip
        with xlsxwriter.Workbook(path, options) as book:
            book.set_properties(
                {"title": title, "author": AUTHOR, "comments": " ".join(sentences), "created": MADE}
            )
            for sheet in sheets:
                write_sheet(book, replace(sheet, footer=footer))


def _footer(title: str, words: Language) -> str:
    """Return what stands at the foot of each page: the title, the sheet, the page of all pages."""
    page = words.say("Page {page} of {pages}", page="&P", pages="&N")
    return f"&L{title[:150].replace('&', '&&')}&C&A&R{page}"


def _without_empty(table: Table, words: Language) -> tuple[Table, list[str]]:
    """Return a table without the columns that hold nothing, and a sentence that names them."""
    empty = [column for column in table.rows.columns if is_empty(table.rows[column])]
    if not empty:
        return table, []
    names = dict.fromkeys(words.label(table.own(column), table.name) for column in empty)
    sentence = words.say(
        "{sheet}: columns without any value are left out: {names}.",
        sheet=words.say(table.name), names="; ".join(names),
    )  # fmt: skip
    return replace(table, rows=table.rows.drop(columns=empty)), [sentence]


def _sheet(table: Table, labels: Mapping[str, str], beside: Beside, words: Language) -> Sheet:
    """Return the sheet of a table."""
    models = {model: number for number, model in enumerate(labels)}
    columns = []
    for name in table.rows.columns:
        own, label = table.own(name), _label(table, name, labels, words)
        model = table.by_model.get(name, ("", ""))[0]
        columns.append(
            Column(
                label,
                words.meaning(table.meanings.get(own, "")),
                table.rows[name],
                look=_look(own, table.rows[name]),
                is_date=own in DATES,
                group=models.get(model),
            )
        )
        if table.name == "Targets" and own == "place":
            columns += _link_columns(table.rows["target_id"], beside, words)
    return Sheet(words.say(table.name), columns, FROZEN.get(table.name, 1))


def _label(table: Table, name: str, labels: Mapping[str, str], words: Language) -> str:
    """Return the header of a column: behind the deposit model that it belongs to, if to one."""
    own = table.own(name)
    label = words.label(own, table.name)
    others = {table.own(str(other)) for other in table.rows.columns} - {own}
    alike = [words.label(other, table.name) for other in others]
    if label in alike:  # a column that the region brings
        label = f"{label} ({own})"
    if name not in table.by_model:
        return label
    return words.say("{model}: {label}", model=labels[table.by_model[name][0]], label=label)


def _link_columns(target_ids: pd.Series, beside: Beside, words: Language) -> Iterator[Column]:
    """Give a column that leads to dossiers and one that leads to the map."""
    dossiers = [beside.dossiers.get(target_id, "") for target_id in target_ids]
    on_map = [
        beside.on_map.format(target_id=target_id) if place < MOST_LINKS else ""
        for place, target_id in enumerate(target_ids)
    ]
    for name, meaning, links in (
        ("dossier", "its dossier, where the run has one", dossiers),
        ("map", "the target on the map", on_map),
    ):
        if any(links):
            label = words.label(name)
            shown = pd.Series([label if link else "" for link in links], dtype=object)
            yield Column(label, words.meaning(meaning), shown, links=links)


def _cut(
    table: Table, sheet: Sheet, screening: Screening, beside: Beside, words: Language
) -> Iterator[str]:
    """Give what of a table the sheet does not hold, as sentences."""
    name, rows = words.say(table.name), len(table.rows)
    longest = max((len(ranking.targets) for ranking in screening.rankings.values()), default=0)
    if table.name in BY_TARGET and longest > MOST_TARGETS:
        yield words.say(
            "{sheet}: the first {n} targets of each deposit model; the rest are in the CSV files.",
            sheet=name, n=MOST_TARGETS,
        )  # fmt: skip
    if rows > MOST_ROWS:
        yield words.say(
            "{sheet}: the first {n} rows of {all}; the rest are in the CSV files.",
            sheet=name, n=MOST_ROWS, all=rows,
        )  # fmt: skip
    if table.name == "Targets" and beside.on_map and rows > MOST_LINKS:
        yield words.say(
            "{sheet}: links to the map for the first {n} targets only.", sheet=name, n=MOST_LINKS
        )
    for column, n in cut_cells(sheet):
        yield words.say(
            "{sheet}: {n} cells of '{name}' are cut short; the CSV files have them in full.",
            sheet=name, n=n, name=column,
        )  # fmt: skip


def _look(name: str, values: pd.Series) -> str:
    """Return how numbers of a column are shown; "" for text."""
    if name in DATES:
        return "yyyy-mm-dd"
    if values.dtype.kind not in "iuf":
        return ""
    if name.endswith("share") or name.startswith("share"):
        return "0.0%"
    if name in ("longitude", "latitude"):
        return "0.00000"
    if name in ("approval_year",):
        return "0"
    if values.dtype.kind in "iu" or (values.dropna().astype(float) % 1 == 0).all():
        return "#,##0"
    if name.startswith("percentile"):
        return "0.0"
    return "#,##0.0" if name.endswith(("_ha", "_km2", "_km", "_mt", "_m")) else "0.000"


def _texts(name: str, columns: Mapping[str, list[str]], words: Language) -> Sheet:
    """Return a sheet of texts that go over several lines."""
    shown = [
        Column(words.label(column, name), "", pd.Series(texts, dtype=object), wraps=True)
        for column, texts in columns.items()
    ]
    return Sheet(words.say(name), shown)


def _meanings(
    sheets: Iterable[Sheet], content: Iterable[Table], labels: Mapping[str, str], words: Language
) -> Sheet:
    """Return what each column of each sheet is called here and in the CSV files, and what it means."""
    rows = [
        (sheet.name, _label(table, name, labels, words), table.own(name),
         words.meaning(table.meanings.get(table.own(name), "")))
        for sheet, table in zip(sheets, content, strict=True)
        for name in _without_empty(table, words)[0].rows.columns
    ]  # fmt: skip
    names = ("sheet", "label", "column", "meaning")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
    return _texts("Columns", {name: columns.get(name, []) for name in names}, words)


def _file_sheet(content: Iterable[Table], beside: Beside, words: Language) -> Iterator[Sheet]:
    """Give a sheet that leads to the files beside the workbook, if there are any."""
    places: dict[str, str] = {}
    for table in content:
        if table.name == "Targets":
            places = dict(zip(table.rows["target_id"], table.rows["place"], strict=True))
    rows = [(file, words.say(what)) for file, what in beside.files.items()]
    for target_id, file in beside.dossiers.items():
        place = places.get(target_id, target_id)
        rows.append((file, words.say("dossier of {place} ({id})", place=place, id=target_id)))
    if rows:
        files, what = (pd.Series(list(texts), dtype=object) for texts in zip(*rows, strict=True))
        yield Sheet(
            words.say("Files"),
            [
                Column(words.label("file"), "", files, links=list(files)),
                Column(words.label("content"), "", what, wraps=True),
            ],
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
    yield words.say(
        "One row is one title, one holder, one administrative unit or one piece of open ground; "
        "columns that differ by deposit model begin with the model's name. Nothing is listed "
        "twice, so hectares can be summed."
    )
    for ranking in screening.rankings.values():
        label = words.told(ranking.model.deposit_model.label)
        yield f"{label}: {skill_line(ranking.skill, words, ranking.evidence_labels)}"
    for inventory in screening.inventories:
        yield f"{words.say(inventory.title)}: {words.say(NO_SCORE)}"
    yield from (legal_note.sentence(words.code) for legal_note in screening.legal_notes)
    yield from source_lines(screening.layers.items, words)
    for notice in screening.notices:
        yield f"{words.level(notice)}: {words.sentence(notice)}"
