"""The workbook, read back by another library: sheets, types, what is not a formula, equal bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import openpyxl
import pandas as pd
import pytest

from prospector.gis.workbook import CUT, MEANINGS, MOST_LETTERS, write_workbook
from prospector.screening.tenure import TenureTables
from prospector.words.language import language, sentence
from prospector.words.skill import skill_line

PAIRS = pd.DataFrame(
    {
        "target_id": ["PCU-A", "PCU-A"],
        "target_rank": [1, 1],
        "concession_id": ["000123456789012345678", "=1+1"],
        "common_ha": [12.5, 700.0],
        "share_of_target": [0.125, 0.5],
        "holder": ["@SUM(A1)", "x" * (MOST_LETTERS + 9)],
        "date": ["1895-01-31", "2019-04-30"],
        "expires": ["2031-12-01", ""],
    }
)


@pytest.fixture(scope="module")
def screening(planted_screening):
    """The planted region's screening, with a register's rows beside it."""
    tables = TenureTables(
        target_concessions={"porphyry_copper": PAIRS},
        exclusions=planted_screening.tenure.exclusions,
    )
    return replace(planted_screening, tenure=tables)


@pytest.fixture(scope="module")
def book(screening, tmp_path_factory):
    """The workbook, opened."""
    path = tmp_path_factory.mktemp("book") / "targets.xlsx"
    write_workbook(screening, path, language("en"))
    return openpyxl.load_workbook(path)


def column(sheet, name):
    place = [cell.value for cell in sheet[1]].index(name)
    return [row[place] for row in sheet.iter_rows(min_row=2)]


def test_targets_stand_in_order_with_their_figures(book, screening):
    """Every column, every target, numbers as numbers; the header stays and filters."""
    sheet, targets = book["Targets"], screening.targets
    assert sheet.max_row == len(targets) + 1
    assert [one.value for one in column(sheet, "rank")] == targets["rank"].tolist()
    assert [one.value for one in column(sheet, "score")] == pytest.approx(targets["score"].tolist())
    assert len(list(sheet[1])) == len(targets.columns) - 1
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")


def test_what_looks_like_a_formula_or_a_number_stays_text(book):
    """An id of many digits keeps its zeros, and `=1+1` is not reckoned."""
    cells = column(book["Targets and titles"], "concession id")
    assert [one.value for one in cells] == PAIRS["concession_id"].tolist()
    assert {one.data_type for one in cells} == {"s"}
    assert column(book["Targets and titles"], "holder")[0].data_type == "s"


def test_dates_are_dates_and_those_before_spreadsheets_stay_text(book):
    """A title of 1895 keeps its date."""
    early, late = (one.value for one in column(book["Targets and titles"], "date"))
    assert early == "1895-01-31"
    assert late.date() == date(2019, 4, 30)
    assert column(book["Targets and titles"], "expires")[1].value in (None, "")
    assert column(book["Targets and titles"], "share of target")[0].number_format == "0.0%"


def test_what_does_not_fit_a_cell_is_cut_and_said(book):
    """The sheet of notes names the column."""
    holder = column(book["Targets and titles"], "holder")[1].value
    assert holder == "x" * MOST_LETTERS + CUT
    notes = [one.value for one in column(book["Notes"], "note")]
    assert (
        "Targets and titles: 1 cells of 'holder' are cut; they stand whole in the CSV files."
        in (notes)
    )


def test_notes_say_what_every_output_says(book, screening):
    """Reporting codes, resolution, tenure, skill, and each choice."""
    notes = "\n".join(one.value for one in column(book["Notes"], "note"))
    for one in screening.sentences():
        assert one in notes
    for one in screening.rankings.values():
        assert skill_line(one.skill, language("en"), one.evidence_labels) in notes
    for notice in screening.notices:
        assert sentence(notice) in notes


def test_every_column_is_explained(book, screening):
    """By its name in the CSV files."""
    told = dict(
        zip(
            [one.value for one in column(book["Columns"], "column")],
            [one.value for one in column(book["Columns"], "meaning")],
            strict=True,
        )
    )
    names = {*screening.targets.columns, *PAIRS.columns} - {"geometry"}
    assert names <= told.keys()
    assert all(told[name] for name in names)


def test_spanish_has_a_label_for_every_column():
    """Of every sheet."""
    words = language("es")
    assert [one for one in MEANINGS if one not in words.columns] == []


def test_written_twice_the_bytes_are_equal(screening, tmp_path):
    """No date of today stands in it."""
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(screening, tmp_path / name, language("es"))
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert "Blancos y títulos" in openpyxl.load_workbook(tmp_path / "one.xlsx").sheetnames


def test_hostile_names_survive_as_text(hostile_run, hostile_names):
    """As in the other outputs."""
    book = openpyxl.load_workbook(hostile_run / "targets.xlsx")
    cells = [cell for row in book["Targets"].iter_rows(min_row=2) for cell in row]
    assert not [one for one in cells if one.data_type == "f"]
    assert any(name in str(one.value) for one in cells for name in hostile_names)
