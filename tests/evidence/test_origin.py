"""Evidence by feature: how far each may lie off, and which of them gave a value."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from prospector.evidence import compute_evidence, validate_parameters
from prospector.evidence.origin import drawn_from_descriptions, origin_of
from prospector.grid import polygons
from prospector.layers import VectorLayer
from prospector.region.region_tables import LayerEntry, SourceEntry
from tests.evidence.test_evidence import UTM, evidence, layers, vector

DRAWN, SURVEYED = 10_000.0, 100.0


def source(**keys):
    stated = dict.fromkeys(("origin", "citation", "licence", "date", "scale", "coverage"), "x")
    return SourceEntry(**stated, schematic=True, sha256="0" * 64, done="x", **keys)


def line(easting):
    return shapely.LineString([(easting, -90_000), (easting, 90_000)])


def faults():
    """Return a surveyed fault at 2 km east and one at 30 km drawn from descriptions."""
    return vector(
        "faults",
        [line(2000), line(30_000)],
        fault_system=["north", "east"],
        schematic=[False, True],
        tolerance_m=[SURVEYED, DRAWN],
    )


def squares(*eastings):
    """Return units of 1 km whose western edges lie there."""
    boxes = [shapely.box(east, 0, east + 1000, 1000) for east in eastings]
    return polygons(gpd.GeoDataFrame(geometry=boxes, crs=UTM))


def said(kind, layer, units, **parameters):
    valid = validate_parameters(kind, parameters, where="test")
    there = layers(layer)
    drawn = drawn_from_descriptions(kind, there, units, parameters=valid)
    return origin_of(kind, there, parameters=valid), drawn.tolist()


def test_a_distance_is_resolved_as_far_as_the_feature_that_gives_it():
    """3 km from the schematic fault it is 10 km; nearer to the surveyed one it is the true distance."""
    near = squares(1500, 4000, 26_000)
    values, _ = evidence("distance", [faults()], near, role="faults")
    np.testing.assert_allclose(values, [0.1, 2.0, 10.0])


def test_a_coarse_feature_does_not_hide_an_exact_one_farther_off():
    """2 km from a surveyed fault is within 2 km, though a schematic one may be nearer: it may not be."""
    both = vector(
        "faults",
        [line(2000), line(4500)],
        schematic=[False, True],
        tolerance_m=[SURVEYED, DRAWN],
    )
    units = squares(4000)
    values, _ = evidence("distance", [both], units, role="faults")
    np.testing.assert_allclose(values, [2.0])
    assert said("distance", both, units, role="faults")[1] == [False]


def test_cells_and_polygons_agree_by_feature():
    """On a grid as on outlines the tolerance is that of the feature."""
    values, _ = evidence("distance", [faults()], role="faults")
    np.testing.assert_allclose(values.reshape(3, 3)[0], [1.5, 0.5, 0.5])
    coarse = vector("faults", [line(500)], tolerance_m=[DRAWN])
    np.testing.assert_allclose(evidence("distance", [coarse], role="faults")[0], 10.0)


def test_what_is_drawn_is_said_of_the_feature_that_gave_the_distance():
    """Of two units each next to one of the faults, one is drawn from descriptions."""
    origin, drawn = said("distance", faults(), squares(1500, 29_000), role="faults")
    assert drawn == [False, True]
    assert (origin.schematic, origin.all_schematic) == (True, False)
    assert origin.tolerances_m == (SURVEYED, DRAWN)
    assert (origin.finest_m, origin.resolution_m, origin.schematic_m) == (SURVEYED, DRAWN, DRAWN)


def test_only_the_chosen_features_count():
    """The surveyed system alone is not schematic, whatever else lies in its layer."""
    where = {"fault_system": ["north"]}
    origin, drawn = said("distance", faults(), squares(29_000), role="faults", where=where)
    assert (origin.schematic, drawn) == (False, [False])
    assert origin.resolution_m == SURVEYED


def test_a_layer_whose_features_say_nothing_is_as_its_source_says():
    """Every value of a schematic layer is drawn from descriptions."""
    features = vector("faults", [line(2000)]).features
    entry = LayerEntry(role="faults", file="x")
    whole = VectorLayer("f", "faults", "f", features, entry, source(tolerance_m=3000.0), "")
    origin, drawn = said("distance", whole, squares(1500, 9000), role="faults")
    assert (origin.all_schematic, drawn) == (True, [True, True])
    assert origin.tolerances_m == (3000.0,)


def ground(**more):
    """Return a surveyed square to the west and a drawn one to the east."""
    boxes = [shapely.box(0, 0, 1000, 1000), shapely.box(5000, 0, 6000, 1000)]
    return vector("salars", boxes, name=["a", "b"], schematic=[False, True], **more)


@pytest.mark.parametrize(
    ("kind", "layer", "units", "parameters"),
    [
        ("area", ground(), squares(0, 5000), {}),
        ("share", ground(), squares(200, 5500), {}),
        (
            "density",
            vector(
                "volcanoes",
                [shapely.Point(500, 500), shapely.Point(9000, 500)],
                schematic=[False, True],
            ),
            squares(0, 8000),
            {"radius_m": 2000.0},
        ),
        (
            "nearest_attribute",
            vector(
                "dated_samples",
                [shapely.Point(500, 500), shapely.Point(9000, 500)],
                schematic=[False, True],
                age_ma=[30.0, 40.0],
            ),
            squares(0, 8000),
            {"column": "age_ma", "within_m": 3000.0},
        ),
        (
            "geochemistry",
            vector(
                "geochemistry",
                [shapely.Point(500, 500), shapely.Point(9000, 500)],
                schematic=[False, True],
                cu_ppm=[30.0, 40.0],
            ),
            squares(0, 8000),
            {"column": "cu_ppm", "within_m": 3000.0, "least": 1},
        ),
        (
            "class_value",
            ground(),
            squares(200, 5500),
            {"column": "name", "values": {"a": 1.0, "b": 2.0}},
        ),
    ],
    ids=["area", "share", "density", "nearest_attribute", "geochemistry", "class_value"],
)
def test_other_kinds_say_it_of_what_their_value_comes_from(kind, layer, units, parameters):
    """The western unit has its value from what was surveyed, the eastern one from a drawing."""
    _, drawn = said(kind, layer, units, role=layer.role, **parameters)
    assert drawn == [False, True]


def test_a_kind_that_cannot_tell_counts_every_value_as_drawn():
    """A contact belongs to the united outline of its polygons."""
    valid = {"role": "salars", "where": {"name": ["a", "b"]}}
    assert said("contact", ground(), squares(0, 5000), **valid)[1] == [True, True]


def test_an_evidence_that_reads_no_layer_has_no_origin():
    """Nothing is stated and nothing is schematic."""
    valid = validate_parameters("area", {}, where="test")
    origin = origin_of("area", layers(), parameters=valid)
    assert (origin.schematic, origin.resolution_m, origin.finest_m) == (False, None, 0.0)
    np.testing.assert_allclose(
        compute_evidence("area", layers(), squares(0), parameters=valid), [1.0]
    )


def raised(*stated):
    """Return the faults, a layer for each of what their sources say of deposits."""
    return [
        replace(faults(), source=None if made is ... else source(from_deposits=made))
        for made in stated
    ]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ((True,), True),
        ((False,), False),
        ((None,), None),
        ((...,), None),
        ((False, True), True),
        ((None, True), True),
        ((False, False), False),
        ((False, ...), None),
    ],
)
def test_evidence_is_made_from_deposits_if_any_of_its_layers_is(stated, expected):
    """And from none only if every source says so; no source says nothing."""
    parameters = validate_parameters("distance", {"role": "faults"}, where="test")
    origin = origin_of("distance", layers(*raised(*stated)), parameters=parameters)
    assert origin.from_deposits is expected
