"""Names of ages as ranges in Ma."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.sources.codes.ages import AgeRange, age_range, ages_table, hull

ROWS = [row for table in ("units", "stages", "by_use") for row in ages_table()[table]]
NAMES = [name for row in ROWS for name in (*row["en"], *row["es"])]


@pytest.mark.parametrize(
    ("text", "oldest", "youngest"),
    [
        ("Jurassic", 201.4, 145.0),
        ("Jurásico", 201.4, 145.0),
        ("JURASICO SUPERIOR", 161.5, 145.0),
        ("Upper Jurassic", 161.5, 145.0),
        ("late Jurassic", 161.5, 145.0),
        ("Jurásico Superior - Cretácico Inferior", 161.5, 100.5),
        ("Cretácico Inferior-Jurásico Superior", 161.5, 100.5),
        ("Late Cretaceous to Paleocene", 100.5, 56.0),
        ("Upper Cretaceous\u2013Paleocene", 100.5, 56.0),
        ("Early-Middle Jurassic", 201.4, 161.5),
        ("Late Triassic to Early - Middle Jurassic", 237.0, 161.5),
        ("Jurásico inferior a medio", 201.4, 161.5),
        ("Jurásico Inferior-Medio", 201.4, 161.5),
        ("Oxfordiano - Kimmeridgiano", 161.5, 149.2),
        ("Oxfordiense", 161.5, 154.8),
        ("Carbonífero superior - Pérmico inferior", 323.2, 273.01),
        ("Carbonífero y Pérmico", 358.9, 251.902),
        ("Mioceno/Plioceno", 23.03, 2.58),
        ("Mio-Plioceno", 23.03, 2.58),
        ("Permo-Triásico", 298.9, 201.4),
        ("Terciario superior", 23.03, 2.58),
        ("Paleozoico superior", 419.2, 251.902),
        ("Ordovícico?", 485.4, 443.8),
        ("Edad Eoceno", 56.0, 33.9),
        ("Jurásica", 201.4, 145.0),
        ("Cretácicas superior", 100.5, 66.0),
        ("Cretáceo", 145.0, 66.0),
        ("Neógeno (Mioceno superior)", 23.03, 2.58),
        ("Lower and Middle Devonian", 419.2, 382.7),
        ("Triásico medio/superior", 247.2, 201.4),
        ("Cretácico Sup. - Paleoceno Inf.", 100.5, 61.6),
        ("Mesozoic, undifferentiated", 251.902, 66.0),
        ("165 Ma", 165.0, 165.0),
        ("60-45 Ma", 60.0, 45.0),
        ("ca. 12,5 a 10 Ma", 12.5, 10.0),
    ],
)
def test_a_name_is_a_range(text: str, oldest: float, youngest: float) -> None:
    """In both languages, one name or two ends."""
    assert age_range(text) == AgeRange(oldest, youngest)


@pytest.mark.parametrize(
    "text",
    ["", None, float("nan"), "post-Jurásico", "pre Jurassic", "Mesozoico superior", "superior", "12 km",
     "9999 Ma", "Jurásico Cretácico", "-", "s/d", "Fm. La Negra"],
)  # fmt: skip
def test_what_is_not_known_has_no_range(text: object) -> None:
    """Nothing is guessed: one unknown word is enough."""
    assert age_range(text) is None


def test_the_chart_fits_together() -> None:
    """Every unit is older at its base than at its top, and its parts follow one another inside it."""
    for row in ROWS:
        old, young = row["ma"]
        assert old > young >= 0, row
        parts = [row[part] for part in ("lower", "middle", "upper") if part in row]
        for (_, top), (base, _) in pairwise(parts):
            assert top == base, row
        if parts:
            assert (parts[0][0], parts[-1][1]) == (old, young), row


def test_stages_tile_the_phanerozoic_where_the_chart_names_them_all() -> None:
    """From the base of the Triassic to the Holocene no time is left out or counted twice."""
    stages = sorted((row["ma"] for row in ages_table()["stages"]), reverse=True)
    late = [stage for stage in stages if stage[0] <= 251.902]
    assert late[0][0] == 251.902
    assert [top for _, top in late[:-1]] == [base for base, _ in late[1:]]


@given(first=st.sampled_from(NAMES), last=st.sampled_from(NAMES))
def test_a_range_holds_both_its_ends_in_either_order(first: str, last: str) -> None:
    """The order of the ends says nothing."""
    both = age_range(f"{first} - {last}")
    assert both == age_range(f"{last} to {first}")
    assert both == hull([age_range(first), age_range(last)])
