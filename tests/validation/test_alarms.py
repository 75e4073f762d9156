"""Leakage alarms: each rings on its own leak, and all are silent on honest evidence."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from prospector.models import SquaredLogistic
from prospector.validation import Sample, smooth_field, spatial_folds
from prospector.validation.alarms import (
    alarm_notice,
    alone_alarms,
    columns_that_follow,
    coordinate_alarms,
    deposit_distance_alarms,
    duplicate_alarms,
    label_alarms,
    leakage_alarms,
)

KM = 1000.0


def region(seed=0, n=40):
    """Return deposits at random places with two smooth fields as evidence."""
    random = np.random.default_rng(seed)
    at = random.uniform(0, 400, (n + 1500, 2)) * KM
    fields = np.column_stack([smooth_field(at, 60 * KM, random=random) for _ in range(2)])
    drawn = Sample(fields[:n], at[:n], np.arange(n), fields[n:], at[n:])
    return drawn, spatial_folds(drawn, block_size_m=100 * KM, random=random)


def with_third(drawn, function):
    """Return the sample with a third evidence, a function of place."""
    return drawn.with_evidence(
        np.column_stack([drawn.positive, function(drawn.positive_at)]),
        np.column_stack([drawn.background, function(drawn.background_at)]),
    )


def test_honest_evidence_raises_no_alarm():
    """Smooth noise, and deposits farther than 2 km from each other: silence in blocks."""
    drawn, folds = region()
    assert leakage_alarms(SquaredLogistic(), drawn, folds) == ()


def test_distance_to_the_deposits_is_alarmed():
    """Whatever its sign or scale; distance to a line on which none lies is not."""
    drawn, _ = region()
    tree = cKDTree(drawn.positive_at)
    leaking = with_third(drawn, lambda at: -np.log1p(tree.query(at)[0]))
    alarm, *others = deposit_distance_alarms(leaking)
    assert not others
    assert (alarm.name, alarm.column, alarm.figure) == ("built from deposits", 2, 1.0)
    assert alarm_notice(alarm, "copper", ("a", "b", "third")).value("evidence") == "third"
    assert deposit_distance_alarms(with_third(drawn, lambda at: np.abs(at[:, 0]))) == ()


def test_evidence_that_alone_separates_is_alarmed():
    """A belt drawn round the deposits: 1 within 5 km of one."""
    drawn, folds = region()
    tree = cKDTree(drawn.positive_at)
    leaking = with_third(drawn, lambda at: (tree.query(at)[0] < 5 * KM) * 1.0)
    found = alone_alarms(SquaredLogistic(), leaking, folds)
    assert [(one.name, one.column) for one in found] == [("alone", 2)]
    assert found[0].figure > 0.95
    assert alone_alarms(SquaredLogistic(), leaking, folds, threshold=1.0) == ()


def test_a_source_that_says_no_answers_the_alarms_of_evidence_that_follows_deposits():
    """The alarm stays with its figure, as answered; its notice says that the source was believed."""
    drawn, folds = region()
    near = drawn.positive_at + np.random.default_rng(1).normal(0, KM, drawn.positive_at.shape)
    leaking = with_third(drawn, lambda at: -cKDTree(near).query(at)[0])
    alarms = leakage_alarms(SquaredLogistic(), leaking, folds)
    assert "built from deposits" in {alarm.name for alarm in alarms}
    assert columns_that_follow(alarms, (None, None, None)) == (2,)
    answered = leakage_alarms(SquaredLogistic(), leaking, folds, [2])
    assert [replace(alarm, answered=False) for alarm in answered] == list(alarms)
    assert columns_that_follow(answered, (None, None, False)) == ()
    assert {alarm_notice(alarm, "copper", "abc").code for alarm in answered} == {
        "alarm-answered-by-source"
    }


@pytest.mark.parametrize("way", ["distance", "within 3 km", "density", "count", "label"])
def test_no_source_answers_for_an_exact_function_of_the_deposits(way):
    """The skill is not judged, and the notice says why the answer was not taken."""
    drawn, folds = region()
    tree = cKDTree(drawn.positive_at)
    away = lambda at: np.linalg.norm(at[:, None] - drawn.positive_at[None], axis=2)  # noqa: E731
    ways = {
        "distance": lambda at: -tree.query(at)[0],
        "within 3 km": lambda at: (tree.query(at)[0] < 3 * KM) * 1.0,
        "density": lambda at: np.exp(-((away(at) / (30 * KM)) ** 2) / 2).sum(axis=1),
        "count": lambda at: (away(at) < 30 * KM).sum(axis=1) * 1.0,
        "label": lambda at: (tree.query(at)[0] == 0) * 1.0,
    }
    leaking = with_third(drawn, ways[way])
    alarms = leakage_alarms(SquaredLogistic(), leaking, folds, [2])
    assert columns_that_follow(alarms, (None, None, False)) == (2,)
    refused = [alarm for alarm in alarms if alarm.refused]
    assert {alarm_notice(alarm, "copper", "abc").code for alarm in refused} == {
        "alarm-answer-not-taken"
    }
    assert not any(alarm.answered for alarm in refused)


def test_evidence_whose_source_says_yes_follows_the_deposits():
    """Without any alarm; what a source does not say follows nothing."""
    assert columns_that_follow((), (None, True, False)) == (1,)


def test_no_source_answers_that_evidence_is_a_place():
    """A plane over the coordinates stays one, whoever made it."""
    drawn, folds = region()
    tilted = with_third(drawn, lambda at: at[:, 0])
    (alarm,) = leakage_alarms(SquaredLogistic(), tilted, folds, [2])
    assert (alarm.name, alarm.answered) == ("coordinate", False)


def test_coordinates_are_alarmed_and_a_curved_surface_is_not():
    """A tilted plane has R2 1; a bowl has none."""
    drawn, _ = region()
    tilted = with_third(drawn, lambda at: 3 * at[:, 0] - 2 * at[:, 1] + 7)
    found = coordinate_alarms(tilted)
    assert [(one.name, one.column, one.figure) for one in found] == [("coordinate", 2, 1.0)]
    bowl = with_third(drawn, lambda at: ((at - 200 * KM) ** 2).sum(axis=1))
    assert coordinate_alarms(bowl) == ()
    assert coordinate_alarms(with_third(drawn, lambda at: np.ones(len(at)))) == ()


@pytest.mark.parametrize(("folds", "count"), [((0, 1, 1), 1), ((0, 0, 1), 0)])
def test_one_place_in_two_folds_is_alarmed(folds, count):
    """Two deposits 1 km apart, a third far off: a pair across folds, or none."""
    drawn, _ = region(n=3)
    at = np.array([[0.0, 0.0], [1 * KM, 0.0], [90 * KM, 0.0]])
    drawn = Sample(drawn.positive, at, drawn.district, drawn.background, drawn.background_at)
    found = duplicate_alarms(drawn, (np.array(folds), np.zeros(1500, dtype=int)))
    assert [(one.name, one.figure) for one in found] == [("same place", 1.0)] * count
    assert duplicate_alarms(drawn, (np.array(folds), np.zeros(1500)), within_m=900) == ()


def test_one_row_in_two_folds_is_alarmed_unless_the_ground_has_it_too():
    """The same deposit from two compilations, misplaced; but a class that is common is no duplicate."""
    drawn, _ = region(n=3)
    row = np.array([[7.0, 7.0], [7.0, 7.0], [1.0, 2.0]])
    folds = np.array([0, 1, 1]), np.zeros(1500, dtype=int)
    found = duplicate_alarms(drawn.with_evidence(row, drawn.background), folds)
    assert [(one.name, one.column, one.figure) for one in found] == [("same row", None, 1.0)]
    common = drawn.background.copy()
    common[:30] = 7.0
    assert duplicate_alarms(drawn.with_evidence(row, common), folds) == ()


def test_labels_buffered_over_cells_are_alarmed_in_random_folds():
    """Nine cells a deposit, dealt at random: most neighbouring pairs straddle folds."""
    random = np.random.default_rng(0)
    at = np.repeat(random.uniform(0, 400, (10, 2)) * KM, 9, axis=0)
    at += np.tile([[i, j] for i in (-1, 0, 1) for j in (-1, 0, 1)], (10, 1)) * 500.0
    drawn = Sample(
        random.normal(size=(90, 2)), at, np.repeat(np.arange(10), 9),
        random.normal(size=(100, 2)), random.uniform(0, 400, (100, 2)) * KM,
    )  # fmt: skip
    loose = random.integers(0, 5, 90), random.integers(0, 5, 100)
    (alarm,) = duplicate_alarms(drawn, loose)
    assert alarm.figure == pytest.approx(10 * 36 * 0.8, rel=0.1)
    assert duplicate_alarms(drawn, spatial_folds(drawn, block_size_m=50 * KM, random=random)) == ()
    assert alarm.name == "same place"


def survey(seed=0, wide_km=4.0):
    """Return 155 samples of a survey with their metal; those in its upper third are deposits."""
    random = np.random.default_rng(seed)
    at = random.uniform(0, wide_km, (155, 2)) * KM
    metal = np.exp(6 + smooth_field(at, 0.2 * wide_km * KM, random=random))
    known = metal > np.quantile(metal, 2 / 3)
    return at, metal, known, smooth_field(at, 0.2 * wide_km * KM, random=random)


def surveyed(at, known, *columns):
    """Return the survey as a sample, with its folds."""
    evidence = np.column_stack(columns)
    district = np.arange(known.sum())
    drawn = Sample(evidence[known], at[known], district, evidence[~known], at[~known])
    size_m = np.ptp(at[:, 0]) / 4
    return drawn, spatial_folds(drawn, block_size_m=size_m, random=np.random.default_rng(1))


@pytest.mark.parametrize("wide_km", [4.0, 40.0, 400.0])
@pytest.mark.parametrize(
    "way", [lambda metal: metal, lambda metal: -np.log(metal), lambda metal: np.argsort(np.argsort(metal))]
)  # fmt: skip
def test_what_the_deposits_were_picked_by_is_alarmed_at_any_scale(wide_km, way):
    """Metal above a bound is the label: as it is, its negative logarithm, its rank."""
    at, metal, known, honest = survey(wide_km=wide_km)
    drawn, folds = surveyed(at, known, way(metal), honest)
    alarms = leakage_alarms(SquaredLogistic(), drawn, folds)
    assert columns_that_follow(alarms, (None, None)) == (0,)
    assert (
        columns_that_follow(leakage_alarms(SquaredLogistic(), drawn, folds, [0]), (False, None))
        == ()
    )


def test_two_bounds_make_a_label_and_three_do_not():
    """Deposits between two values are told by them; every second tenth of the values is no label."""
    at, metal, _, honest = survey()
    between = (metal > np.quantile(metal, 0.4)) & (metal < np.quantile(metal, 0.6))
    drawn, _ = surveyed(at, between, metal, honest)
    assert [(alarm.name, alarm.column) for alarm in label_alarms(drawn)] == [("the label", 0)]
    rank = np.argsort(np.argsort(metal)) / len(metal)
    drawn, _ = surveyed(at, (rank * 10).astype(int) % 2 == 0, metal, honest)
    assert label_alarms(drawn) == ()


@pytest.mark.parametrize("wide_km", [4.0, 20.0])
@pytest.mark.parametrize("way", ["distance", "density", "halo"])
def test_what_is_made_of_the_deposits_is_alarmed_on_small_ground(wide_km, way):
    """Distances are those of the survey: a tenth of its width is its halo, as 10 km are of 100 km."""
    at, _, _, honest = survey(wide_km=wide_km)
    known = np.arange(len(at)) < 25
    away = np.linalg.norm(at[:, None] - at[known][None], axis=2)
    width_m = wide_km * KM / 15
    made = {
        "distance": away.min(axis=1),
        "density": np.exp(-((away / width_m) ** 2) / 2).sum(axis=1),
        "halo": (away.min(axis=1) < width_m / 4) * 1.0,
    }[way]
    drawn, folds = surveyed(at, known, made, honest)
    alarms = leakage_alarms(SquaredLogistic(), drawn, folds)
    assert columns_that_follow(alarms, (None, None)) == (0,)


def test_deposits_of_small_ground_are_no_duplicates_for_being_near():
    """All of a survey of 4 km lies within 2 km of others; only samples side by side are one place."""
    at, _, known, honest = survey()
    drawn, folds = surveyed(at, known, honest)
    (pairs, *_) = [*leakage_alarms(SquaredLogistic(), drawn, folds), None]
    assert pairs is None or (pairs.name == "same place" and pairs.limit < 100 and pairs.figure < 20)


def test_smooth_fields_on_small_ground_raise_no_alarm():
    """Twenty surveys of 4 km with a field that has nothing to do with the metal."""
    loud = []
    for seed in range(20):
        at, _, known, honest = survey(seed)
        drawn, folds = surveyed(at, known, honest)
        alarms = leakage_alarms(SquaredLogistic(), drawn, folds)
        loud += [seed] if columns_that_follow(alarms, [None]) else []
    assert loud == []
