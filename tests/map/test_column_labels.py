"""What cards call the columns of layers."""

import re

import pytest

from prospector.layers.contract import COLUMNS
from prospector.map.column_labels import column_label
from prospector.map.page_script import page_file
from prospector.words.language import translations


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ("li_mg_l", "Li, mg/L"),
        ("cu_ppm", "Cu, ppm"),
        ("tonnage_mt", "tonnage, Mt"),
        ("age_max_ma", "age max, Ma"),
        ("area_km2", "area, km²"),
        ("fault_system", "fault system"),
        ("m", "m"),
        ("percentile_out_of_fold", "percentile out of fold"),
    ],
)
def test_a_unit_stands_behind_a_comma(column, label):
    """Of known columns and of any other; a name without a unit is its words."""
    assert column_label(column) == label


def test_every_column_with_a_unit_shows_it():
    """No known column's unit is run into its words."""
    measured = [name for name, column in COLUMNS.items() if re.search("[a-z%]", column.unit)]
    assert len(measured) > 10
    unshown = {name for name in measured if "," not in column_label(name)}
    assert unshown == {"inhabitants"}


def test_every_column_of_a_role_has_its_spanish():
    """Whatever layer a region has, its cards speak the reader's language."""
    page = set(re.findall(r'^ *"((?:[^"\\\\]|\\\\.)*)":', page_file("words_es.js"), re.MULTILINE))
    labels = {column_label(name) for name in COLUMNS}
    assert {label for label in labels - page if not translations([label])} == set()
