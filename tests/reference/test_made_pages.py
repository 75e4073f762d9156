"""The references in docs/ say what the code says, and every key, column and command stands in one."""

import re

import pytest
import typer
from reference.made_pages import (
    COLUMNS,
    DOCS,
    MADE,
    MARK,
    ROOMS_PICTURE,
    ROOT,
    made,
    pages,
    room_names,
    rooms_picture,
)

from prospector.cli.commands import app
from prospector.evidence import known_kinds
from prospector.layers import ROLES
from prospector.region import model_evidence
from prospector.region import model_tables as models
from prospector.region import region_tables as files
from prospector.region.shapes import keys_of


def text_of(page):
    return (DOCS / page).read_text("utf-8")


def table_of(page, name):
    """The rows of a made table of a page."""
    [found] = [found for found in MARK.finditer(text_of(page)) if found[2] == name]
    return found[3]


def first_cells(table):
    """The keys in the first column of a table."""
    return [
        key for row in table.splitlines()[2:] for key in re.findall(r"`(\w+)`", row.split("|")[1])
    ]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_tables_are_those_of_the_code(page):
    """``make references`` writes them again."""
    text = page.read_text("utf-8")
    assert made(text) == text


def test_every_table_stands_in_a_page_once():
    """None is made for nothing."""
    named = [found[2] for page in pages() for found in MARK.finditer(page.read_text("utf-8"))]
    assert sorted(named) == sorted(MADE)


@pytest.mark.parametrize(
    ("page", "name", "shape"),
    [
        ("region_keys.md", "region_keys", files.RegionEntry),
        ("region_keys.md", "own_role_keys", files.RoleEntry),
        ("region_keys.md", "layer_keys", files.LayerEntry),
        ("region_keys.md", "source_keys", files.SourceEntry),
        ("region_keys.md", "named_ground_keys", files.NamedGround),
    ],
)
def test_every_key_is_in_its_reference(page, name, shape):
    """And no other."""
    assert first_cells(table_of(page, name)) == keys_of(shape)


@pytest.mark.parametrize("page", ["region_keys.md", "model_keys.md", "concessions.md"])
def test_every_key_says_what_it_states(page):
    """No cell of meaning is empty."""
    for found in MARK.finditer(text_of(page)):
        if not found[2].endswith("_keys"):
            continue
        for row in found[3].splitlines():
            if row.startswith("| `"):
                cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
                assert cells[2 if found[2] == "layer_keys" else 1], row


def test_every_key_of_a_deposit_model_is_in_its_reference():
    """With those of every kind of evidence."""
    page = text_of("model_keys.md")
    shapes = [
        models.ModelEntry, models.LabelEntry, model_evidence.EvidenceEntry, models.EstimatorEntry,
        models.TargetEntry, *(kind.parameters for kind in known_kinds().values()),
    ]  # fmt: skip
    lacking = {key for shape in shapes for key in keys_of(shape) if f"| `{key}` |" not in page} - {
        "parameters"
    }
    assert lacking == set()
    assert all(f"[`{name}`]" in page for name in known_kinds())


def test_every_role_is_in_the_reference():
    """A user finds each."""
    page = text_of("region_keys.md")
    assert all(f"| `{name}` |" in page for name in ROLES)


def test_every_column_is_in_the_page_on_outputs():
    """With what it means."""
    for table, columns in COLUMNS.items():
        page = "tailings.md" if table == "inventory" else "outputs.md"
        for name, meaning in columns.items():
            assert f"| `{name}` | {meaning} |" in table_of(page, f"{table}_columns")


def test_every_command_and_option_is_in_the_page_on_commands():
    """As it is typed; the table of purposes leads to each."""
    page = text_of("commands.md")
    for name, command in typer.main.get_command(app).commands.items():
        section = page.split(f"### {name}\n")[1].split("\n### ")[0]
        options = [opt for param in command.params if not param.hidden for opt in param.opts]
        assert all(
            f"`{opt}" in section for opt in options if opt.startswith("--") and opt != "--help"
        )
        assert f"(#{name})" in page
        assert re.search(
            rf"^```\nprospector {name} .*\n(?:prospector .*\n)*```$", section, re.MULTILINE
        )


def patterns(named):
    """Names of files as the page writes them, as patterns; a style may lie beside any file."""
    for name in named:
        pattern = re.escape(name).replace("DEPOSIT_MODEL", r"\w+").replace("TARGET_ID", r"[\w-]+")
        yield pattern.replace(r"\*", ".+" if name.startswith("*") else "[^/]+")


def test_every_file_of_a_run_is_in_the_page_on_outputs(planted_run):
    """By its name, or by a pattern of the table."""
    table = text_of("outputs.md").split("## Files")[1].split("\n###")[0]
    named = re.findall(
        r"`([^`\s]+)`", "".join(row.split("|")[1] for row in table.splitlines() if "|" in row)
    )
    folder = planted_run
    written = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*")
        if path.is_file() and "store" not in path.parts
    }  # fmt: skip
    assert len(written) > 20
    lacking = [name for name in written if not any(re.fullmatch(p, name) for p in patterns(named))]
    assert lacking == []


def test_a_spanish_word_of_the_glossary_is_that_of_the_pages():
    """Where both have the English; and both columns are filled."""
    rows = table_of("glossary.md", "glossary").splitlines()[2:]
    assert len(rows) > 30
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    assert all(all(row) for row in cells)
    spanish = {row[0]: row[1] for row in cells}
    assert (spanish["target"], spanish["holder"]) == ("blanco", "titular")


def test_the_picture_of_the_rooms_names_them_in_their_order():
    """As import-linter's contract has them, each with its number."""
    picture = ROOMS_PICTURE.read_text("utf-8")
    assert picture == rooms_picture()
    numbered = re.findall(r">(\d+) (\w+)</text>", picture)
    assert [name for _, name in numbered] == room_names()
    assert [int(number) for number, _ in numbered] == list(range(1, len(numbered) + 1))
    folders = {
        path.stem for path in (ROOT / "prospector").iterdir() if not path.name.startswith("__")
    }
    assert folders - {name for _, name in numbered} == {"synthetic", "py"}
