"""What lists of critical minerals say of a commodity."""

import re

import pytest

from prospector.region.commodities import commodities
from prospector.region.critical import critical_lists, flags, flags_line

EXPECTED = {
    "Cu": ("listed", "strategic", "group_a"),
    "Li": ("listed", "strategic", "group_a"),
    "Mo": ("no", "not_seen", "group_a"),
    "Re": ("listed", "not_seen", "group_a"),
    "Co": ("listed", "strategic", "group_b"),
    "REE": ("listed", "strategic", "group_b"),
    "Sb": ("listed", "critical", "group_b"),
    "Te": ("listed", "not_seen", "group_b"),
    "Se": ("no", "not_seen", "group_b"),
    "As": ("listed", "critical", "no"),
    "Au": ("no", "not_seen", "group_c"),
    "Ag": ("listed", "not_seen", "group_c"),
    "Fe": ("no", "not_seen", "group_c"),
    "B": ("listed", "strategic", "group_c"),
    "I": ("no", "not_seen", "group_c"),
    "K": ("listed", "not_seen", "no"),
    "U": ("listed", "not_seen", "no"),
    "Zn": ("listed", "not_seen", "no"),
    "Ni": ("listed", "strategic", "no"),
}


@pytest.mark.parametrize("commodity", EXPECTED)
def test_each_list_says_what_its_pages_say(commodity):
    """United States 2025, European Union 2024, Chile 2026, in this order."""
    assert tuple(flag.status for flag in flags(commodity)) == EXPECTED[commodity]


def test_what_was_not_seen_is_no_no():
    """Nitrate stands on no page at hand; only Chile's list was seen whole, so only there it is a no."""
    assert [flag.status for flag in flags("nitrate")] == ["not_seen", "not_seen", "no"]
    assert {critical.name for critical in critical_lists() if critical.complete} == {"chile_2026"}


def test_chile_names_fourteen():
    """Four in group A, five in B, five in C."""
    (chile,) = [critical for critical in critical_lists() if critical.name == "chile_2026"]
    codes = [entry.status for entry in chile.status.values()]
    assert [codes.count(f"group_{group}") for group in "abc"] == [4, 5, 5]


def test_a_member_has_the_flag_of_its_group_where_it_is_named():
    """Neodymium is a magnet metal of the European list; lanthanum is not; both stand on the American."""
    assert [flag.status for flag in flags("neodimio")] == ["listed", "strategic", "group_b"]
    assert [flag.status for flag in flags("La")] == ["listed", "not_seen", "group_b"]


@pytest.mark.parametrize("critical", critical_lists(), ids=lambda critical: critical.name)
def test_a_list_says_where_it_comes_from_in_both_languages(critical):
    """Dated, graded, with addresses; every commodity is a known one, and details come in pairs."""
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", critical.date)
    assert critical.grade in "ABC"
    assert all(source.startswith("https://") for source in critical.sources)
    assert critical.title.en != critical.title.es != ""
    assert set(critical.status) <= set(commodities())
    for entry in critical.status.values():
        assert bool(entry.en) == bool(entry.es)
        assert set(entry.members) <= set(commodities())


def test_flags_of_several_commodities_make_one_line():
    """In both languages; a word that is no commodity is passed over."""
    assert flags_line(["Se", "marble"]) == (
        "selenium: Chile 2026 (group B), European Union 2024 not seen"
    )
    assert (
        flags_line(["K", "K"], "es") == "potasio: Estados Unidos 2025, Unión Europea 2024 no visto"
    )
    assert flags_line(["graphite"], "en").startswith("graphite: European Union 2024 (strategic)")
    assert "en ninguna de las listas" in flags_line(["salitre"], "es")
