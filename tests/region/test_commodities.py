"""What commodities are called."""

import pytest

from prospector.errors import ModelError
from prospector.region.commodities import (
    commodities,
    commodity_named,
    commodity_word,
    is_sought,
)
from prospector.region.spelling import folded


@pytest.mark.parametrize("name", commodities())
def test_every_word_leads_to_one_commodity(name):
    """Symbol, English and Spanish name and other words, in capitals, small, without accents."""
    commodity = commodities()[name]
    for word in (name, commodity.en, commodity.es, *commodity.words):
        for written in (word, word.upper(), word.lower(), f" {folded(word)} ", word.title()):
            assert commodity_named(written) == name
    assert commodity.part_of in {"", *commodities()}
    assert commodity_word(name, "es") == commodity.es


def test_no_two_commodities_share_a_word():
    """Else the later of two would take the word from the earlier."""
    words = [
        {folded(word) for word in (name, commodity.en, commodity.es, *commodity.words)}
        for name, commodity in commodities().items()
    ]
    assert sum(map(len, words)) == len(set.union(*words))


@pytest.mark.parametrize(
    ("word", "near"),
    [("lithum", "lithium"), ("cobr", "cobre"), ("Molibdéno2", "molibdeno"), ("oroo", "oro")],
)
def test_an_unknown_word_gets_the_nearest(word, near):
    """And what may be given."""
    with pytest.raises(ModelError, match=f"'{word}'. Did you mean '{near}'\\? Give a symbol"):
        commodity_named(word)


@pytest.mark.parametrize("word", ["", "   ", "!", "qqqq", "\u4e2d", "x" * 5000])
def test_what_is_near_to_none_is_refused_all_the_same(word):
    """Without a guess, and without printing thousands of letters."""
    with pytest.raises(ModelError, match="Unknown commodity") as error:
        commodity_named(word)
    assert len(str(error.value)) < 400
    assert "Did you mean" not in str(error.value)


def test_groups_and_members_find_each_other():
    """A model of rare earths serves who seeks neodymium; one of gold does not."""
    assert is_sought("REE", ["neodymium"])
    assert is_sought("Nd", ["REE"])
    assert not is_sought("Nd", ["Dy", "Cu"])
    assert is_sought("own thing", ["Own-thing"])
