"""Evidence that is made of the deposits is alarmed, in many ways; honest geology keeps its verdict."""

from functools import cache

import numpy as np
import pytest
import shapely
from scipy.spatial import cKDTree

from prospector.models import SquaredLogistic
from prospector.validation import Sample, smooth_field, spatial_folds
from prospector.validation.alarms import (
    CAUTIONS,
    FOLLOWING,
    columns_that_follow,
    deposit_distance_alarms,
    leakage_alarms,
    local_alarms,
)
from prospector.validation.halos import halo_share
from prospector.validation.nearness import (
    explained_by_deposits,
    has_no_neighbours,
    lie_along_lines,
    local_shares,
    near_deposits,
    residual_of_monotone,
)

KM = 1000.0


def sample_of(values, deposits, district, ground):
    """Return a sample of one evidence, given at the deposits and then at the ground."""
    n = len(deposits)
    return Sample(values[:n, None], deposits, district, values[n:, None], ground)


def rung(sample):
    """Return the names of the alarms that ring, but for those of pairs of deposits."""
    folds = spatial_folds(sample, block_size_m=50 * KM, random=np.random.default_rng(1))
    alarms = leakage_alarms(SquaredLogistic(), sample, folds)
    return {alarm.name for alarm in alarms if alarm.column is not None}


def follows(sample):
    """Return whether the verdict is withheld."""
    return bool(rung(sample) & set(FOLLOWING))


@cache
def camps(seed, n, region_km):
    """Return deposits in camps of one to four with their district, and 2500 places of ground."""
    random = np.random.default_rng(seed)
    district = np.repeat(np.arange(n), random.integers(1, 5, n))
    centre = random.uniform(0, region_km, (n, 2)) * KM
    deposits = centre[district] + random.normal(0, 4 * KM, (len(district), 2))
    return deposits, district, random.uniform(0, region_km, (2500, 2)) * KM


def nearest_km(places):
    return lambda at: cKDTree(places).query(at)[0] / KM


def kernel(places, width_km):
    return lambda at: np.exp(
        -((nearest_of(at, places) / width_km) ** 2) / 2
    ).sum(axis=1)  # fmt: skip


def nearest_of(at, places):
    """Return the distance of each place to each other, km."""
    return np.hypot(*(at[:, None] - places[None]).transpose(2, 0, 1)) / KM


def noisy(function, random, spread):
    return lambda at: function(at) + random.normal(0, spread, len(at))


def cut(function, most):
    return lambda at: np.minimum(function(at), most)


def part(deposits, random, share):
    return deposits[random.permutation(len(deposits))[: round(share * len(deposits))]]


WAYS = {
    "distance": lambda d, _: nearest_km(d),
    "log distance": lambda d, _: lambda at: -np.log1p(nearest_km(d)(at)),
    "ranks": lambda d, _: lambda at: np.argsort(np.argsort(nearest_km(d)(at))).astype(float),
    "2 km of noise": lambda d, r: noisy(nearest_km(d), r, 2),
    "5 km of noise": lambda d, r: noisy(nearest_km(d), r, 5),
    "cut at 3 km": lambda d, _: lambda at: np.minimum(nearest_km(d)(at), 3),
    "cut at 10 km": lambda d, _: lambda at: np.minimum(nearest_km(d)(at), 10),
    "within 1 km": lambda d, _: lambda at: (nearest_km(d)(at) < 1) * 1.0,
    "within 3 km": lambda d, _: lambda at: (nearest_km(d)(at) < 3) * 1.0,
    "within 3 km, noisy": lambda d, r: noisy(lambda at: (nearest_km(d)(at) < 3) * 1.0, r, 0.05),
    "2 km kernel": lambda d, _: kernel(d, 2),
    "7 km kernel": lambda d, _: kernel(d, 7),
    "count within 10 km": lambda d, _: lambda at: (nearest_of(at, d) < 10).sum(axis=1) * 1.0,
    "inverse distance": lambda d, _: lambda at: (1 / (nearest_of(at, d) + 1)).sum(axis=1),
    "half of them": lambda d, r: nearest_km(part(d, r, 0.5)),
    "a third, cut at 10 km": lambda d, r: cut(nearest_km(part(d, r, 1 / 3)), 10),
    "workings 1 km off": lambda d, r: nearest_km(d + r.normal(0, 1 * KM, d.shape)),
}


@pytest.mark.parametrize(("seed", "n", "region_km"), [(0, 40, 300), (1, 15, 200), (2, 25, 600)])
@pytest.mark.parametrize("way", WAYS)
def test_evidence_made_of_the_deposits_withholds_the_verdict(way, seed, n, region_km):
    """Many ways, in regions of several sizes with few and many camps."""
    deposits, district, ground = camps(seed, n, region_km)
    random = np.random.default_rng(seed)
    values = WAYS[way](deposits, random)(np.vstack([deposits, ground]))
    assert follows(sample_of(values, deposits, district, ground))


def summed(places, kernel):
    """Return the sum of a kernel over places."""
    return lambda at: kernel(nearest_of(at, places)).sum(axis=1)


def around(deposits, random, off_km, radius_km):
    """Return a halo around places so far off the deposits."""
    near = nearest_km(deposits + random.normal(0, off_km * KM, deposits.shape))
    return lambda at: (near(at) < radius_km) * 1.0


WIDE_WAYS = {
    "25 km kernel": lambda d, _: kernel(d, 25),
    "30 km kernel": lambda d, _: kernel(d, 30),
    "60 km kernel": lambda d, _: kernel(d, 60),
    "log of a 30 km kernel": lambda d, _: lambda at: np.log(1e-6 + kernel(d, 30)(at)),
    "30 km kernel, 2 km off": lambda d, r: kernel(d + r.normal(0, 2 * KM, d.shape), 30),
    "quartic, 40 km": lambda d, _: summed(d, lambda km: np.clip(1 - (km / 40) ** 2, 0, None) ** 2),
    "parabola, 40 km": lambda d, _: summed(d, lambda km: np.clip(1 - (km / 40) ** 2, 0, None)),
    "cone, 37 km": lambda d, _: summed(d, lambda km: np.clip(1 - km / 37, 0, None)),
    "exponential, 30 km": lambda d, _: summed(d, lambda km: np.exp(-km / 30)),
    "count within 15 km": lambda d, _: summed(d, lambda km: (km < 15) * 1.0),
    "count within 30 km": lambda d, _: summed(d, lambda km: (km < 30) * 1.0),
    "count within 47 km": lambda d, _: summed(d, lambda km: (km < 47) * 1.0),
    "distance to the second": lambda d, _: lambda at: np.sort(nearest_of(at, d), axis=1)[:, 1],
    "mean of three": lambda d, _: lambda at: np.sort(nearest_of(at, d), axis=1)[:, :3].mean(axis=1),
    "10 km halo, 2 km off": lambda d, r: around(d, r, 2, 10),
    "15 km halo, 2 km off": lambda d, r: around(d, r, 2, 15),
    "20 km halo, 3 km off": lambda d, r: around(d, r, 3, 20),
    "10 km halo of half": lambda d, r: around(part(d, r, 0.5), r, 2, 10),
    "10 km halo, noisy": lambda d, r: noisy(around(d, r, 2, 10), r, 0.1),
    "cut at 10 km, 2 km off": lambda d, r: cut(nearest_km(d + r.normal(0, 2 * KM, d.shape)), 10),
}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("way", WIDE_WAYS)
def test_wide_evidence_of_scattered_deposits_withholds_the_verdict(way, seed):
    """Thirty deposits on 300 km: kernels and counts of every width, and halos of a ragged rim."""
    random = np.random.default_rng(seed)
    deposits, ground = random.uniform(0, 300, (30, 2)) * KM, random.uniform(0, 300, (2000, 2)) * KM
    values = WIDE_WAYS[way](deposits, random)(np.vstack([deposits, ground]))
    assert follows(sample_of(values, deposits, np.arange(30), ground))


def test_ground_that_holds_the_deposits_anywhere_is_no_halo():
    """Deposits inside discs, at random: discs around other places inside fit as well; and patches."""
    for seed in range(10):
        random = np.random.default_rng(seed)
        centre, radius = random.uniform(0, 300, (20, 2)) * KM, random.uniform(4, 15, 20) * KM
        ground = random.uniform(0, 300, (6000, 2)) * KM
        inside = (np.linalg.norm(ground[:, None] - centre[None], axis=2) < radius).any(axis=1)
        field = smooth_field(ground, 40 * KM, random=random)
        for host in (inside, field > np.quantile(field, 0.8)):
            deposits = random.choice(np.flatnonzero(host), 40, replace=False)
            values = host[np.r_[deposits, :3000]].astype(float)
            drawn = sample_of(values, ground[deposits], np.arange(40), ground[:3000])
            assert halo_share(drawn, 0) == 0.0


@pytest.mark.parametrize("way", ["distance", "cut at 3 km", "within 3 km", "5 km of noise"])
def test_a_function_exact_but_for_noise_is_alarmed_in_three_camps(way):
    """Few groups of deposits: nothing less than this can be told from geology."""
    deposits, district, ground = camps(3, 3, 300)
    values = WAYS[way](deposits, np.random.default_rng(0))(np.vstack([deposits, ground]))
    assert follows(sample_of(values, deposits, district, ground))


def test_places_a_kilometre_off_are_a_caution_in_three_camps():
    """Geology in so few camps would be explained as well: the verdict stays."""
    deposits, district, ground = camps(3, 3, 300)
    random = np.random.default_rng(0)
    values = WAYS["workings 1 km off"](deposits, random)(np.vstack([deposits, ground]))
    alarms = deposit_distance_alarms(sample_of(values, deposits, district, ground))
    assert [alarm.name for alarm in alarms] == ["explained by deposits"]
    assert columns_that_follow(alarms, [None]) == ()


LENGTHS_KM = (5, 20, 80, 300)


def test_smooth_fields_raise_no_alarm_in_98_of_100():
    """Lengths of 5 to 300 km; deposits alone, in many camps and in few."""
    loud = []
    for seed in range(48):
        deposits, district, ground = camps(seed, (3, 10, 40)[seed % 3], 300)
        random = np.random.default_rng(seed)
        at = np.vstack([deposits, ground])
        values = smooth_field(at, LENGTHS_KM[seed % 4] * KM, random=random)
        loud += [seed] if rung(sample_of(values, deposits, district, ground)) else []
    assert len(loud) <= 1


def planted(seed, kind, off_km, n=40):
    """Return deposits beside lines or stocks, and distance to these, or density of the lines."""
    random = np.random.default_rng(seed)
    centre, angle = random.uniform(30, 270, (12, 2)), random.uniform(0, np.pi, 12)
    along = 40 * np.column_stack([np.cos(angle), np.sin(angle)])
    lines = [shapely.LineString([c - a, c + a]) for c, a in zip(centre, along, strict=True)]
    if kind == "contact":
        stocks = [
            shapely.Point(*c).buffer(r)
            for c, r in zip(centre, 4 + random.uniform(0, 8, 12), strict=True)
        ]
        lines = [stock.exterior for stock in stocks]
    host = random.integers(0, 12, n)
    where = random.uniform(0, 1, n)
    start, end = (
        shapely.get_coordinates(
            [
                lines[h].interpolate(t + step, normalized=True)
                for h, t in zip(host, where, strict=True)
            ]
        )
        for step in (0.0, 1e-4)
    )
    across = (end - start)[:, ::-1] * [-1, 1]
    across /= np.hypot(*across.T)[:, None] + 1e-12
    deposits = (
        start + across * (off_km * random.choice([-1, 1], n) * random.uniform(0.5, 1.5, n))[:, None]
    )
    ground = random.uniform(0, 300, (2500, 2))
    at = shapely.points(np.vstack([deposits, ground]))
    away = shapely.distance(at[:, None], np.array(lines)[None]).min(axis=1)
    if kind == "density":
        discs = shapely.buffer(at, 10)
        away = shapely.length(shapely.intersection(discs[:, None], np.array(lines)[None])).sum(
            axis=1
        )
    return sample_of(away, deposits * KM, host, ground * KM)


@pytest.mark.parametrize("off_km", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("kind", ["fault", "density", "contact"])
def test_geology_that_hosts_the_deposits_keeps_its_verdict(kind, off_km):
    """Though it tells them nearly as well as a distance to them: a caution at most."""
    for seed in range(3):
        assert rung(planted(seed, kind, off_km)) <= set(CAUTIONS)


def test_geology_beside_deposits_is_local_and_a_caution():
    """Deposits 300 m from a fault: the alarm stands with the AUC without it, and withholds nothing."""
    drawn = planted(0, "fault", 0.3)
    (alarm,) = local_alarms(SquaredLogistic(), drawn)
    assert (alarm.name, alarm.column, alarm.limit) == ("near deposits", 0, 0.8)
    assert alarm.figure > 0.9
    assert columns_that_follow([alarm], [None]) == ()


def test_labels_with_noise_are_alarmed():
    """High at each deposit and nowhere else, but for noise: no neighbour shares it."""
    deposits, district, ground = camps(0, 40, 300)
    random = np.random.default_rng(0)
    labels = np.repeat([4.0, 0.0], [len(deposits), len(ground)])
    drawn = sample_of(labels + random.normal(size=len(labels)), deposits, district, ground)
    assert has_no_neighbours(drawn, 0)
    assert rung(drawn) == {"alone"}


def test_a_monotone_function_leaves_nothing_and_a_hump_is_left():
    """Rising or falling; values that rise and fall leave what no such function has."""
    feature = np.arange(5.0)
    assert residual_of_monotone(np.exp(-feature), feature).tolist() == [0.0] * 5
    assert np.abs(residual_of_monotone(np.array([0.0, 1.0, 2.0, 1.0, 0.0]), feature)).max() > 0.5


def test_noise_is_not_counted_where_neighbours_share_the_rest():
    """A distance under 20 km of noise: a part of the variance, nearly all of what is shared."""
    deposits, district, ground = camps(0, 40, 300)
    random = np.random.default_rng(0)
    values = noisy(nearest_km(deposits), random, 20)(np.vstack([deposits, ground]))
    explained = explained_by_deposits(sample_of(values, deposits, district, ground), 0)
    assert explained.whole < 0.5
    assert explained.structured > 0.97
    assert explained.noise


def test_evidence_without_variation_is_explained_by_nothing():
    """No ground differs: nothing to explain."""
    deposits, district, ground = camps(0, 40, 300)
    flat = sample_of(np.ones(len(deposits) + len(ground)), deposits, district, ground)
    assert explained_by_deposits(flat, 0).most == 0.0


def test_deposits_in_camps_lie_along_no_line_and_along_faults_they_do():
    """Few groups tell nothing either way."""
    assert not lie_along_lines(camps(0, 40, 300)[0])
    assert lie_along_lines(camps(0, 3, 300)[0])
    assert lie_along_lines(planted(0, "fault", 0.3, n=120).positive_at)


def test_shares_near_deposits():
    """Of four places two lie within 1 km of the deposit; one of these scores below it, one as high."""
    at = np.array([[0.5, 0.0], [0.0, 0.9], [2.0, 0.0], [9.0, 9.0]]) * KM
    one = Sample(np.zeros((1, 1)), np.zeros((1, 2)), np.zeros(1, int), np.zeros((4, 1)), at)
    assert near_deposits(one, np.array([True, True, True, False]), 1 * KM) == pytest.approx(2 / 3)
    assert near_deposits(one, np.zeros(4, bool), 1 * KM) == 1.0
    scores = np.array([0.0, 1.0, 0.0, 0.0])
    assert local_shares(one, np.array([1.0]), scores, 1 * KM).tolist() == [0.75]
    assert np.isnan(local_shares(one, np.array([1.0]), scores, 0.1 * KM)).all()
