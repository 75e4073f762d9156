"""Numbers as people write them: marks by column, units, limits, codes of what is missing."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.layers.numbers.column import read_numbers
from prospector.layers.numbers.notices import number_notices
from prospector.layers.numbers.units import factor, unit_of_column
from prospector.words.language import LANGUAGES, sentence


def values(words, **how):
    return read_numbers(pd.Series(words, dtype=object), **how).values.tolist()


def same(found, wanted):
    """Whether two lists hold the same numbers, NaN in the same places."""
    return np.array_equal(np.array(found), np.array(wanted, dtype=float), equal_nan=True)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["1.234", "2.5"], [1.234, 2.5]),
        (["1.234", "2,5"], [1234, 2.5]),
        (["1,234", "2.5"], [1234, 2.5]),
        (["1,234", "2,5"], [1.234, 2.5]),
        (["1.234.567", "1.234"], [1234567, 1234]),
        (["1,234,567", "1.234"], [1234567, 1.234]),
        (["1.234,50", "12.000"], [1234.5, 12000]),
        (["1,234.50", "12,000"], [1234.5, 12000]),
        (["1 234,567", "1.234"], [1234.567, 1234]),
        (["1\u00a0234", "12\u202f345,5"], [1234, 12345.5]),
        (["1'234.5", "1\u2019234"], [1234.5, 1234]),
        (["0,125", "1,500"], [0.125, 1.5]),
        (["0.125", "1.500"], [0.125, 1.5]),
        ([".5", "5.", ",5"], [0.5, 5, 0.5]),
        (["1.2e3", "1,5E+02", "3e-1"], [1200, 150, 0.3]),
        (["\u22125.5", "\u20135", "+3"], [-5.5, -5, 3]),
        ([1.5, "2,5", 3, np.int64(4), True], [1.5, 2.5, 3, 4, math.nan]),
    ],
)
def test_the_column_decides_what_its_marks_mean(words, wanted):
    """One word that can be read one way only decides for those that can be read two ways."""
    assert same(values(words), wanted)


def test_a_column_that_decides_nothing_says_so():
    """The point is then decimal, the comma a mark of thousands."""
    read = read_numbers(pd.Series(["1.234", "1,234", "567"]))
    assert read.values.tolist() == [1.234, 1234.0, 567.0]
    assert read.undecided == (("1.234", 1), ("1,234", 1))
    assert not read_numbers(pd.Series(["1.234", "2.5"])).undecided


def test_one_typing_error_does_not_turn_thousands_into_decimals():
    """Marks of thousands that are seen as such stay so, if the column's decimals are mostly the other."""
    read = read_numbers(pd.Series(["1.234,5", "2.345,25", "1.500", "2.5"]))
    assert read.values.tolist() == [1234.5, 2345.25, 1500.0, 2.5]
    assert read.mixed_marks


@pytest.mark.parametrize(
    "word",
    ["1.23.4", "12,34,567", "1 23", "12/05/1992", "10-20", "gossan", "12 3/4", "(5)", "1.2.3,4"],
)
def test_what_is_no_number_is_counted(word):
    """Nothing is guessed out of a range, a date or a wrong group."""
    read = read_numbers(pd.Series([word, "1", word]))
    assert same(read.values, [math.nan, 1, math.nan])
    assert read.unreadable == ((word, 2),)


@pytest.mark.parametrize(
    ("word", "limit"),
    [("<5", 5), ("< 0,5", 0.5), ("<=5", 5), ("\u2264 5 ppm", 5), ("<5.0", 5), ("-5", 5)],
)
def test_a_limit_of_detection_is_half_of_it(word, limit):
    """With a sign in front, or negative where the quantity cannot be."""
    read = read_numbers(pd.Series([word, "12.5"]), never_negative=True)
    assert read.below.tolist() == [True, False]
    assert read.values.tolist() == [limit, 12.5]
    assert read.halved().tolist() == [limit / 2, 12.5]


@pytest.mark.parametrize("word", [">10000", "> 10.000", ">=10000", "\u226510000", ">10 000 ppm"])
def test_an_upper_limit_is_read_as_that(word):
    """And counted."""
    read = read_numbers(pd.Series([word, "12,5"]), never_negative=True)
    assert read.values.tolist() == [10000.0, 12.5]
    assert read.above.tolist() == [True, False]


@pytest.mark.parametrize(
    "word",
    ["<LD", "ND", "n.d.", "bdl", "b.d.l.", "<LOD", "nsd", "trace", "tr", "< L.D.", ">LS", "<0"],
)
def test_a_limit_that_is_not_stated_is_no_number(word):
    """It is counted apart from what is missing."""
    read = read_numbers(pd.Series(["1", word]), never_negative=True)
    assert same(read.values, [1, math.nan])
    assert read.unknown_limit == ((word, 1),)


@pytest.mark.parametrize(
    "word",
    [
        "n/a",
        "NA",
        "-",
        "--",
        "s/d",
        "sin dato",
        "Sin Informaci\u00f3n",
        "null",
        "IS",
        "NSS",
        "\u2013",
    ],
)
def test_words_of_what_is_missing(word):
    """They are neither numbers nor unreadable."""
    read = read_numbers(pd.Series(["1", word, "", None, math.nan, " "]))
    assert same(read.values, [1] + [math.nan] * 5)
    assert (sum(n for _, n in read.missing), read.unreadable, read.empty) == (1, (), 4)


@pytest.mark.parametrize(
    "code", [-9999, "-9999", -999.0, "-99", "-9999,0", -8888, "-999.25", -99999]
)
def test_null_codes_where_a_quantity_cannot_be_negative(code):
    """Elsewhere they are numbers like others."""
    assert same(values([code, "25,5"], never_negative=True), [math.nan, 25.5])
    assert not math.isnan(values([code, "25,5"])[0])


@pytest.mark.parametrize("code", [1e30, "1e32", -1e32, "3.4028235e38", math.inf, "1,7E+38"])
def test_numbers_that_are_codes_anywhere(code):
    """Whatever the quantity."""
    read = read_numbers(pd.Series([code, 1.0], dtype=object))
    assert same(read.values, [math.nan, 1])
    assert sum(n for _, n in read.missing) == 1


def test_codes_that_the_layer_states():
    """As number or as word, however the file writes them."""
    words = ["0", "0,0", 0, "Barren", "9999", "1"]
    assert same(values(words, missing=[0, "barren", "9999"]), [math.nan] * 5 + [1])


def test_a_limit_above_every_measured_value_is_none():
    """A code of somebody's own, read as a limit, made half of it the highest grade of all."""
    read = read_numbers(pd.Series(["20", "25", "-5555", "<60", "-5"]), never_negative=True)
    assert same(read.halved(), [20, 25, math.nan, math.nan, 2.5])
    assert read.not_limits == (("-5555", 1), ("<60", 1))


def test_limits_alone_stay_limits_where_a_sign_says_so():
    """Without a measured value a negative number proves nothing."""
    assert same(values(["<5", "-4"], never_negative=True), [5, math.nan])


@pytest.mark.parametrize("code", [8888.0, -8888.0])
def test_a_repeated_extreme_far_from_the_rest_is_suspected(code):
    """It is kept as a number and reported."""
    column = pd.Series([*np.linspace(20, 25, 40), *[code] * 3])
    read = read_numbers(column)
    assert read.suspected == (code, 3)
    assert read.values[-1] == code
    assert read_numbers(column.iloc[:-1]).suspected is None


@pytest.mark.parametrize(("last", "suspected"), [(10000, None), (999999, (999999.0, 4))])
def test_the_last_step_of_a_scale_is_no_code(last, suspected):
    """Classes of accuracy repeat and grow: only a value far beyond the whole scale may be a code."""
    steps = [300, 500, 1000, 2000, 3000, 4000, 5000]
    column = pd.Series([str(step) for step in steps * 3 + [last] * 4])
    assert read_numbers(column).suspected == suspected


def test_units_behind_numbers():
    """One unit is the column's; others of the same quantity are converted to the commonest, or the wanted."""
    read = read_numbers(pd.Series(["12 ppm", "0.5%", "3 g/t", "7ppm"]))
    assert read.values.tolist() == [12, 5000, 3, 7]
    assert (read.unit, dict(read.converted)) == ("ppm", {"%": 1, "g/t": 1})
    assert values(["3 km2", "300 ha", "1,5"], unit="ha") == [300, 300, 1.5]
    assert values(["12 cps", "13 cps"]) == [12, 13]


def test_units_that_do_not_fit_are_refused_or_unreadable():
    """A share is no length, and a bare number beside two units is of neither."""
    read = read_numbers(pd.Series(["12 ppm", "3 m", "5 ppm"]))
    assert read.unreadable == (("3 m", 1),)
    with pytest.raises(ValueError, match=r"numbers in ppm \(2\), % \(1\) and 1 without a unit"):
        read_numbers(pd.Series(["12 ppm", "1 %", "5 ppm", "8"]))


def test_approximate_numbers_and_their_spread():
    """The number is read, and where it is approximate is known."""
    read = read_numbers(pd.Series(["c. 1992", "285.3 \u00b1 1,2 Ma", "~12", "40"]))
    assert read.values.tolist() == [1992, 285.3, 12, 40]
    assert read.about.tolist() == [True, True, True, False]


def test_every_notice_has_its_sentence_in_every_language():
    """With the first words seen and their counts; no hole is left."""
    words = [
        "1.234,5",
        "2.5",
        "3 km2",
        "4 ha",
        "5 ha",
        "<1",
        ">9000",
        "ND",
        "-9999",
        "-9998",
        "x1",
        "~3",
    ]
    column = pd.Series([*words, *"abcdefg"])
    notices = number_notices(read_numbers(column, never_negative=True, unit="ha"), "area")
    notices += number_notices(read_numbers(pd.Series(["1.234"])), "area")
    notices += number_notices(read_numbers(pd.Series([1, 2, 3, 4, 5, 6, 99, 99, 99])), "area")
    assert len({notice.code for notice in notices}) == 13
    for code in LANGUAGES:
        said = [sentence(notice.of(layer="a"), code) for notice in notices]
        assert not any("{" in one or "=" in one.replace("missing = [", "") for one in said)
    unreadable = next(n for n in notices if n.code == "numbers-unreadable").of(layer="a")
    assert sentence(unreadable) == (
        "Layer 'a': 8 values of 'area' cannot be read as numbers: "
        "x1 (1), a (1), b (1), c (1), d (1) and 3 more."
    )


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", ".")]),
)
def test_numbers_written_one_way_read_back(wholes, marks):
    """Two decimals decide the marks of every column, whatever stands before them."""
    thousands, decimal = marks
    numbers = [whole / 100 for whole in wholes]
    words = [f"{n:,.2f}".translate(str.maketrans(",.", thousands + decimal)) for n in numbers]
    assert values(words) == numbers


@given(st.text(max_size=30), st.booleans())
def test_no_word_breaks_the_reading(word, never_negative):
    """Each is a number, or counted as what it is."""
    read = read_numbers(pd.Series([word], dtype=object), never_negative=never_negative)
    counted = (*read.missing, *read.unknown_limit, *read.not_limits, *read.unreadable)
    assert len(counted) + read.empty + int(np.isfinite(read.values).sum()) == 1


def test_units_of_names_and_factors():
    """What a name ends in; nothing for an element."""
    names = ["Cu_ppm", "CU (%)", "li_mg_l", "li_mg/l", "AREA_KM2", "icp_Ga", "soil_V", "ppm"]
    assert [unit_of_column(name) for name in names] == [
        "ppm", "%", "mg/l", "mg/l", "km2", "", "", "",
    ]  # fmt: skip
    assert factor("km2", "ha") == 100
    assert factor("ppm", "ha") is None


@pytest.mark.parametrize("code", [-9999, -999.25, -32768])
def test_a_code_far_from_all_others_is_missing_where_numbers_may_be_negative(code):
    """Of any quantity, in a single row; where others come near, it is a number."""
    read = read_numbers(pd.Series([1.5, -2.0, 3.25, code]))
    assert same(read.values, [1.5, -2, 3.25, math.nan])
    assert read.missing == ((f"{code:g}", 1),)
    near = read_numbers(pd.Series([1.5, -2.0, code + 1, code]))
    assert same(near.values, [1.5, -2, code + 1, code])
    assert near.missing == ()


def test_two_codes_of_a_column_are_both_missing():
    """The second shows once the first is gone."""
    read = read_numbers(pd.Series([1.5, 2.0, 3.25, -999, -9999]))
    assert same(read.values, [1.5, 2, 3.25, math.nan, math.nan])


def test_nines_far_from_all_others_are_suspected_in_a_single_row():
    """An assay may be so rich: the number is kept."""
    read = read_numbers(pd.Series([20.0, 21, 22, 23, 24, 9999]))
    assert read.values[-1] == 9999
    assert read.suspected == (9999, 1)
    assert read_numbers(pd.Series([20.0, 21, 22, 23, 24, 8000])).suspected is None


def test_numbers_without_a_unit_are_of_that_of_their_column():
    """Parts in a thousand million, wanted in a million; what bears a unit keeps it."""
    read = read_numbers(pd.Series(["5000", "<200", "3 ppm"]), unit="ppm", bare="ppb")
    assert same(read.values, [5, 0.2, 3])
    assert read.converted == (("ppb", 2),)
    assert same(read_numbers(pd.Series([5.0]), unit="ppm", bare="m").values, [5])
    assert same(read_numbers(pd.Series([5.0]), unit="ppm", bare="ppm").values, [5])
