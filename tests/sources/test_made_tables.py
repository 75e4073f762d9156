"""The pages about sources and codes say what the data say."""

import pytest
from sources.made_tables import DOCS, MADE, MARK, PAGES, made

from prospector.sources.codes.ages import ages_table


@pytest.mark.parametrize("page", PAGES)
def test_tables_are_those_of_the_data(page):
    """python tests/sources/made_tables.py writes them again."""
    text = (DOCS / page).read_text("utf-8")
    assert made(text) == text


def test_every_table_stands_in_a_page():
    """None is made for nothing."""
    named = {
        found[2] for page in PAGES for found in MARK.finditer((DOCS / page).read_text("utf-8"))
    }
    assert named == set(MADE)


def test_the_chart_s_version_is_named():
    """As the table of ages has it."""
    assert f"version {ages_table()['version']}" in (DOCS / "codes.md").read_text("utf-8")


def test_every_key_of_a_source_is_explained():
    """In the table of keys."""
    from prospector.sources.source import Source, SourceLayer

    text = (DOCS / "sources.md").read_text("utf-8")
    keys = {*Source.model_fields, *SourceLayer.model_fields} - {"name", "layers", "by_hand"}
    assert not [key for key in keys if f"`{key.removesuffix('_')}`" not in text]


def test_the_source_that_is_shown_is_one(tmp_path):
    """It loads as a source of a region's own."""
    from prospector.sources import load_sources

    text = (DOCS / "sources.md").read_text("utf-8")
    shown = text.split("```toml\n")[1].split("```")[0]
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "mine.toml").write_text(shown, "utf-8")
    assert load_sources(tmp_path)["mine"].roles == ["geology", "intrusions"]


def test_the_scheme_that_is_shown_is_one(tmp_path):
    """It loads from a file."""
    from prospector.sources.codes import load_scheme

    text = (DOCS / "codes.md").read_text("utf-8")
    file = tmp_path / "ours.toml"
    file.write_text(text.split("```toml\n")[1].split("```")[0], "utf-8")
    assert load_scheme(str(file)).marks["v"].lithology == "lava"
