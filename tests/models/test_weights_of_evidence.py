"""Weights of evidence: worked by hand, and the tests of conditional independence by plain loops."""

from math import exp, log, sqrt

import numpy as np
import pytest
from sklearn.utils.estimator_checks import check_estimator

from prospector.models import WeightsOfEvidence, make_estimator
from prospector.models.contrast import contrast
from prospector.models.independence import check_independence
from prospector.validation import fit_balanced, share_below

# The worked case: 1000 unit cells, 10 with a deposit; a pattern of 200 cells holds 8 of them.
IN, OUT = 1.0, 0.0
PATTERN = np.repeat([IN, OUT, IN, OUT], [8, 2, 192, 798])[:, None]
LABELS = np.repeat([1, 1, 0, 0], [8, 2, 192, 798])

W_PLUS = log((8 / 10) / (192 / 990))  # 1.417066
W_MINUS = log((2 / 10) / (798 / 990))  # -1.393842
W_PLUS_VARIANCE = 1 / 8 + 1 / 192  # 0.130208
W_MINUS_VARIANCE = 1 / 2 + 1 / 798  # 0.501253
PRIOR_VARIANCE = 1 / 10 + 1 / 990


def worked(**parameters):
    return WeightsOfEvidence(**parameters).fit(PATTERN, LABELS, area_km2=1.0)


def test_it_passes_scikit_learns_own_checks():
    """A skipped check is only skipped for an absent library."""
    results = check_estimator(WeightsOfEvidence(), on_fail=None, on_skip=None)
    assert [one["check_name"] for one in results if one["status"] == "failed"] == []


def test_weights_and_contrast_are_those_worked_by_hand():
    """W+ = ln of 0.8 over 192 of 990, W- = ln of 0.2 over 798 of 990; variances are 1/a + 1/b."""
    row = worked().tables_[0].set_index("direction").loc["descending"]
    expected = {
        "deposits": 8,
        "background": 192,
        "w_plus": W_PLUS,
        "w_minus": W_MINUS,
        "w_plus_variance": W_PLUS_VARIANCE,
        "w_minus_variance": W_MINUS_VARIANCE,
        "contrast": W_PLUS - W_MINUS,
        "contrast_variance": W_PLUS_VARIANCE + W_MINUS_VARIANCE,
        "studentised": (W_PLUS - W_MINUS) / sqrt(W_PLUS_VARIANCE + W_MINUS_VARIANCE),
    }
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, abs=1e-6), name


def test_the_posterior_of_one_evidence_is_what_was_counted():
    """8 of 200 cells inside, 2 of 800 outside: Bayes' rule gives the counts back."""
    inside, outside = worked().predict_proba([[IN], [OUT]])[:, 1]
    assert inside == pytest.approx(8 / 200, abs=1e-6)
    assert outside == pytest.approx(2 / 800, abs=1e-6)


def test_the_variance_of_the_posterior_is_that_worked_by_hand():
    """(Variance of the prior log-odds and of the weight) times (P (1 - P)) squared."""
    inside, outside = worked().posterior_variance([[IN], [OUT]])
    assert inside == pytest.approx(
        (PRIOR_VARIANCE + W_PLUS_VARIANCE) * (0.04 * 0.96) ** 2, rel=1e-6
    )
    assert outside == pytest.approx(
        (PRIOR_VARIANCE + W_MINUS_VARIANCE) * (0.0025 * 0.9975) ** 2, rel=1e-6
    )


def test_missing_evidence_weighs_nothing_and_widens_the_variance():
    """Posterior stays at 0.01; it would be 0.04 in a fifth of the ground, 0.0025 in the rest."""
    model = worked()
    missing = [[np.nan]]
    assert model.contributions(missing).tolist() == [[0.0]]
    assert model.predict_proba(missing)[0, 1] == pytest.approx(0.01, abs=1e-9)
    spread = 0.2 * (0.04 - 0.01) ** 2 + 0.8 * (0.0025 - 0.01) ** 2
    assert model.posterior_variance(missing)[0] == pytest.approx(
        PRIOR_VARIANCE * (0.01 * 0.99) ** 2 + spread, rel=1e-6
    )


def test_ground_where_the_evidence_is_missing_does_not_change_its_weights():
    """500 more cells of unknown evidence: W+ and W- as before, the prior 10 in 1500."""
    rows = np.vstack([PATTERN, np.full((500, 1), np.nan)])
    labels = np.concatenate([LABELS, np.zeros(500, int)])
    model = WeightsOfEvidence().fit(rows, labels, area_km2=1.0)
    weights = model.contributions([[IN], [OUT]])[:, 0]
    np.testing.assert_allclose(weights, [W_PLUS, W_MINUS], atol=1e-6)
    assert model.prior_ == pytest.approx(10 / 1500)


def test_an_evidence_missing_at_every_deposit_has_no_weight():
    """Nothing can be said, and nothing fails."""
    rows = np.column_stack([PATTERN[:, 0], np.where(LABELS == 1, np.nan, PATTERN[:, 0])])
    model = WeightsOfEvidence().fit(rows, LABELS, area_km2=1.0)
    np.testing.assert_allclose(model.contributions([[IN, IN]]), [[W_PLUS, 0.0]], atol=1e-6)


def test_weak_evidence_gets_no_weight():
    """The studentised contrast is 3.537: a demand of 3.6 leaves the prior alone."""
    assert worked(least_studentised=3.5).contributions([[IN]])[0, 0] == pytest.approx(W_PLUS)
    assert worked(least_studentised=3.6).contributions([[IN]])[0, 0] == 0.0


def test_categories_weigh_by_class_and_the_rest_together():
    """Rock 7 hosts 8 of 10 deposits on 200 cells; rocks 3 and 5 say too little, each alone."""
    rocks = np.repeat([7.0, 3, 5, 7, 3, 5], [8, 1, 1, 192, 299, 499])[:, None]
    labels = np.repeat([1, 1, 1, 0, 0, 0], [8, 1, 1, 192, 299, 499])
    model = WeightsOfEvidence(categorical=(0,)).fit(rocks, labels, area_km2=1.0)
    assert model.tables_[0]["category"].tolist() == [3.0, 5.0, 7.0]
    # Rock 3 alone: ln((1/10) / (299/990)), studentised contrast -1.3; with rock 5: 2 in 798.
    np.testing.assert_allclose(
        model.contributions([[7.0], [3.0], [5.0], [9.0]])[:, 0],
        [W_PLUS, W_MINUS, W_MINUS, 0.0],
        atol=1e-6,
    )


def test_the_cutoff_of_largest_studentised_contrast_is_chosen():
    """Distances 1 to 10 in equal ground; 9 of 12 deposits lie within 3, so 3 is the cut."""
    background = np.repeat(np.arange(1.0, 11.0), 100)
    deposits = np.array([1, 1, 1, 2, 2, 2, 3, 3, 3, 5, 7, 9], dtype=float)
    rows = np.concatenate([deposits, background])[:, None]
    labels = np.repeat([1, 0], [12, 1000])
    model = WeightsOfEvidence().fit(rows, labels)
    weights = model.contributions([[3.0], [3.1], [0.0], [99.0]])[:, 0]
    w_plus, w_minus = log((9 / 12) / (300 / 1000)), log((3 / 12) / (700 / 1000))
    np.testing.assert_allclose(weights, [w_plus, w_minus, w_plus, w_minus], atol=1e-6)


def test_classes_keep_a_middle_that_stands_out():
    """Deposits at medium values: no cumulative pattern says so, the classes do."""
    background = np.repeat(np.arange(1.0, 6.0), 200)
    deposits = np.repeat([1.0, 3.0, 5.0], [2, 16, 2])
    rows, labels = np.concatenate([deposits, background])[:, None], np.repeat([1, 0], [20, 1000])
    binary = WeightsOfEvidence().fit(rows, labels)
    classes = WeightsOfEvidence(generalise="classes").fit(rows, labels)
    assert binary.contributions([[3.0]])[0, 0] == 0.0
    assert classes.contributions([[3.0]])[0, 0] == pytest.approx(log((16 / 20) / (200 / 1000)))
    with pytest.raises(ValueError, match="use 'binary' or 'classes'"):
        WeightsOfEvidence(generalise="three").fit(rows, labels)


def test_an_empty_count_is_corrected_and_said_so():
    """All 10 deposits inside: one half is added to each of the four counts."""
    row = contrast(np.array([10.0]), np.array([190.0]), deposits=10, background=990).iloc[0]
    assert row["corrected"]
    assert row["contrast"] == pytest.approx(log((10.5 / 0.5) / (190.5 / 800.5)), abs=1e-6)
    assert row["contrast_variance"] == pytest.approx(1 / 10.5 + 1 / 0.5 + 1 / 190.5 + 1 / 800.5)


# conditional independence ---------------------------------------------------------------------

CONDITIONS = {(1, 1): (120, 7), (1, 0): (80, 1), (0, 1): (80, 0), (0, 0): (720, 2)}
"""Unit cells and deposits under each combination of two patterns that share their deposits."""


def table_of(conditions):
    rows, labels = [], []
    for (first, second), (cells, deposits) in conditions.items():
        rows += [(first, second)] * cells
        labels += [1] * deposits + [0] * (cells - deposits)
    return np.array(rows, dtype=float), np.array(labels)


def expected_by_loops(conditions):
    """T and s(T), condition by condition, from nothing but the counts."""
    cells = sum(one for one, _ in conditions.values())
    deposits = sum(one for _, one in conditions.values())
    background = cells - deposits
    total, variance = 0.0, 0.0
    for key, (area, _) in conditions.items():
        log_odds = log(deposits / background)
        of_log_odds = 1 / deposits + 1 / background
        for pattern in (0, 1):
            here = [v for k, v in conditions.items() if k[pattern] == key[pattern]]
            deposits_here = sum(d for _, d in here)
            background_here = sum(a - d for a, d in here)
            log_odds += log((deposits_here / deposits) / (background_here / background))
            of_log_odds += 1 / deposits_here + 1 / background_here
        posterior = 1 / (1 + exp(-log_odds))
        total += area * posterior
        variance += area**2 * of_log_odds * (posterior * (1 - posterior)) ** 2
    return total, sqrt(variance)


def test_the_test_of_agterberg_and_cheng_agrees_with_plain_loops():
    """Expected deposits, their standard deviation, ratio, statistic: from the counts alone."""
    rows, labels = table_of(CONDITIONS)
    model = WeightsOfEvidence(least_studentised=0.0).fit(rows, labels, area_km2=1.0)
    total, deviation = expected_by_loops(CONDITIONS)
    found = model.independence_
    assert found.expected_deposits == pytest.approx(total, abs=1e-6)
    assert found.expected_deposits_sd == pytest.approx(deviation, abs=1e-6)
    assert found.omnibus_ratio == pytest.approx(10 / total, abs=1e-6)
    assert found.statistic == pytest.approx((total - 10) / deviation, abs=1e-6)
    assert total > 10


def test_independent_patterns_expect_the_known_deposits():
    """Deposits and background both split as products of their margins: T is n, the test holds."""
    deposits, background = (56, 24, 14, 6), (54, 126, 216, 504)  # 0.8 x 0.7 and 0.2 x 0.3
    keys = [(1, 1), (1, 0), (0, 1), (0, 0)]
    conditions = {k: (d + b, d) for k, d, b in zip(keys, deposits, background, strict=True)}
    rows, labels = table_of(conditions)
    model = WeightsOfEvidence().fit(rows, labels, area_km2=1.0)
    assert model.independence_.expected_deposits == pytest.approx(100, abs=1e-6)
    assert model.independence_.p_value == pytest.approx(0.5, abs=1e-6)
    assert model.posterior_is_probability_


def test_either_test_alone_refuses_independence():
    """n of 10: T 15 with s(T) 10 fails the ratio only, T 11 with s(T) 0.5 the statistic only."""
    one_condition = np.array([100.0])
    for expected, deviation, holds in ((15, 10, False), (11, 0.5, False), (11, 1, True)):
        posterior, variance = np.array([expected / 100]), np.array([(deviation / 100) ** 2])
        assert check_independence(one_condition, posterior, variance, deposits=10).holds is holds


def test_the_same_evidence_thrice_is_refused_as_a_probability():
    """Counted three times over, 20 of 25 deposits become far too many; without an area never."""
    pattern = np.repeat([IN, OUT, IN, OUT], [20, 5, 180, 795])
    labels = np.repeat([1, 1, 0, 0], [20, 5, 180, 795])
    thrice = np.column_stack([pattern] * 3)
    model = WeightsOfEvidence().fit(thrice, labels, area_km2=1.0)
    assert model.independence_.omnibus_ratio < 0.85
    assert not model.posterior_is_probability_
    once = pattern[:, None]
    assert WeightsOfEvidence().fit(once, labels, area_km2=1.0).posterior_is_probability_
    assert not WeightsOfEvidence().fit(once, labels).posterior_is_probability_


# unit area ------------------------------------------------------------------------------------


def cells_of(side_m, places):
    """Ten by ten km of square cells: distance to the west edge, labels, unit cells of 1 km."""
    centre = np.arange(side_m / 2, 10_000, side_m)
    easting, northing = (one.ravel() for one in np.meshgrid(centre, centre))
    labels = np.zeros(len(easting), dtype=int)
    for place in places:
        column, row = (int(one // side_m) for one in place)
        labels[row * len(centre) + column] = 1
    unit_cell = (northing // 1000) * 10 + easting // 1000
    return easting[:, None], labels, unit_cell


def test_prior_and_test_do_not_change_from_50_to_100_m_cells():
    """100 km2 and 5 unit cells with deposits; two deposits 60 m apart are one unit cell's."""
    places = [(510, 510), (570, 510), (1200, 3300), (1900, 8100), (2600, 5200), (8300, 900)]
    models = []
    for side_m in (50, 100):
        rows, labels, unit_cell = cells_of(side_m, places)
        area = np.full(len(rows), (side_m / 1000) ** 2)
        models.append(
            WeightsOfEvidence(least_studentised=1.0).fit(
                rows, labels, area_km2=area, unit_cell=unit_cell
            )
        )
    fine, coarse = models
    assert fine.prior_ == pytest.approx(5 / 100, rel=1e-9)
    assert coarse.prior_ == pytest.approx(fine.prior_, rel=0.01)
    assert fine.independence_.expected_deposits_sd > 1
    assert coarse.independence_.expected_deposits_sd == pytest.approx(
        fine.independence_.expected_deposits_sd, rel=0.01
    )
    np.testing.assert_allclose(
        coarse.decision_function([[1000.0], [9000.0]]),
        fine.decision_function([[1000.0], [9000.0]]),
        rtol=0.01,
    )


def test_a_smaller_unit_cell_lowers_the_prior_in_proportion():
    """10 deposits on 1000 km2: 0.01 by unit cells of 1 km2, 0.001 by cells of 0.1 km2."""
    for unit, prior in ((1.0, 0.01), (0.1, 0.001)):
        assert worked(unit_area_km2=unit).prior_ == pytest.approx(prior)
    with pytest.raises(ValueError, match="Choose a smaller unit_area_km2"):
        worked(unit_area_km2=100.0)


def test_a_row_stands_for_its_area():
    """192 km2 inside and 798 km2 outside, each one row: the worked case again."""
    rows, labels = np.repeat([IN, OUT, IN, OUT], [8, 2, 1, 1])[:, None], np.repeat([1, 0], [10, 2])
    area = np.concatenate([np.ones(10), [192.0, 798.0]])
    model = WeightsOfEvidence().fit(rows, labels, area_km2=area)
    np.testing.assert_allclose(model.contributions([[IN], [OUT]])[:, 0], [W_PLUS, W_MINUS])
    assert model.prior_ == pytest.approx(0.01)
    with pytest.raises(ValueError, match="every row needs its area"):
        WeightsOfEvidence().fit(rows, labels, area_km2=0.0)


def test_a_drawn_background_stands_for_the_ground_that_is_stated():
    """100 background rows stand for 500 km2: 10 deposits make the prior 0.02."""
    rows = np.concatenate([np.repeat([IN, OUT], [8, 2]), np.repeat([IN, OUT], [20, 80])])[:, None]
    labels = np.repeat([1, 0], [10, 100])
    model = WeightsOfEvidence(ground_km2=500).fit(rows, labels)
    assert model.prior_ == pytest.approx(0.02)
    # a fifth of 500 unit cells inside: 100, of which 8 hold a deposit; of the other 400, 2 do
    assert model.tables_[0]["background"].tolist() == pytest.approx([398, 92])
    assert model.unit_cells_.background == pytest.approx(490)
    assert model.unit_cells_.unit_cells == pytest.approx(500)
    with pytest.raises(ValueError, match="both must be above 0"):
        WeightsOfEvidence(ground_km2=-1).fit(rows, labels)


def test_the_unit_cells_of_deposits_are_no_ground_without_one():
    """8 of 10 deposits in a fifth of 1000 km2, background drawn from all of it: the worked case, and as one.

    A single evidence then gives each class the deposits over its unit cells, and expects 10 in all.
    """
    rows = np.concatenate([np.repeat([IN, OUT], [8, 2]), np.repeat([IN, OUT], [20, 80])])[:, None]
    labels = np.repeat([1, 0], [10, 100])
    model = WeightsOfEvidence(ground_km2=1000).fit(rows, labels)
    np.testing.assert_allclose(model.contributions([[IN], [OUT]])[:, 0], [W_PLUS, W_MINUS])
    np.testing.assert_allclose(model.predict_proba([[IN], [OUT]])[:, 1], [8 / 200, 2 / 800])
    assert model.independence_.omnibus_ratio == pytest.approx(1)


def test_the_variance_of_a_weight_is_by_counts_of_unit_cells():
    """1 / with a deposit + 1 / without one: inside 1/8 + 1/192, outside 1/2 + 1/798."""
    table = contrast(np.array([8.0]), np.array([192.0]), deposits=10, background=990)
    assert table["w_plus_variance"].item() == pytest.approx(1 / 8 + 1 / 192)
    assert table["w_minus_variance"].item() == pytest.approx(1 / 2 + 1 / 798)
    assert table["contrast_variance"].item() == pytest.approx(1 / 8 + 1 / 192 + 1 / 2 + 1 / 798)


def test_balanced_weights_change_the_prior_and_no_weight_of_evidence():
    """Deposits and background of equal weight: prior one half, the same W+ and W-, 10 deposits."""
    model = fit_balanced(WeightsOfEvidence(), PATTERN[LABELS == 1], PATTERN[LABELS == 0])
    assert model.prior_ == pytest.approx(0.5)
    assert model.unit_cells_.deposits == pytest.approx(10)
    np.testing.assert_allclose(
        model.contributions([[IN], [OUT]])[:, 0], [W_PLUS, W_MINUS], atol=1e-6
    )
    assert model.tables_[0]["studentised"].max() == pytest.approx(3.53731, abs=1e-5)


def test_deposits_of_one_unit_cell_count_once():
    """Eight deposits inside lie in four unit cells: n is 6, and W+ is of 4 in 6."""
    unit_cell = np.concatenate([[0, 0, 1, 1, 2, 2, 3, 3], np.arange(10, 1002)])
    model = WeightsOfEvidence(least_studentised=0).fit(PATTERN, LABELS, unit_cell=unit_cell)
    assert model.unit_cells_.deposits == pytest.approx(6)
    assert model.contributions([[IN]])[0, 0] == pytest.approx(log((4 / 6) / (192 / 990)))


def test_a_category_that_is_no_column_is_refused():
    """The message names the columns that there are."""
    with pytest.raises(ValueError, match="categorical names column 3; the evidence has columns 0"):
        WeightsOfEvidence(categorical=(3,)).fit(PATTERN, LABELS)


def test_the_first_column_number_beyond_the_evidence_is_refused():
    """One evidence has column 0 only: column 1 is one too many, column 0 is not."""
    with pytest.raises(ValueError, match="column 1; the evidence has columns 0 to 0"):
        WeightsOfEvidence(categorical=(1,)).fit(PATTERN, LABELS)
    assert WeightsOfEvidence(categorical=(0,)).fit(PATTERN, LABELS).n_features_in_ == 1


@pytest.mark.parametrize(("deposits", "likelier"), [(9, 0), (10, 0), (11, 1)])
def test_a_row_is_called_a_deposit_where_that_is_likelier_than_not(deposits, likelier):
    """Evidence without weight leaves the prior: 9 of 20 rows are log-odds of -0.2, 11 of 20 of 0.2."""
    labels = np.repeat([1, 0], [deposits, 20 - deposits])
    model = WeightsOfEvidence(least_studentised=99.0).fit(np.arange(20.0)[:, None], labels)
    assert model.decision_function([[3.0]]) == pytest.approx(log(deposits / (20 - deposits)))
    assert model.predict([[3.0]]).tolist() == [likelier]


@pytest.mark.parametrize("generalise", ["binary", "classes"])
def test_weights_of_noise_rank_no_better_than_chance(generalise):
    """A least contrast of 1 gives noise weights; on rows held out they are worth nothing."""
    random, aucs, weighs = np.random.default_rng(0), [], 0
    for _ in range(60):
        positive, background = random.normal(size=(40, 4)), random.normal(size=(1200, 4))
        weighed = make_estimator("weights-of-evidence", settings={"generalise": generalise})
        fitted = fit_balanced(weighed, positive[:20], background[:600])
        weighs += any(len(evidence.weight) > 1 for evidence in fitted.generalised_)
        score = fitted.decision_function
        aucs.append(share_below(score(positive[20:]), score(background[600:])).mean())
    assert weighs > 30
    assert abs(np.mean(aucs) - 0.5) < 0.03


@pytest.mark.parametrize("generalise", ["binary", "classes"])
def test_small_contrasts_leave_the_test_of_independence_its_meaning(generalise):
    """Held for evidence that is independent given the deposits, refused for copies of one."""
    random, held = np.random.default_rng(1), {"independent": [], "copies": []}
    for _ in range(20):
        labels = np.repeat([1, 0], [40, 2000])
        shift = np.where(labels == 1, 1.0, 0.0)[:, None]
        rows = random.normal(size=(2040, 3)) + shift * [1.0, 0.7, 0.0]
        copies = rows[:, [0, 0, 0]] + random.normal(0, 0.2, (2040, 3))
        for name, evidence in (("independent", rows), ("copies", copies)):
            settings = {"ground_km2": 40_000.0, "generalise": generalise}
            weighed = make_estimator("weights-of-evidence", settings=settings)
            held[name].append(weighed.fit(evidence, labels).independence_.holds)
    assert np.mean(held["independent"]) > 0.8
    assert np.mean(held["copies"]) < 0.2
