"""974 made-up holders in the forms of the registers, judged by hand: how often each error is made.

Set 1 was there when the rules were mended; the others were written before the rules had seen them. At first
sight 5 of 163 texts with a person of set 2, none of 72 of set 3 and 1 of 64 of set 4 showed one, and 26 of
221, 4 of 110 and 3 of 49 companies with a legal form were hidden; the rules were then mended with these, too.
Set 5 has forms, bodies of the state and known companies that are names as well; before the rules were mended
with it, 55 of its 59 texts with a person showed one. Set 6 is of Peru: at first sight none of its 18 texts
with a person showed one, and 2 of its 16 companies and public bodies were hidden (a district, the survey).
"""

import csv
from pathlib import Path

import pandas as pd
import pytest

from prospector.layers.registers import PRIVATE, read_holders, register_names

with Path(__file__).with_name("holders.csv").open(encoding="utf-8") as file:
    CORPUS = list(csv.DictReader(file))

WITHOUT_A_FORM = "company without a form"
"""What everybody knows for a company and no legal form tells."""

NOT_TOLD = {
    "MINERA TRINIDAD S.A. ELADIO MUÑOZ",
    "SCM FLOR DE LIMON",
    "Lizarraga Celia y Pocitos S.R.L.",
    "ROSA TAPIA Y CARLOTA LTDA",
    "ALTAMIRA GOLD",
    "PETROMIN",
    "UTE Carlota",
}
"""Holders of which the rule hides a company."""


def shown_of(row):
    """Return what stands in the outputs for a holder, one by one."""
    return set(read_holders(pd.Series([row["holder"]]))[0].iloc[0].split("; "))


def judged(row):
    return set(row["shown"].split("; "))


def hidden(rows):
    """Return the share of the companies that are not shown as they are, and the holders that name them."""
    named = sum(len(judged(row) - {PRIVATE}) for row in rows)
    lost = {row["holder"]: len(judged(row) - {PRIVATE} - shown_of(row)) for row in rows}
    return sum(lost.values()) / named, {holder for holder, count in lost.items() if count}


def test_the_corpus_covers_every_register_and_kind():
    """Enough of each for a rate of one in a hundred."""
    assert {row["register"] for row in CORPUS} == {*register_names(), "other"}
    persons = [row for row in CORPUS if PRIVATE in judged(row)]
    companies = [row for row in CORPUS if judged(row) - {PRIVATE}]
    assert (len(CORPUS), len(persons), len(companies)) == (974, 517, 576)


@pytest.mark.parametrize("register", ["chile", "salta", "catamarca", "jujuy", "ingemmet", "other"])
def test_no_person_is_shown(register):
    """Nothing but what was judged a company's name leaves."""
    rows = [row for row in CORPUS if row["register"] == register]
    assert [row["holder"] for row in rows if shown_of(row) - judged(row) - {PRIVATE}] == []


def test_who_is_hidden_is_said():
    """A holder of whom a part is hidden has a private holder beside it."""
    silent = [row["holder"] for row in CORPUS if PRIVATE in judged(row) - shown_of(row)]
    assert silent == []


def test_at_most_one_company_in_a_hundred_is_hidden():
    """Of those whose name has a legal form, or is a public body's."""
    rate, lost = hidden([row for row in CORPUS if row["kind"] != WITHOUT_A_FORM])
    assert rate <= 0.01
    assert lost < NOT_TOLD


def test_what_the_rule_cannot_tell_is_known():
    """All companies that are hidden, by name."""
    rate, lost = hidden(CORPUS)
    assert rate <= 0.0125
    assert lost == NOT_TOLD
