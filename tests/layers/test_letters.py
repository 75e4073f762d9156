"""Names and classes that look the same are the same: accents composed or not, spaces that are not seen."""

import unicodedata

import geopandas as gpd
import pytest
import shapely

import prospector
from prospector import synthetic
from prospector.errors import LayerError
from prospector.layers.classes import class_word, words_chosen
from prospector.layers.registers import composed

WORD = "Formaci\u00f3n Pe\u00f1a"
APART = unicodedata.normalize("NFD", WORD)
WAYS = [
    WORD,
    APART,
    f" {WORD}",
    WORD.replace(" ", "\u00a0"),
    WORD.replace(" ", "  "),
    f"{WORD}\u200b",
]
EVIDENCE = """
[override.porphyry_copper.evidence.rock]
kind = "distance"
role = "geology"
where = {{ "{column}" = ["{word}"] }}
label = "rock"
expected = "any"
reason = "a test"
"""


@pytest.mark.parametrize("word", WAYS)
def test_a_class_is_one_word_however_it_is_written(word):
    """As one reads it."""
    assert composed(word) == WORD
    assert class_word(word) == WORD
    assert words_chosen([class_word(word)], [APART]) == {APART: {WORD}}


def test_other_letters_stay():
    """Case, dashes and accents tell classes apart; what is no text is not touched."""
    assert composed("Qz-\u00f1") == "Qz-\u00f1"
    assert class_word("granite") != class_word("Granite")
    assert class_word(3.0) == "3"


def squares(column, words):
    """Return a row of squares across the region, a word for each."""
    shapes = [
        shapely.box(400_000 + 50_000 * n, 7_200_000, 450_000 + 50_000 * n, 7_400_000)
        for n in range(len(words))
    ]
    return gpd.GeoDataFrame({column: words}, geometry=shapes, crs=synthetic.CRS)


@pytest.mark.parametrize(("of_file", "of_model"), [(WORD, APART), (APART, WORD)])
def test_a_map_of_decomposed_letters_is_found_by_composed_ones(tmp_path, of_file, of_model):
    """Its layer, its column and its class, in a file and in the model that asks for them."""
    region = synthetic.write_region(tmp_path)
    squares(of_file, [of_file, "x", "y"]).to_file(region / "g.gpkg", layer=of_file)
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(f'[layers.g]\nrole = "geology"\nfile = "g.gpkg"\nlayer = "{of_model}"\n')
        file.write(EVIDENCE.format(column=of_model, word=of_model))
    [model] = prospector.check(region).deposit_models
    assert "rock" in [evidence.name for evidence in model.evidence]


def test_a_column_is_mapped_by_the_name_that_one_reads(tmp_path):
    """And a file that is missing by its name is shown where another looks the same."""
    region = synthetic.write_region(tmp_path)
    squares(APART, ["a", "b"]).to_file(region / "g.gpkg")
    plain = (region / "region.toml").read_text("utf-8")
    layer = f'[layers.g]\nrole = "geology"\nfile = "g.gpkg"\ncolumns = {{ unit = "{WORD}" }}\n'
    (region / "region.toml").write_text(f"{plain}\n{layer}", "utf-8")
    assert prospector.check(region).layers.vector("geology").features.unit.tolist() == ["a", "b"]
    (region / "region.toml").write_text(f"{plain}\n{layer}".replace("g.gpkg", "G.gpkg"), "utf-8")
    with pytest.raises(LayerError, match=r"There is 'g\.gpkg', which is written in another way"):
        prospector.check(region)
