"""Known answers of validation: chance is chance, planted truth is found, blocks do not leak."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.stats import mannwhitneyu

from prospector.compute.engine import Workers
from prospector.models import SquaredLogistic
from prospector.validation import (
    Sample,
    choose_block_size,
    correlation_lengths,
    measure_skill,
    out_of_fold,
    p_value,
    random_folds,
    share_below,
    smooth_field,
    spatial_folds,
)
from prospector.validation.folds import fold_distance_m
from prospector.validation.layout import lay_out
from prospector.validation.record import Skill
from prospector.validation.scoring import blocked_auc

KM = 1000.0


def sample(random, n=24, size=1500, evidence=2):
    """Return clustered deposits on a square of 400 km, with white noise as evidence."""
    centre = random.uniform(40, 360, (8, 2)) * KM
    district = np.repeat(np.arange(8), -(-n // 8))[:n]
    positive_at = centre[district] + random.normal(0, 8 * KM, (n, 2))
    background_at = random.uniform(0, 400, (size, 2)) * KM
    return Sample(
        random.normal(size=(n, evidence)), positive_at, district,
        random.normal(size=(size, evidence)), background_at,
    )  # fmt: skip


def test_share_below_is_the_mann_whitney_statistic_with_ties():
    """The mean over deposits is the AUC."""
    random = np.random.default_rng(0)
    positive, background = random.integers(0, 6, 30), random.integers(0, 5, 200)
    auc = mannwhitneyu(positive, background).statistic / (30 * 200)
    assert share_below(positive, background).mean() == pytest.approx(auc)


def test_no_district_is_split_and_every_deposit_is_tested_once():
    """However the blocks fall."""
    for seed in range(20):
        random = np.random.default_rng(seed)
        drawn = sample(random)
        fold, _ = spatial_folds(drawn, block_size_m=50 * KM, random=random)
        assert all(len(np.unique(fold[drawn.district == one])) == 1 for one in range(8))
        inside, _ = out_of_fold(
            SquaredLogistic(), drawn, spatial_folds(drawn, block_size_m=50 * KM, random=random)
        )
        assert np.isfinite(inside).all()


def test_white_noise_has_no_skill_in_blocks():
    """Mean blocked AUC over 20 seeds: 0.50 +- 0.03."""
    found = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        drawn = sample(random, n=40)
        folds = spatial_folds(drawn, block_size_m=50 * KM, random=random)
        found.append(np.nanmean(out_of_fold(SquaredLogistic(), drawn, folds)[0]))
    assert np.mean(found) == pytest.approx(0.5, abs=0.03)


def smooth_sample(seed, length=80 * KM):
    random = np.random.default_rng(seed)
    drawn = sample(random, n=32)
    at = np.vstack([drawn.positive_at, drawn.background_at])
    fields = np.column_stack([smooth_field(at, length, random=random) for _ in range(3)])
    return drawn.with_evidence(fields[:32], fields[32:]), random


def test_random_folds_flatter_smooth_noise_and_blocks_do_not():
    """The leak of clustered deposits: well above chance in random folds, near it in blocks."""
    blocked, flattered = [], []
    for seed in range(12):
        drawn, random = smooth_sample(seed)
        folds = spatial_folds(drawn, block_size_m=100 * KM, random=random)
        blocked.append(np.nanmean(out_of_fold(SquaredLogistic(), drawn, folds)[0]))
        loose = random_folds(drawn, random=random)
        flattered.append(np.nanmean(out_of_fold(SquaredLogistic(), drawn, loose)[0]))
    assert np.mean(flattered) > np.mean(blocked) + 0.1
    assert np.mean(flattered) > 0.65


def planted():
    """Return deposits that follow a smooth field, in 24 places of their own."""
    random = np.random.default_rng(5)
    at = random.uniform(0, 400, (6000, 2)) * KM
    field = smooth_field(at, 30 * KM, random=random)
    noise = smooth_field(at, 30 * KM, random=random)
    best = np.argsort(-field)[:300]
    chosen = random.permutation(best)[:24]
    evidence = np.column_stack([field, noise])
    rest = np.setdiff1d(np.arange(1500), chosen)
    return Sample(evidence[chosen], at[chosen], np.arange(24), evidence[rest], at[rest])


def test_planted_truth_is_demonstrated_and_not_without_its_evidence():
    """With the field skill is shown; told that the field is schematic, it must not be."""
    skill, share = measure_skill(
        SquaredLogistic(), planted(), without_schematic=[0, 1], n_null=39, repeats=2
    )
    assert skill.demonstrated
    assert skill.measured.auc.value > 0.9
    assert share.mean() > 0.9
    alone, _ = measure_skill(
        SquaredLogistic(), planted(), without_schematic=[1], n_null=39, repeats=2
    )
    assert not alone.demonstrated
    assert alone.without_schematic.auc.value < skill.measured.auc.value - 0.2


def test_the_same_seed_gives_the_same_figures_with_one_process_and_two():
    """Where replicates are computed does not change a figure; another seed does."""

    def figures(count, seed=0):
        return measure_skill(
            SquaredLogistic(), planted(), without_schematic=[0, 1], n_null=9, repeats=2,
            random_state=seed, workers=Workers(count=count),
        )[0]  # fmt: skip

    alone = figures(1)
    assert figures(2) == alone
    assert figures(1, seed=1) != alone


def test_the_length_of_a_field_is_found_again():
    """Within a factor of two."""
    random = np.random.default_rng(3)
    at = random.uniform(0, 400, (2000, 2)) * KM
    fields = np.column_stack([smooth_field(at, one * KM, random=random) for one in (20, 60)])
    drawn = Sample(fields[:5], at[:5], np.arange(5), fields, at)
    found = correlation_lengths(drawn, random=random) / KM
    assert 10 <= found[0] <= 40
    assert 30 <= found[1] <= 120


def test_the_block_size_of_smallest_w_over_many_corners_is_chosen():
    """The mean W of each size over 20 corners: the least of them, and its size."""
    drawn = planted()
    sizes, random = (12 * KM, 25 * KM, 50 * KM, 100 * KM, 200 * KM), np.random.default_rng(3)
    apart = []
    for size in sizes:
        draws = (spatial_folds(drawn, block_size_m=size, random=random)[0] for _ in range(20))
        apart.append(np.mean([fold_distance_m(drawn, fold) for fold in draws]))
    size, least = choose_block_size(drawn, random=np.random.default_rng(3), sizes_m=sizes)
    assert (size, least) == (sizes[int(np.argmin(apart))], pytest.approx(min(apart)))
    assert max(apart) > min(apart)
    assert size != sizes[0]


def test_the_w_that_is_told_is_that_of_the_folds_that_are_used():
    """Its mean over the splits, between the least and the largest of them."""
    drawn = planted()
    layout = lay_out([drawn], repeats=6, random_state=2)
    apart = [fold_distance_m(drawn, folds[0]) for folds in layout.splits]
    skill, _ = measure_skill(
        SquaredLogistic(), drawn, without_schematic=[0, 1], n_null=3, layout=layout
    )
    assert skill.measured.wasserstein_m == pytest.approx(np.mean(apart), abs=0.06)
    assert skill.measured.wasserstein_range_m == pytest.approx((min(apart), max(apart)), abs=0.06)
    assert skill.measured.n_splits == 6
    assert skill.measured.split_spread > 0


def test_one_seed_chooses_the_same_block_size_as_another():
    """Over 12 seeds one size is chosen at least nine times."""
    drawn = planted()
    sizes = [lay_out([drawn], repeats=1, random_state=seed).size_m for seed in range(12)]
    assert max(sizes.count(size) for size in sizes) >= 9


def districts_without_cause(seed):
    """Return 30 deposits strewn over 400 km, of districts of at most 50 km, and three smooth fields."""
    random = np.random.default_rng(seed)
    at = random.uniform(0, 400 * KM, (30, 2))
    ground = random.uniform(0, 400 * KM, (1000, 2))
    district = fcluster(linkage(at, "complete"), 50 * KM, "distance")
    places = np.vstack([at, ground])
    fields = [smooth_field(places, length * KM, random=random) for length in (30, 60, 120)]
    evidence = np.column_stack(fields)
    return Sample(evidence[:30], at, district, evidence[30:], ground), random


def test_chance_is_one_half_where_districts_fill_the_region():
    """Without a cause the mean over 40 regions in blocks of 25 km is 0.50 +- 0.03: it was 0.45."""
    aucs = []
    for seed in range(40):
        drawn, random = districts_without_cause(seed)
        folds = spatial_folds(drawn, block_size_m=25 * KM, random=random)
        aucs.append(blocked_auc(SquaredLogistic(C=0.03), drawn, folds))
    assert np.mean(aucs) == pytest.approx(0.5, abs=0.03)


def test_p_never_goes_below_its_floor():
    """With 19 replicates the least p is 0.05."""
    assert p_value(1.0, np.zeros(19)) == pytest.approx(0.05)


def test_a_perfect_ranking_has_a_record_in_plain_json():
    """Every deposit above all background: the density of deposits is as large as can be told."""
    drawn = sample(np.random.default_rng(0), size=300, evidence=1)
    leaked = drawn.with_evidence(drawn.positive + 20, drawn.background)
    skill, _ = measure_skill(SquaredLogistic(), leaked, without_schematic=[0], n_null=9, repeats=2)
    assert skill.measured.prediction_area.density.value == 10_000
    assert Skill.from_record(json.loads(json.dumps(skill.dump(), allow_nan=False))) == skill


@pytest.mark.parametrize("seed", [1, 5, 7, 12])
def test_a_split_or_a_draw_that_could_not_be_tested_is_left_out(seed):
    """Two background places: where a fold holds neither, no AUC, no p and no NaN comes of it."""
    random = np.random.default_rng([16, seed, 2])
    places = random.uniform(0, 2e5, (12, 2))
    evidence, ground = random.normal(size=(12, 2)), random.normal(size=(2, 2))
    first = Sample(evidence, places, np.arange(12), ground, random.uniform(0, 2e5, (2, 2)))
    draws = [
        replace(
            first,
            background=random.normal(size=(2, 2)),
            background_at=random.uniform(0, 2e5, (2, 2)),
        )
        for _ in range(2)
    ]
    skill, _ = measure_skill(
        SquaredLogistic(), first, without_schematic=[0, 1], draws=draws, n_null=4, repeats=4,
        random_state=seed,
    )  # fmt: skip
    assert Skill.from_record(json.loads(json.dumps(skill.dump(), allow_nan=False))) == skill
    assert all(np.isfinite([draw.value, draw.p]).all() for draw in skill.measured.draws)
