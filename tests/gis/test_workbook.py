"""The workbook, read back by another library: sheets, types, sums, links, pages, equal bytes."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from importlib import resources
from itertools import chain

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter, range_boundaries

import prospector
from prospector.gis import workbook_tables
from prospector.gis.columns import MEANINGS, ROLE_COLUMNS
from prospector.gis.sheet import CUT, MOST_LETTERS, PRINTED_LETTERS, PRINTED_ROWS, printed_columns
from prospector.gis.spelling import read_table
from prospector.gis.workbook import AUTHOR, Beside, write_workbook
from prospector.gis.workbook_tables import tables
from prospector.screening.tenure import TenureTables
from prospector.words.language import language, sentence
from prospector.words.skill import skill_line

ENGLISH, SPANISH = language("en"), language("es")
PAIRS = pd.DataFrame(
    {
        "target_id": ["", ""],
        "target_rank": [1, 1],
        "concession_id": ["000123456789012345678", "=1+1"],
        "common_ha": [12.5, 700.0],
        "share_of_target": [0.125, 0.5],
        "tenure_class": ["applied_for", "held"],
        "holder": ["@SUM(A1)", "x" * (MOST_LETTERS + 9)],
        "date": ["1895-01-31", "2019-04-30"],
        "expires": ["2031-12-01", ""],
        "file_number": ["", ""],
    }
)
HOLDERS = pd.DataFrame(
    {
        "holder": ["Minera A", "Minera B"],
        "deposit_model": "porphyry_copper",
        "n_titles": [1, 1],
        "ground_ha": [160_000.0, 60_000.0],
        "target_ha": [5.0, 7.0],
        "rank": [2, 1],
    }
)
ONE_LINE = 15.0
"""Height of a row of which the file states none."""

BY_TARGET = ("Targets", "Contributions", "Targets and titles", "Exclusions")


@pytest.fixture(scope="module")
def screening(planted_screening):
    """The planted region's screening, with a register's rows beside it."""
    first = planted_screening.targets["target_id"].iloc[0]
    tenure = TenureTables(
        target_concessions={"porphyry_copper": PAIRS.assign(target_id=first)},
        exclusions=planted_screening.tenure.exclusions,
    )
    return replace(planted_screening, tenure=tenure)


@pytest.fixture(scope="module")
def book(screening, tmp_path_factory):
    """The workbook, opened."""
    path = tmp_path_factory.mktemp("book") / "targets.xlsx"
    write_workbook(screening, path, ENGLISH)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def two_models(bound_screening):
    """A screening with titles and open ground, as if two deposit models had run."""
    [(name, ranking)] = bound_screening.rankings.items()
    tenure = bound_screening.tenure
    entry = ranking.model.deposit_model.model_copy(update={"name": "other", "label": "Another"})
    other = replace(ranking, model=ranking.model.model_copy(update={"deposit_model": entry}))
    ground = tenure.open_ground
    twice = pd.concat([ground, ground.iloc[::-1].assign(deposit_model="other")], ignore_index=True)

    def both(parts):
        return {name: parts[name], "other": parts[name].iloc[::-1].reset_index(drop=True)}

    doubled = replace(
        tenure,
        concessions=both(tenure.concessions),
        target_concessions=both(tenure.target_concessions),
        holders=both({name: HOLDERS}),
        exclusions=both(tenure.exclusions),
        open_ground=twice,
    )
    return replace(bound_screening, rankings={name: ranking, "other": other}, tenure=doubled)


def header(sheet):
    return [cell.value for cell in sheet[1]]


def column(sheet, name):
    place = header(sheet).index(name)
    return [row[place] for row in sheet.iter_rows(min_row=2)]


def values(sheet, name):
    return [cell.value for cell in column(sheet, name)]


def test_targets_stand_in_order_with_their_figures(book, screening):
    """Every target, numbers as numbers, the deposit model first, its place near the front."""
    sheet, targets = book["Targets"], screening.targets
    assert sheet.max_row == len(targets) + 1
    assert header(sheet)[:4] == ["deposit model", "rank (1 is best)", "place", "target id"]
    assert values(sheet, "rank (1 is best)") == targets["rank"].tolist()
    assert values(sheet, "score, mean (0 to 1)") == pytest.approx(targets["score"].tolist())
    assert values(sheet, "deposit model") == ["Porphyry copper"] * len(targets)
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref.startswith("A1:")


def test_a_target_is_called_as_its_dossier_calls_it(planted_run, page_of):
    """One name everywhere."""
    sheet = openpyxl.load_workbook(planted_run / "targets.xlsx")["Targets"]
    places = dict(zip(values(sheet, "target id"), values(sheet, "place"), strict=True))
    for path in planted_run.glob("*/dossiers/*.html"):
        assert places[path.stem] in page_of(path).text


def test_columns_without_any_value_are_left_out_and_said(book, screening):
    """The region has no roads, so that no target has a distance to one."""
    assert screening.targets["road_km"].isna().all()
    assert ENGLISH.label("road_km") not in header(book["Targets"])
    [said] = [note for note in values(book["Notes"], "note") if note.startswith("Targets: columns")]
    assert ENGLISH.label("road_km") in said


def test_hectares_stand_once_whatever_models_ran(two_models, tmp_path):
    """A pivot over titles, holders or open ground gives the area of the layer."""
    write_workbook(two_models, tmp_path / "two.xlsx", ENGLISH)
    book = openpyxl.load_workbook(tmp_path / "two.xlsx")
    [layer] = [item for item in two_models.layers.items if item.role == "concessions"]
    of_layer = layer.features.geometry.area.sum() / 1e4
    titles, holders, ground = book["Concessions"], book["Holders"], book["Open ground"]
    assert titles.max_row == len(layer.features) + 1
    assert sum(values(titles, "area of the outline (ha)")) == pytest.approx(of_layer, abs=0.02)
    assert sum(values(holders, "ground, overlaps once (ha)")) == HOLDERS["ground_ha"].sum()
    assert values(holders, "Another: inside targets (ha)") == HOLDERS["target_ha"].tolist()
    pieces = two_models.tenure.open_ground.drop_duplicates("open_id")
    assert sum(values(ground, "area (ha)")) == pytest.approx(pieces["area_ha"].sum())
    assert ground.max_row == len(pieces) + 1


def test_each_model_has_its_own_columns_of_a_title(two_models, tmp_path):
    """Joined by title, though the two tables stand in another order."""
    write_workbook(two_models, tmp_path / "two.xlsx", ENGLISH)
    sheet = openpyxl.load_workbook(tmp_path / "two.xlsx")["Concessions"]
    own = values(sheet, "Porphyry copper: inside targets (ha)")
    assert own == values(sheet, "Another: inside targets (ha)")
    table = two_models.tenure.concessions["porphyry_copper"].set_index("concession_id")
    expected = [table.loc[title, "target_ha"] for title in values(sheet, "title id")]
    assert own == pytest.approx(expected)
    assert len(set(expected)) > 1


def test_what_differs_by_model_is_wide_or_has_the_model_first(two_models):
    """In every sheet; and no sheet has two columns of one name."""
    for table in tables(two_models, ENGLISH):
        if table.name in BY_TARGET:
            assert table.rows.columns[0] == "deposit_model"
        else:
            assert "deposit_model" not in table.rows
            models = {model for model, _ in table.by_model.values()}
            assert models == ({"porphyry_copper", "other"} if table.by_model else set())


@pytest.mark.parametrize("words", [ENGLISH, SPANISH], ids=["en", "es"])
def test_headers_are_plain_words_no_two_alike(two_models, tmp_path, words):
    """No underscore, and a comment on each says what it means, in the language."""
    write_workbook(two_models, tmp_path / "two.xlsx", words)
    for sheet in openpyxl.load_workbook(tmp_path / "two.xlsx"):
        labels = header(sheet)
        assert len(set(labels)) == len(labels)
        assert not [label for label in labels if "_" in label]
        if sheet.title not in (words.say("Columns"), words.say("Notes")):
            assert all(cell.comment and cell.comment.text for cell in sheet[1])


def test_headers_stand_whole(book):
    """Wrapped, in a row that is tall enough for the longest of them."""
    for sheet in book:
        lines = 0
        for cell in sheet[1]:
            assert cell.alignment.wrap_text
            width = sheet.column_dimensions[get_column_letter(cell.column)].width
            longest = max(map(len, cell.value.split()))
            assert longest < width
            lines = max(lines, len(cell.value) / (width - 1))
        assert sheet.row_dimensions[1].height >= 14 * lines


def test_notes_and_meanings_are_wrapped_in_rows_tall_enough(book):
    """Long sentences can be read without opening their cells."""
    for name, label in (("Notes", "note"), ("Columns", "meaning")):
        sheet = book[name]
        for cell in column(sheet, label):
            assert cell.alignment.wrap_text
            width = sheet.column_dimensions[cell.column_letter].width
            height = sheet.row_dimensions[cell.row].height or ONE_LINE
            assert height >= 14 * (len(cell.value or "") // width)


def test_pages_are_landscape_one_wide_and_few(book):
    """The header on each; the first rows, and the columns that fit a sheet of paper."""
    for sheet in book:
        setup = sheet.page_setup
        assert (setup.orientation, int(setup.paperSize)) == ("landscape", 9)
        assert (setup.fitToWidth or 1, setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
        _, first, last_column, last = range_boundaries(sheet.print_area.split("!")[1])
        assert first == 1
        assert last == min(sheet.max_row, PRINTED_ROWS + 1)
        widths = [
            sheet.column_dimensions[get_column_letter(place)].width
            for place in range(1, last_column + 1)
        ]
        assert sum(widths) <= PRINTED_LETTERS + last_column
        assert sheet.oddFooter.right.text == "Page &P of &N"


def test_at_least_one_column_is_printed():
    """However wide it is."""
    assert printed_columns([PRINTED_LETTERS + 1, 5]) == 1
    assert printed_columns([PRINTED_LETTERS, 5]) == 1
    assert printed_columns([PRINTED_LETTERS - 5, 5]) == 2


def test_what_looks_like_a_formula_or_a_number_stays_text(book):
    """An id of many digits keeps its zeros, and `=1+1` is not reckoned."""
    cells = column(book["Targets and titles"], "title id")
    assert [cell.value for cell in cells] == PAIRS["concession_id"].tolist()
    assert {cell.data_type for cell in cells} == {"s"}
    assert column(book["Targets and titles"], "holder")[0].data_type == "s"


def test_dates_are_dates_and_those_before_spreadsheets_stay_text(book):
    """A title of 1895 keeps its date."""
    sheet = book["Targets and titles"]
    early, late = values(sheet, "granted or filed (date)")
    assert early == "1895-01-31"
    assert late.date() == date(2019, 4, 30)
    assert values(sheet, "expires (date)")[1] in (None, "")
    assert values(sheet, "expires (date)")[0].date() == date(2031, 12, 1)
    assert column(sheet, "in common, share of the target")[0].number_format == "0.0%"


def test_every_date_of_a_run_is_a_date(atacama_run):
    """Of titles, of the register, of a regime; a year alone stays as it is written."""
    book = openpyxl.load_workbook(atacama_run / "targets.xlsx")
    for sheet, label in (
        ("Targets", "date of the concession register"),
        ("Targets", "date of the lithium regime"),
        ("Concessions", "granted or filed (date)"),
    ):
        cells = [cell for cell in column(book[sheet], label) if cell.value is not None]
        assert cells
        assert any(cell.is_date for cell in cells)
        assert not [cell for cell in cells if not cell.is_date and len(str(cell.value)) == 10]


def test_what_does_not_fit_a_cell_is_cut_and_said(book):
    """The sheet of notes names the column."""
    holder = values(book["Targets and titles"], "holder")[1]
    assert holder == "x" * MOST_LETTERS + CUT
    said = "Targets and titles: 1 cells of 'holder' are cut short; the CSV files have them in full."
    assert said in values(book["Notes"], "note")


def test_sheets_by_target_are_bounded_and_say_so(screening, tmp_path, monkeypatch):
    """The first of each deposit model; a title never is left out."""
    monkeypatch.setattr(workbook_tables, "MOST_TARGETS", 2)
    monkeypatch.setattr("prospector.gis.workbook.MOST_TARGETS", 2)
    assert len(screening.targets) > 2
    write_workbook(screening, tmp_path / "few.xlsx", ENGLISH)
    book = openpyxl.load_workbook(tmp_path / "few.xlsx")
    assert values(book["Targets"], "target id") == screening.targets["target_id"].head(2).tolist()
    assert set(values(book["Contributions"], "target id")) <= set(
        values(book["Targets"], "target id")
    )
    notes = values(book["Notes"], "note")
    for name in ("Targets", "Contributions"):
        assert (
            f"{name}: the first 2 targets of each deposit model; the rest are in the CSV files."
            in notes
        )


def test_notes_say_what_every_output_says(book, screening):
    """Reporting codes, resolution, tenure, skill, and each choice."""
    notes = "\n".join(values(book["Notes"], "note"))
    for said in screening.sentences():
        assert said in notes
    for ranking in screening.rankings.values():
        assert skill_line(ranking.skill, ENGLISH, ranking.evidence_labels) in notes
    for notice in screening.notices:
        assert sentence(notice) in notes


def test_every_column_is_explained_by_sheet(two_models, tmp_path):
    """A rank of a title means another thing than that of a target."""
    write_workbook(two_models, tmp_path / "two.xlsx", ENGLISH)
    book = openpyxl.load_workbook(tmp_path / "two.xlsx")
    sheet = book["Columns"]
    meaning = dict(
        zip(
            zip(values(sheet, "sheet"), values(sheet, "column"), strict=True),
            values(sheet, "meaning"),
            strict=True,
        )
    )
    for named in book.sheetnames[: book.sheetnames.index("Columns")]:
        for label in header(book[named]):
            assert meaning[named, label]
    of_title = meaning["Concessions", "Another: rank (1 is best)"]
    assert of_title != meaning["Targets", "rank (1 is best)"]
    assert "cover" in meaning["Exclusions", "not covered by any layer, share of the target"]


def known_columns():
    """Every column of every sheet, with its meaning."""
    modules = (
        workbook_tables.TARGET_COLUMNS, workbook_tables.CARRIED_COLUMNS, workbook_tables.UNIT_COLUMNS,
        workbook_tables.CONTRIBUTION_COLUMNS, workbook_tables.EXCLUSION_COLUMNS,
        workbook_tables.CONCESSION_COLUMNS, workbook_tables.HOLDER_COLUMNS,
        workbook_tables.PAIR_COLUMNS, workbook_tables.OPEN_COLUMNS, workbook_tables.INVENTORY_COLUMNS,
    )  # fmt: skip
    return list(chain.from_iterable(columns.items() for columns in modules))


def test_every_column_has_a_label_in_both_languages_and_a_spanish_meaning():
    """Labels in plain words; no meaning of the file is that of no column."""
    assert {name for name, _ in known_columns() if name not in ENGLISH.columns} == set()
    assert {name for name, _ in known_columns() if name not in SPANISH.columns} == set()
    assert {text for _, text in known_columns() if text not in SPANISH.meanings} == set()
    of_links = {
        workbook_tables.PLACE_MEANING, "its dossier, where the run has one", "the target on the map",
    }  # fmt: skip
    of_layers = {text for table in (*MEANINGS.values(), ROLE_COLUMNS) for text in table.values()}
    used = {text for _, text in known_columns()} | of_layers | of_links
    assert set(SPANISH.meanings) - used == set()


def test_every_label_of_a_sheet_has_its_spanish():
    """What is called otherwise in one sheet is so in both languages."""
    text = (resources.files("prospector.words") / "columns.toml").read_text("utf-8")
    labels = tomllib.loads(text)["labels"]
    of_sheets = {name for name in labels["en"] if "." in name}
    assert of_sheets <= labels["es"].keys()


def test_it_says_its_title_and_who_made_it(book, screening):
    """The region, the program, and the sentence on reporting codes."""
    assert book.properties.title == f"{screening.region.region.title}: targets"
    assert book.properties.creator == AUTHOR == "prospector"
    assert screening.sentences()[0] in book.properties.description


def test_links_lead_to_files_of_the_run(planted_run):
    """Dossiers, the map and the pages, as paths relative to the workbook; and to nothing else."""
    book = openpyxl.load_workbook(planted_run / "targets.xlsx")
    links = [
        cell.hyperlink
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    ]
    files = {link.target.split("#")[0] for link in links}
    dossiers = {
        path.relative_to(planted_run).as_posix() for path in planted_run.rglob("dossiers/*")
    }
    assert dossiers
    assert files == dossiers | {
        "map.html", "overview.html", "report.html", "prospects.gpkg", "NOTICE.txt",
    }  # fmt: skip
    assert all((planted_run / file).is_file() for file in files)
    first = values(book["Targets"], "target id")[0]
    [on_map] = [link for link in links if link.ref == column(book["Targets"], "map")[0].coordinate]
    assert f"target={first}" in (on_map.location or on_map.target)


def test_without_files_beside_it_there_is_no_link(book):
    """Text that looks like an address stays text."""
    assert "Files" not in book.sheetnames
    assert not [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink
    ]


def test_written_twice_the_bytes_are_equal(screening, tmp_path):
    """No date of today stands in it, and nothing is left beside it."""
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(screening, tmp_path / name, SPANISH, beside=Beside({"map.html": "the map"}))
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"one.xlsx", "two.xlsx"}


def test_a_spanish_workbook_speaks_spanish(two_models, tmp_path):
    """Sheets, headers, meanings, codes, evidence and restrictions, with a decimal comma."""
    write_workbook(two_models, tmp_path / "es.xlsx", SPANISH)
    book = openpyxl.load_workbook(tmp_path / "es.xlsx")
    assert "Blancos y títulos" in book.sheetnames
    sheet = book["Blancos"]
    assert header(sheet)[:4] == ["modelo de yacimiento", "orden", "lugar", "id del blanco"]
    flags = [text for text in values(sheet, "restricciones") if text]
    assert flags
    assert all("%" in text and "," in text and "ground" not in text for text in flags)
    evidence = [text for text in values(sheet, "evidencia a favor") if text]
    assert evidence
    assert all(
        "(+" in text and "distance" not in text and "within" not in text for text in evidence
    )
    assert set(values(book["Concesiones"], "clase de propiedad minera")) <= {
        "otorgada",
        "mina vacante",
    }


def test_spanish_evidence_says_what_the_english_says(two_models):
    """The same figures of the same evidence in the same order."""
    english = next(iter(tables(two_models, ENGLISH))).rows["evidence_for"]
    spanish = next(iter(tables(two_models, SPANISH))).rows["evidence_for"]
    for own, other in zip(english, spanish, strict=True):
        signs = [text.rsplit("(", 1)[-1] for text in own.split("; ")]
        assert [text.rsplit("(", 1)[-1].replace(",", ".") for text in other.split("; ")] == signs


def test_layers_and_tables_say_of_a_target_what_the_workbook_says(bound_screening, tmp_path):
    """In the language of the run: evidence and restrictions in package, GeoJSON and CSV."""
    run = prospector.write(bound_screening, tmp_path / "run", language="es", dossiers=0)
    said = next(iter(tables(bound_screening, SPANISH))).rows.set_index("target_id")
    package = gpd.read_file(run / "prospects.gpkg", layer="targets").set_index("target_id")
    for column in ("evidence_for", "evidence_against", "flags"):
        assert package[column].fillna("").to_dict() == said[column].to_dict()
    assert said["flags"].str.contains("ground").sum() == 0 < said["flags"].astype(bool).sum()
    for model in bound_screening.rankings:
        shapes = gpd.read_file(run / model / "targets.geojson").set_index("target_id")
        table = read_table(run / model / "targets.csv").set_index("target_id")
        for rows in (shapes, table):
            assert rows["evidence_for"].to_dict() == said.loc[rows.index, "evidence_for"].to_dict()


def test_text_stands_off_the_numbers_before_it(planted_run):
    """Ranks end at the right edge of their column, places begin at the left one of theirs."""
    sheet = openpyxl.load_workbook(planted_run / "targets.xlsx")["Targets"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    indents = {
        label: {sheet.cell(row, column).alignment.indent for row in (1, 2)}
        for label, column in columns.items()
    }
    assert indents["rank (1 is best)"] == {0}
    assert indents["place"] == indents["map"] == indents["target id"] == {1}


def test_hostile_names_survive_as_text(hostile_run, hostile_names):
    """As in the other outputs."""
    book = openpyxl.load_workbook(hostile_run / "targets.xlsx")
    cells = [cell for row in book["Targets"].iter_rows(min_row=2) for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(name in str(cell.value) for cell in cells for name in hostile_names)


def test_the_sums_of_the_atacama_are_those_of_its_layer(atacama_run):
    """Hectares of titles, and the titles themselves, once each."""
    sheet = openpyxl.load_workbook(atacama_run / "targets.xlsx")["Concessions"]
    layer = gpd.read_file(atacama_run / "prospects.gpkg", layer="concessions")
    ids = values(sheet, "title id")
    assert len(set(ids)) == len(ids)
    tables_of_run = sorted(atacama_run.glob("*/concessions.csv"))
    assert len(tables_of_run) > 1
    once = pd.read_csv(tables_of_run[0])
    assert sum(values(sheet, "area of the outline (ha)")) == pytest.approx(once["ground_ha"].sum())
    assert set(ids) <= set(layer["concession_id"])
