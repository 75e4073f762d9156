"""Deposit models of stated memberships on planted ground: they find what was hidden, and nothing in noise.

Each region is 200 km wide and has deposits that lie where the model says, or anywhere.
"""

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from rasterio.transform import from_origin

import prospector
from prospector.errors import ModelError

CRS = "EPSG:32719"
WINDOW = (-70.0, -25.3, -68.0, -23.5)
WEST, SOUTH, SIDE_M = 400_000.0, 7_202_000.0, 198_000.0
N = 14
"""Deposits of the model's own type."""

MARGIN_M = 12_000.0


def anywhere(random, n=N, *, between_km=(12, 186), margin_m=MARGIN_M):
    """Return easting and northing of places spread over a strip of the region, shape (n, 2)."""
    east = 1000 * random.uniform(*between_km, n)
    north = random.uniform(margin_m, SIDE_M - margin_m, n)
    return np.column_stack([WEST + east, SOUTH + north])


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


def lines(*ends_km, **columns):
    """Return lines, each from one place to another in km from the corner, as a layer."""
    shapes = [shapely.LineString(1000 * np.array(ends) + (WEST, SOUTH)) for ends in ends_km]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def strips(*between_km, **columns):
    """Return strips from south to north, from one km east to another, as a layer."""
    shapes = [
        shapely.box(WEST + 1000 * west, SOUTH - 30_000, WEST + 1000 * east, SOUTH + SIDE_M + 30_000)
        for west, east in between_km
    ]
    return gpd.GeoDataFrame(
        {"name": [f"strip {n}" for n in range(len(shapes))], **columns}, geometry=shapes, crs=CRS
    )


def raster(values_of, *, cell_m=500):
    """Return a grid over the region and 20 km around, of a function of easting and northing in km."""
    side, first = int((SIDE_M + 40_000) / cell_m), 20_000
    east = (np.arange(side) + 0.5) * cell_m / 1000 - 20
    north = east[::-1]
    values = values_of(*np.meshgrid(east, north)).astype("float32")
    return values, from_origin(WEST - first, SOUTH + SIDE_M + first, cell_m, cell_m), CRS


def slope_and_hills(east, north):
    """Heights in m: 30 m higher with every km east, and hills where the ground is not flat."""
    return 30 * east + 300 * np.sin(2 * np.pi * east / 8) * np.clip(hilly(north), 0, 1)


def hilly(north_km):
    return np.sin(2 * np.pi * north_km / 80)


def on_flat_ground(places):
    return places[hilly((places[:, 1] - SOUTH) / 1000) < -0.3]


def exotic_copper(random, at):
    """Thirty porphyries, half of them of the belt: copper lies within 5 km of those."""
    sources = anywhere(random, 30)
    ages = np.where(np.arange(30) < 15, 40.0, 60.0)
    own = beside(random, sources[:15], most_m=5_000) if at is None else at
    porphyries = points(sources, deposit_type="porphyry_copper", age_ma=ages)
    return {"deposits": joined(porphyries, points(own, deposit_type="exotic_copper"))}


def nitrate_iodine(random, at):
    """Fields on flat ground 40 to 65 km from a coast; it rains beyond 80 km only."""
    own = on_flat_ground(anywhere(random, 60, between_km=(40, 65)))[:N] if at is None else at
    return {
        "deposits": points(own, deposit_type="nitrate_iodine"),
        "coast": lines([(0, -30), (0, 230)]),
        "land": strips((0, 230)),
        "basins": strips((0, 80), (80, 230), precipitation_mm_y=[15.0, 300.0]),
        "relief": prospector.Layer(raster(slope_and_hills), role="relief", unit="m"),
    }


def iron_oxide_apatite(random, at):
    """Anomalies along the Atacama fault, where rock is of the age, hold ore; others do not."""
    along = anywhere(random, N, between_km=(57, 63))
    anomalies = np.concatenate([along, anywhere(random, N, between_km=(90, 186))])
    own = along if at is None else at

    def field(east, north):
        away = [
            np.hypot(east - (x - WEST) / 1000, north - (y - SOUTH) / 1000) for x, y in anomalies
        ]
        return 1200 * np.exp(-0.5 * (np.min(away, axis=0) / 4) ** 2)

    return {
        "deposits": points(own, deposit_type="iron_oxide_apatite", age_ma=110.0),
        "faults": lines([(60, -30), (60, 230)], fault_system=["Atacama"]),
        "dated_samples": joined(points(along, age_ma=110.0), points(anomalies[N:], age_ma=10.0)),
        "land": strips((0, 230)),
        "magnetics": prospector.Layer(raster(field), role="magnetics", unit="nT"),
    }


def gold(random, at, *, age_ma, other_ma, between_km, strike_km):
    """Domes of the age that stand along faults have gold beside them; those of another age do not."""
    middle = np.linspace(40, 160, 6)
    faults = [
        [(between_km[0] + 20 - strike_km / 2, y - 15), (between_km[0] + 20 + strike_km / 2, y + 15)]
        for y in middle
    ]
    domes = np.column_stack([np.full(6, WEST + 1000 * (between_km[0] + 20)), SOUTH + 1000 * middle])
    others = anywhere(random, 20, between_km=between_km)
    own = beside(random, domes, most_m=3_000) if at is None else at
    ages = {"age_ma": np.repeat([age_ma, other_ma], [6, 20])}
    return {
        "deposits": points(own, deposit_type="epithermal_gold", age_ma=age_ma),
        "faults": lines(*faults),
        "domes": points(np.concatenate([domes, others]), **ages),
        "dated_samples": points(np.concatenate([domes, others]), **ages),
        "relief": prospector.Layer(raster(slope_and_hills), role="relief", unit="m"),
    }


def gold_paleocene(random, at):
    return gold(random, at, age_ma=59.0, other_ma=15.0, between_km=(40, 90), strike_km=4)


def gold_miocene(random, at):
    return gold(random, at, age_ma=14.0, other_ma=59.0, between_km=(130, 175), strike_km=-25)


def ion_adsorption_ree(random, at, *, rain_mm=1500.0):
    """Clay lies on flat ground of two bodies of granite; the rest is another rock."""
    bodies = ((55, 70), (135, 150))
    inside = [on_flat_ground(anywhere(random, 30, between_km=body))[: N // 2] for body in bodies]
    own = np.concatenate(inside) if at is None else at
    return {
        "deposits": points(own, deposit_type="ion_adsorption_ree"),
        "basins": strips((-30, 230), precipitation_mm_y=[rain_mm]),
        "intrusions": strips(*bodies, rock_class=["granite", "granite"]),
        "land": strips((0, 230)),
        "relief": prospector.Layer(raster(slope_and_hills, cell_m=100), role="relief", unit="m"),
    }


PLANTED = {
    "exotic_copper": (exotic_copper, (1, 197)),
    "nitrate_iodine": (nitrate_iodine, (24, 79)),
    "iron_oxide_apatite": (iron_oxide_apatite, (1, 197)),
    "gold_paleocene": (gold_paleocene, (27, 110)),
    "gold_miocene": (gold_miocene, (121, 182)),
    "ion_adsorption_ree": (ion_adsorption_ree, (1, 197)),
}
"""By deposit model: what makes its region, given the deposits' places, and its ground in km from the west."""


def planted_region(model, layers):
    return prospector.make_region(
        "planted", layers, crs=CRS, window=WINDOW, cell_size_m=2000, deposit_models=[model]
    )


@cache
def ranked(model, cause, seed):
    """Return the ranking of a model on planted ground, its deposits placed by their cause or anywhere."""
    random = np.random.default_rng(seed)
    make, between_km = PLANTED[model]
    layers = make(
        random, None if cause else anywhere(random, between_km=between_km, margin_m=1_000.0)
    )
    return prospector.screen(planted_region(model, layers), quick=True, workers=1)[model]


@pytest.mark.parametrize("model", PLANTED)
def test_a_model_ranks_what_was_planted_on_top(model):
    """Most deposits lie in the best fifth, and moved ones hardly ever do so well."""
    ranking = ranked(model, True, 1)
    figure = ranking.skill.stated.auc
    assert ranking.skill.stated.n_tested >= 10
    assert len(ranking.evidence) == len(ranking.model.evidence) - (model == "exotic_copper") * 2
    assert figure.value > 0.8
    assert figure.p <= 0.01
    assert ranking.deposits["percentile_out_of_fold"].median() > 80


def test_the_models_find_nothing_where_deposits_lie_anywhere():
    """Of three such regions for each of six models as many have a small p as chance allows.

    Of eighteen p one is at most 0.05 on average, and more than three in one of a hundred such tests.
    """
    p = np.array(
        [ranked(model, False, seed).skill.stated.auc.p for model in PLANTED for seed in (2, 3, 4)]
    )
    assert np.sum(p <= 0.05) <= 3
    assert np.sum(p <= 0.01) <= 1
    assert 0.3 < p.mean() < 0.7


def test_rare_earths_of_clay_do_not_apply_in_a_desert():
    """The same ground with 60 mm of rain a year is refused, with what is needed and what there is."""
    layers = ion_adsorption_ree(np.random.default_rng(1), None, rain_mm=60.0)
    with pytest.raises(ModelError) as error:
        prospector.screen(planted_region("ion_adsorption_ree", layers), quick=True, workers=1)
    assert "mean annual rain of the basin of at least 800 mm/y, and the region has 60 to 60" in str(
        error.value
    )


def test_nitrate_does_not_apply_where_it_rains():
    """Every basin above 100 mm a year refuses it."""
    layers = nitrate_iodine(np.random.default_rng(1), None)
    layers["basins"]["precipitation_mm_y"] = [150.0, 300.0]
    with pytest.raises(
        ModelError, match=r"does not apply here.*at most 100 mm/y, and the region has 150"
    ):
        prospector.screen(planted_region("nitrate_iodine", layers), quick=True, workers=1)
