"""Deposit models of stated memberships on planted ground: they find what was hidden, and nothing in noise.

Each region is 200 km wide and has deposits that lie where the model says, or anywhere.
"""

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from rasterio.transform import from_origin

import prospector

CRS = "EPSG:32719"
WINDOW = (-70.0, -25.3, -68.0, -23.5)
WEST, SOUTH, SIDE_M = 400_000.0, 7_202_000.0, 198_000.0
N = 14
"""Deposits of the model's own type."""

MARGIN_M = 12_000.0


def anywhere(random, n=N):
    """Return easting and northing of places spread over the region, shape (n, 2)."""
    return np.array([WEST, SOUTH]) + random.uniform(MARGIN_M, SIDE_M - MARGIN_M, (n, 2))


def beside(random, places, *, most_m, n=N):
    """Return places within some distance of others, each of another as far as they go, shape (n, 2)."""
    of, turn = np.arange(n) % len(places), random.uniform(0, 2 * np.pi, n)
    away = most_m * np.sqrt(random.uniform(0, 1, n))
    return places[of] + np.column_stack([away * np.cos(turn), away * np.sin(turn)])


def points(at, **columns):
    """Return places as a layer, with a name each."""
    names = [f"{columns.get('deposit_type', 'place')} {number}" for number in range(len(at))]
    return gpd.GeoDataFrame(
        {"name": names, **columns}, geometry=gpd.points_from_xy(at[:, 0], at[:, 1]), crs=CRS
    )


def joined(*layers):
    return pd.concat(layers, ignore_index=True)


def lines(*ends, **columns):
    shapes = [gpd.GeoSeries.from_wkt([f"LINESTRING ({', '.join(ends_of)})"])[0] for ends_of in ends]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def raster(values_of, *, cell_m=500):
    """Return a grid over the region and 20 km around, of a function of easting and northing in km."""
    side, first = int((SIDE_M + 40_000) / cell_m), 20_000
    east = (np.arange(side) + 0.5) * cell_m / 1000 - 20
    north = east[::-1]
    values = values_of(*np.meshgrid(east, north)).astype("float32")
    return values, from_origin(WEST - first, SOUTH + SIDE_M + first, cell_m, cell_m), CRS


def exotic_copper(random, at):
    """Thirty porphyries, half of them of the belt: copper lies within 5 km of those."""
    sources = anywhere(random, 30)
    ages = np.where(np.arange(30) < 15, 40.0, 60.0)
    own = at if at is not None else beside(random, sources[:15], most_m=5_000)
    porphyries = points(sources, deposit_type="porphyry_copper", age_ma=ages)
    return {"deposits": joined(porphyries, points(own, deposit_type="exotic_copper"))}


PLANTED = {"exotic_copper": exotic_copper}
"""By deposit model: what makes the layers of a region, given the deposits' places or None for its own."""


@cache
def ranked(model, cause, seed):
    """Return the ranking of a model on planted ground, its deposits placed by their cause or anywhere."""
    random = np.random.default_rng(seed)
    layers = PLANTED[model](random, None if cause else anywhere(random))
    region = prospector.make_region(
        "planted", layers, crs=CRS, window=WINDOW, cell_size_m=2000, deposit_models=[model]
    )
    return prospector.screen(region, quick=True, workers=1)[model]


@pytest.mark.parametrize("model", PLANTED)
def test_a_model_ranks_what_was_planted_on_top(model):
    """Most deposits lie in the best fifth, and moved ones hardly ever do so well."""
    ranking = ranked(model, True, 1)
    figure = ranking.skill.stated.auc
    assert ranking.skill.stated.n_tested >= 10
    assert figure.value > 0.8
    assert figure.p <= 0.01
    assert ranking.deposits["percentile_out_of_fold"].median() > 85


@pytest.mark.parametrize("model", PLANTED)
def test_a_model_finds_nothing_where_deposits_lie_anywhere(model):
    """Of three such regions none is below the p of the planted one, and one at most below 0.05."""
    found = [ranked(model, False, seed).skill.stated.auc.p for seed in (2, 3, 4)]
    assert min(found) > 0.01
    assert sum(p <= 0.05 for p in found) <= 1
