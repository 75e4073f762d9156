"""Evidence at a deposit is measured at the deposit: contrasts known by hand stay, whatever the cells."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy.stats import ks_2samp

from prospector.evidence import compute_evidence, validate_parameters
from prospector.evidence.limits import Limits
from prospector.grid import Grid, cells
from prospector.ground.own_places import OwnPlaces
from prospector.layers import Layers, VectorLayer
from prospector.region.region_tables import LayerEntry

CRS = "EPSG:32719"
SIZE_M = 40_000.0
NEAR_M = 400.0
BOX = shapely.box(0, 0, SIZE_M, SIZE_M)


def layer(role, geometry, **columns):
    """A layer of features in the region's CRS."""
    features = gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)
    return VectorLayer(role, role, role, features, LayerEntry(role=role, file=role), None, "")


@pytest.fixture(scope="module")
def planted():
    """Four faults, thirty bodies of granite 0.3 to 2.5 km in radius, and 400 deposits with known shares.

    Six in ten within 400 m of a fault, half of them in granite, each as the draw has it.
    """
    random = np.random.default_rng(5)
    faults = [
        shapely.LineString([(x, -5_000), (x + random.normal(0, 2_000), SIZE_M + 5_000)])
        for x in (6_000, 15_000, 25_000, 34_000)
    ]
    centres, radius = random.uniform(3_000, 37_000, (30, 2)), random.uniform(300, 2_500, 30)
    bodies = list(shapely.buffer(shapely.points(centres), radius))
    places = shapely.points(random.uniform(500, SIZE_M - 500, (100_000, 2)))
    near = shapely.distance(places, shapely.union_all(faults)) <= NEAR_M
    inside = shapely.intersects(places, shapely.union_all(bodies))
    chosen = []
    for by_fault, in_granite in zip(
        random.random(400) < 0.6, random.random(400) < 0.5, strict=True
    ):
        chosen.append(random.choice(np.flatnonzero((near == by_fault) & (inside == in_granite))))
    layers = Layers(CRS, (layer("faults", faults), layer("intrusions", bodies)))
    return layers, gpd.GeoSeries(places[chosen], crs=CRS), near[chosen], inside[chosen]


def asked(kind, **keys):
    """A kind of evidence and its validated parameters."""
    return kind, validate_parameters(kind, keys, where="here")


TO_FAULT, IN_GRANITE = asked("distance", role="faults"), asked("share", role="intrusions")
ALL = (
    TO_FAULT,
    IN_GRANITE,
    asked("density", role="faults", radius_m=3000),
    asked("density", role="faults", radius_m=3000, kernel="quartic"),
    asked("contact", role="intrusions", where={}, hole_m=500.0),
    asked("distance", role="faults", measured="near"),
)


def grid_of(cell_size_m, shape=None):
    """The grid of the planted region; a cell size that does not fit leaves a rim."""
    side = int(SIZE_M / cell_size_m)
    return Grid(CRS, 0.0, SIZE_M, cell_size_m, shape or (side, side))


def log_odds(share):
    """The logarithm of the odds of a share."""
    return np.log(share / (1 - share))


@pytest.mark.parametrize("cell_size_m", [100.0, 500.0])
def test_known_contrasts_stay_whatever_the_cells(planted, cell_size_m):
    """Log odds of the deposits less log odds of the area by hand: within 3 % at 100 m and at 500 m cells.

    By the cells that the deposits lie in the fault's falls by 5 and 15 %, the granite's by 1 and 8 %.
    """
    layers, places, near, inside = planted
    grid = grid_of(cell_size_m)
    found = OwnPlaces(grid, layers, (TO_FAULT, IN_GRANITE), ()).evidence(places)
    ground = [
        compute_evidence(kind, layers, cells(grid), parameters=parameters)
        for kind, parameters in (TO_FAULT, IN_GRANITE)
    ]
    by_hand = [
        log_odds(there.mean())
        - log_odds(shapely.union_all(shapes).intersection(BOX).area / BOX.area)
        for there, shapes in (
            (near, layers.vector("faults").features.buffer(NEAR_M, quad_segs=32)),
            (inside, layers.vector("intrusions").features.geometry),
        )
    ]
    measured = [
        log_odds((found[:, 0] <= NEAR_M / 1000).mean())
        - log_odds((ground[0] <= NEAR_M / 1000).mean()),
        log_odds((found[:, 1] > 0.5).mean()) - log_odds((ground[1] > 0.5).mean()),
    ]
    np.testing.assert_allclose(measured, by_hand, rtol=0.03)


def test_a_distance_is_that_of_the_deposit_itself(planted):
    """To the geometry: shapely's own distance from each deposit, in the precision of a run."""
    layers, places, _, _ = planted
    found = OwnPlaces(grid_of(500.0), layers, (TO_FAULT,), ()).evidence(places)[:, 0]
    faults = shapely.union_all(layers.vector("faults").features.geometry.to_numpy())
    np.testing.assert_allclose(1000 * found, shapely.distance(places.to_numpy(), faults), atol=0.01)


def test_a_share_is_that_of_as_much_ground_as_a_cell_has(planted):
    """Of the square of a cell around each deposit."""
    layers, places, _, _ = planted
    found = OwnPlaces(grid_of(500.0), layers, (IN_GRANITE,), ()).evidence(places)[:, 0]
    granite = shapely.union_all(layers.vector("intrusions").features.geometry.to_numpy())
    squares = shapely.buffer(places.to_numpy(), 250, cap_style="square")
    by_hand = shapely.area(shapely.intersection(squares, granite)) / 250_000
    np.testing.assert_allclose(found, by_hand, atol=2e-6)


def test_a_deposit_at_a_cells_centre_has_the_bytes_of_the_cell(planted):
    """Of every kind: the cell moved under it is that cell, and one place has the same in any company."""
    layers, _, _, _ = planted
    grid = grid_of(500.0)
    number = np.array([7, 1234, 6000])
    units = cells(grid)
    centres = gpd.GeoSeries(
        shapely.points(units.easting[number], units.northing[number]), crs=grid.crs
    )
    own_places = OwnPlaces(grid, layers, ALL, ())
    found = own_places.evidence(centres)
    for column, (kind, parameters) in zip(found.T, ALL, strict=True):
        whole = compute_evidence(kind, layers, units, parameters=parameters).astype(np.float32)
        np.testing.assert_array_equal(column, whole[number])
    np.testing.assert_array_equal(found[1:2], own_places.evidence(centres.iloc[1:2]))


def test_deposits_without_a_cause_have_evidence_as_the_ground_has():
    """Bodies thinner than a cell too: shares at places strewn anywhere are spread as those of cells.

    Whether a deposit lies in a body or not, 0 or 1, would part it from cells of which none is full.
    """
    random = np.random.default_rng(0)
    dykes = [
        shapely.LineString(ends).buffer(60)
        for ends in random.uniform(-5_000, SIZE_M + 5_000, (80, 2, 2))
    ]
    layers = Layers(CRS, (layer("intrusions", dykes),))
    grid = grid_of(500.0)
    places = gpd.GeoSeries(shapely.points(random.uniform(300, SIZE_M - 300, (600, 2))), crs=CRS)
    at_places = OwnPlaces(grid, layers, (IN_GRANITE,), ()).evidence(places)[:, 0]
    kind, parameters = IN_GRANITE
    at_cells = compute_evidence(kind, layers, cells(grid), parameters=parameters)
    assert np.quantile(at_cells, 0.99) < 0.6
    assert ks_2samp(at_places, at_cells).pvalue > 0.01


def test_only_what_lacks_at_the_deposit_itself_lacks():
    """Its cell's centre lies beyond the reach of the fault's samples, the deposit within; and the reverse."""
    samples = layer(
        "geochemistry", shapely.points([[400, 300], [400, 310], [400, 320]]), cu_ppm=[9.0, 9, 9]
    )
    layers, grid = Layers(CRS, (samples,)), Grid(CRS, 0.0, 1000.0, 1000.0, (1, 1))
    kind = asked(
        "geochemistry", role="geochemistry", column="cu_ppm", within_m=200.0, transform="none"
    )
    reach = Limits(*kind, 5.0, np.inf)
    own_places = OwnPlaces(grid, layers, (kind,), (reach,))
    places = gpd.GeoSeries(shapely.points([[400, 250], [500, 500], [1200, 310]]), crs=CRS)
    assert np.isfinite(own_places.evidence(places)[:, 0]).tolist() == [True, False, False]
    assert own_places.permissive(places).tolist() == [True, False, False]
