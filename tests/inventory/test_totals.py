"""An inventory added up, by hand."""

import pandas as pd

from prospector.inventory.totals import TOTAL_COLUMNS, communes, decades, totals

ROWS = pd.DataFrame(
    {
        "resource": ["copper", "gold", "copper", None, "gold"],
        "tonnage_mt": [1.0, None, 2.5, 9.0, None],
        "approval_year": pd.array([1989, 1990, None, 1999, None], dtype="Int64"),
        "lies_in": ["Taltal", None, "Taltal", None, None],
        "register_commune": ["Pica", "Pica", None, None, "Calama"],
    }
)


def test_groups_stand_by_tonnage_and_blanks_last():
    """Copper 3.5 Mt of two, gold none of two; what states no metal last though it weighs most."""
    table = totals(ROWS, ROWS["resource"])
    assert list(table.columns) == list(TOTAL_COLUMNS)
    assert table.index[:2].tolist() == ["copper", "gold"]
    assert pd.isna(table.index[2])
    assert table.to_numpy().tolist() == [[2, 2, 0, 3.5, 1], [2, 0, 2, 0.0, 1], [1, 1, 0, 9.0, 1]]


def test_groups_add_up_to_the_list():
    """By whatever it is cut."""
    for by in (ROWS["resource"], communes(ROWS), decades(ROWS)):
        table = totals(ROWS, by)
        assert table["listed"].sum() == len(ROWS)
        assert table["tonnage_mt"].sum() == 12.5
        assert (table["with_tonnage"] + table["without_tonnage"]).tolist() == table[
            "listed"
        ].tolist()


def test_where_it_lies_goes_before_what_the_register_says():
    """The register's commune serves where no unit is known."""
    assert communes(ROWS).tolist()[:3] == ["Taltal", "Pica", "Taltal"]


def test_a_decade_begins_with_its_first_year():
    """1989 and 1990 are of two decades."""
    assert decades(ROWS).tolist() == [1980, 1990, pd.NA, 1990, pd.NA]
