"""A stated score held fixed while the pattern moves: even on noise, with sight of what is planted."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from prospector.errors import Reason
from prospector.validation import record, stated
from prospector.validation.nulls import smooth_field
from prospector.validation.record import Null
from prospector.validation.sample import Sample
from prospector.validation.stated import (
    IN_THE_REGION,
    MOVED,
    WITHIN_COUNTRIES,
    LabelledUnits,
    stated_on_ground,
    stated_on_units,
)

WIDE_M = 400_000.0


def ground(number, *, patches=0, districts=10, of_each=3, planted=0.0):
    """A smooth score over full ground or patches, with clusters of deposits that it knows nothing of."""
    random = np.random.default_rng([19, number])
    at = random.uniform(0, WIDE_M, (60_000, 2))
    if patches:
        middle, reach_m = random.uniform(0, WIDE_M, (patches, 2)), random.uniform(2e4, 6e4, patches)
        at = at[(cKDTree(middle).query(at, k=range(1, patches + 1))[0] < reach_m).any(axis=1)]
    background, rest = at[:1000], at[1000:]
    homes = rest[random.integers(len(rest), size=districts)]
    near = [random.choice(found, of_each) for found in cKDTree(rest).query_ball_point(homes, 1.5e4)]
    places = rest[np.concatenate(near)]
    score = smooth_field(np.vstack([places, background]), 60_000.0, random=random)[:, None]
    n = len(places)
    score[:n] += planted
    return Sample(
        score[:n], places, np.repeat(np.arange(districts), of_each), score[n:], background
    )


@pytest.mark.parametrize("patches", [0, 4, 12])
def test_on_noise_p_is_uniform_and_the_null_is_a_coin(patches):
    """Over 40 regions: p lies evenly, whatever the ground, and the null's mean AUC is one half."""
    tests = [stated_on_ground(ground(i, patches=patches), n=99, random_state=i) for i in range(40)]
    p = np.array([test.auc.p for test in tests])
    assert np.mean([test.null_mean for test in tests]) == pytest.approx(0.5, abs=0.02)
    assert np.mean(p) == pytest.approx(0.5, abs=0.12)
    assert np.mean(p <= 0.1) <= 0.2


def test_a_planted_score_is_seen():
    """Deposits one standard deviation up the score: p 0.05 or less in most regions."""
    tests = [stated_on_ground(ground(i, planted=1.0), n=99, random_state=i) for i in range(20)]
    assert np.mean([test.auc.p <= 0.05 for test in tests]) > 0.8
    assert tests[0].null == MOVED


def test_figures_by_hand():
    """The best twentieth of 100 places holds two of five deposits; the rest lie at the middle."""
    east = np.arange(100.0)
    at = np.column_stack([1000 * east, np.zeros(100)])
    deposits = np.array([98, 97, 50, 50, 50])
    scored = Sample(east[deposits, None], at[deposits], np.arange(5), east[:, None], at)
    test = stated_on_ground(scored, n=19)
    assert test.auc.value == pytest.approx(np.mean([0.985, 0.975, 0.505, 0.505, 0.505]), abs=1e-4)
    assert [capture.captured.value for capture in test.captures] == [0.0, 0.4, 0.4, 0.4]
    assert test.auc.n_null == 19


def test_a_score_that_is_one_everywhere_says_nothing():
    """All ties: one half, and no p below one."""
    flat = ground(0)
    same = flat.with_evidence(np.ones((30, 1)), np.ones((1000, 1)))
    test = stated_on_ground(same, n=19)
    assert (test.auc.value, test.auc.p) == (0.5, 1.0)


def test_below_five_deposits_no_figure_is_stated():
    """Neither on cells nor on polygons; the reason names the count."""
    few = ground(0).part(np.arange(4), np.arange(1000))
    test = stated_on_ground(few)
    assert test.auc is None
    assert test.captures == ()
    assert test.untested == Reason("too-few-to-test", deposits=4, least=5)
    labelled = np.arange(40) < 4
    units = LabelledUnits(np.arange(40.0), few.background_at[:40], labelled, np.arange(4))
    assert stated_on_units(units).untested == test.untested


def test_where_patterns_do_not_fit_the_ground_there_is_no_p():
    """Twenty patches 2 km wide and 100 km apart, districts 40 km wide: the AUC stands, with the reason."""
    random = np.random.default_rng(3)
    middle = np.array([(1e5 * east, 1e5 * north) for east in range(5) for north in range(4)])
    background = np.repeat(middle, 50, axis=0) + random.uniform(-1e3, 1e3, (1000, 2))
    places = np.repeat(middle[:5], 4, axis=0) + random.uniform(-2e4, 2e4, (20, 2))
    score = random.standard_normal((1020, 1))
    scored = Sample(score[:20], places, np.repeat(np.arange(5), 4), score[20:], background)
    test = stated_on_ground(scored, n=99)
    assert test.dropped > 0.5
    assert test.auc.p is test.auc.null_p95 is test.null_mean is None
    assert test.untested.code == "too-few-patterns"


def test_one_rule_says_how_many_shifts_are_enough(monkeypatch):
    """Raised to all of them, it withholds the p of stated scores and the null of learned ones."""
    null = Null("shifted deposits", 0.5, 0.5, (0.4, 0.5, 0.6), n_usable=2)
    assert null.computed
    for module in (record, stated):
        monkeypatch.setattr(module, "enough_shifts", lambda n_usable, n: n_usable > n)
    assert not null.computed
    assert stated_on_ground(ground(0), n=19).untested.code == "too-few-patterns"


def units(number, *, n=60, districts=4, of_each=3, countries=3, planted=0.0):
    """Polygons with a smooth score, and districts of near ones that hold a deposit."""
    random = np.random.default_rng([26, number])
    at = random.uniform(0, WIDE_M, (n, 2))
    score = smooth_field(at, 80_000.0, random=random) + 0.3 * random.standard_normal(n)
    district = np.full(n, -1)
    for one in range(districts):
        district[np.hypot(*(at - at[random.integers(n)]).T).argsort()[:of_each]] = one
    country = (at[:, 0] * countries / WIDE_M).astype(int) if countries else None
    labelled = district >= 0
    return LabelledUnits(score + planted * labelled, at, labelled, district[labelled], country)


@pytest.mark.parametrize(("countries", "null"), [(0, IN_THE_REGION), (3, WITHIN_COUNTRIES)])
def test_on_noise_relabelled_units_give_a_uniform_p(countries, null):
    """Over 80 regions of clustered labels; each test says which null was used."""
    tests = [
        stated_on_units(units(i, countries=countries), n=99, random_state=i) for i in range(80)
    ]
    p = np.array([test.auc.p for test in tests])
    assert {test.null for test in tests} == {null}
    assert np.mean(p) == pytest.approx(0.5, abs=0.1)
    assert np.mean(p <= 0.1) <= 0.18


def test_a_score_planted_on_units_is_seen():
    """Two standard deviations up."""
    tests = [stated_on_units(units(i, planted=2.0), n=99, random_state=i) for i in range(20)]
    assert np.mean([test.auc.p <= 0.05 for test in tests]) > 0.8


def test_every_way_to_relabel_is_taken_where_there_are_few():
    """Ten units on a line, five at its end: ten steps round, and their mirrors are the same sets."""
    at = np.column_stack([np.arange(10.0), np.zeros(10)])
    labelled = np.arange(10) >= 5
    two = LabelledUnits(
        np.tile(np.arange(10.0), 2),
        np.vstack([at, at + np.array([0, 50])]),
        np.tile(labelled, 2),
        np.arange(10),
        np.repeat([0, 1], 10),
    )
    test = stated_on_units(two)
    assert test.possible == 100
    assert test.auc.n_null == 99
    assert test.auc.p == pytest.approx(0.01)
    assert test.null_mean == pytest.approx((100 * 0.5 - 0.75) / 99, abs=1e-4)


def test_with_fewer_than_twenty_ways_there_is_no_p():
    """One line of ten: ten ways; the AUC stands, and why there is no p."""
    labelled = np.arange(10) >= 5
    at = np.column_stack([np.arange(10.0), np.zeros(10)])
    test = stated_on_units(LabelledUnits(np.arange(10.0), at, labelled, np.arange(5)))
    assert test.auc.value == 0.75
    assert test.auc.p is None
    assert test.untested == Reason("too-few-relabellings", ways=10, least=20)


def test_units_of_a_district_stay_together_and_in_their_country():
    """Every way to relabel labels as many units of each country, near ones together."""
    from prospector.validation.stated import _ways

    found = units(1)
    of_country = np.bincount(found.country[found.labelled], minlength=3)
    for ways in _ways(found):
        country = np.unique(found.country[ways])
        assert len(country) == 1
        assert ways.shape[1] == of_country[country[0]]
        assert all(len(set(way)) == len(way) for way in ways.tolist())


def scattered(number, *, n=12, labelled=9, countries=2):
    """Few units, most of them labelled, their districts dealt at random: members of many lie between."""
    random = np.random.default_rng([10, number])
    holds = np.zeros(n, dtype=bool)
    holds[random.choice(n, labelled, replace=False)] = True
    return LabelledUnits(
        random.standard_normal(n),
        np.round(random.uniform(0, 1e5, (n, 2)), -5 if number % 4 == 0 else 0),
        holds,
        random.integers(0, labelled // 2, labelled),
        random.integers(0, countries, n),
    )


@pytest.mark.parametrize(("n", "labelled"), [(12, 9), (9, 9), (6, 5), (30, 24)])
def test_scattered_districts_are_relabelled_and_the_first_way_is_theirs(n, labelled):
    """Every way labels as many distinct units; the deposits' own is the first, places shared or not."""
    from prospector.validation.stated import _ways

    for number in range(30):
        found = scattered(number, n=n, labelled=labelled)
        assert stated_on_units(found, n=19).n_tested == labelled
        ways = _ways(found)
        assert all(len(set(way)) == len(way) for of_country in ways for way in of_country.tolist())
        first = np.sort(np.concatenate([of_country[0] for of_country in ways]))
        assert first.tolist() == np.flatnonzero(found.labelled).tolist()


def test_on_noise_scattered_districts_give_a_uniform_p():
    """Over 60 regions of 20 units, 14 of them labelled in four districts that lie in one another."""
    dealt = [scattered(i, n=20, labelled=14, countries=1) for i in range(60)]
    p = np.array([stated_on_units(of_region, n=99).auc.p for of_region in dealt])
    assert np.mean(p) == pytest.approx(0.5, abs=0.12)
    assert np.mean(p <= 0.1) <= 0.2
