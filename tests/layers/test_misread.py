"""Text that was read in a wrong encoding is told, with the letters that show it."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as some

from prospector.layers import read_layers
from prospector.layers.misread import misread
from prospector.region.region_file import load_region
from prospector.words.language import sentence

LETTERS = "ñáéíóúüÑÁÉÍÓÚçã°º±ª“”€"


@pytest.mark.parametrize("wrong", ["cp1252", "latin-1"])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_in_utf_8_is_known_in_another_encoding(letter, wrong):
    """Each as it looks where the bytes of UTF-8 were taken for single letters."""
    text = letter.encode("utf-8").decode(wrong, errors="ignore")
    if len(text) == len(letter.encode("utf-8")):
        assert misread(pd.Series([f"Cerro {text}andú", "Cerro"])) == (1, text)


@given(some.text(alphabet="abc -ABC" + LETTERS, max_size=30))
def test_text_as_people_write_it_is_left_alone(text):
    """Letters with accents beside each other and beside signs."""
    assert misread(pd.Series([text])) == (0, "")


@pytest.mark.parametrize(("written", "letters"), [("cp850", "ñóúéí"), ("mac-roman", "á")])
def test_letters_of_dos_and_old_macintoshes_are_known(written, letters):
    """A sign within a word, where the table was taken for one of Windows."""
    for letter in letters:
        text = f"pe{letter}a".encode(written).decode("cp1252")
        assert misread(pd.Series([text])) == (1, text[2]), letter


def test_letters_that_were_lost_are_told():
    """What stands for them cannot be mended by another encoding."""
    assert misread(pd.Series(["Pe\ufffdablanca", None, 7])) == (1, "\ufffd")


def test_a_table_of_attributes_that_states_a_wrong_encoding_is_told(region):
    """UTF-8, and a .cpg that says Latin-1."""
    table = {"class": ["granodiorita ñandú", "caliza"], "formation": "x"}
    shapes = [shapely.box(4.5e5 + 2e4 * i, 7.26e6, 4.6e5 + 2e4 * i, 7.27e6) for i in range(2)]
    gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:32719").to_file(
        region / "geology.shp", encoding="UTF-8"
    )
    (region / "geology.cpg").write_text("ISO-8859-1")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write('\n[layers.geology]\nrole = "geology"\nfile = "geology.shp"\n')
    loaded = load_region(region)
    notices = read_layers(loaded, loaded.grid()).notices
    [told] = [notice for notice in notices if notice.code == "text-misread"]
    assert (told.count, told.value("column"), told.value("letters")) == (1, "class", "Ã±")
    assert "Set encoding to that of the file" in sentence(told)


@pytest.mark.parametrize("word", ["Ñandú", "Pucará Ñuñoa", "ñire"])
def test_letters_of_dos_at_the_ends_of_words_are_told(word):
    """Beside small letters; sums of money and signs that stand alone are text."""
    dos = word.encode("cp850").decode("cp1252")
    assert misread(pd.Series([dos]))[0] == 1
    for text in ("US$ 5", "£5 m", "5 ¢", "a ¬ b", "¥ 100"):
        assert misread(pd.Series([text])) == (0, "")
