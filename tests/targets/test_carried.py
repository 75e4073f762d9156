"""Columns of the polygons that are scored, carried to the targets and never evidence."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from prospector.errors import RegionError
from prospector.layers import Layers, VectorLayer
from prospector.region.deposit_model import DepositModel
from prospector.region.region_tables import LayerEntry
from prospector.region.shipped_models import load_deposit_model
from prospector.targets.carried import carried_columns, carry, joined, refuse_taken
from prospector.targets.target import TARGET_COLUMNS
from prospector.tenure.units import join_units

CRS = "EPSG:32719"
BRINE, COPPER = load_deposit_model("lithium_brine"), load_deposit_model("porphyry_copper")
SQUARES = [shapely.box(east, 0, east + 1000, 1000) for east in (0, 5000, 10_000)]
OUTLINES = gpd.GeoSeries([SQUARES[2], SQUARES[0]], index=[7, 3], crs=CRS)


def layer(role, **columns):
    features = gpd.GeoDataFrame(columns, geometry=SQUARES, crs=CRS)
    return VectorLayer(role, role, role, features, LayerEntry(role=role, file="x"), None, "")


def carrying(model, *names, **more):
    """The model with other carried columns."""
    tables = model.model_dump(exclude_none=True) | more
    return DepositModel(**tables | {"targets": tables["targets"] | {"carry": list(names)}})


def test_each_target_has_the_columns_of_its_own_polygon():
    """By its outline, not by its row; on its index; what is missing is empty, a number stays one."""
    salars = layer(
        "salars", name=list("abc"), regime=["strategic", "protected", None], li_mg_l=[5.0, 6.0, np.nan],
        regime_date=[pd.NaT, "x", "2024"],
    )  # fmt: skip
    model = carrying(BRINE, "regime", "regime_date", "li_mg_l", "regime_source")
    table = carry(OUTLINES, model, Layers(CRS, (salars,)))
    assert table.index.tolist() == [7, 3]
    assert table["regime"].tolist() == ["", "strategic"]
    assert table["regime_date"].tolist() == ["2024", ""]
    np.testing.assert_array_equal(table["li_mg_l"], [np.nan, 5.0])
    assert "regime_source" not in table.columns


def test_a_layer_without_the_columns_carries_none():
    """Nor does a model that asks for none, or no target."""
    bare = Layers(CRS, (layer("salars", name=list("abc")),))
    assert list(carry(OUTLINES, BRINE, bare).columns) == []
    told = Layers(CRS, (layer("salars", name=list("abc"), regime=list("xyz")),))
    assert list(carry(OUTLINES, carrying(BRINE), told).columns) == []
    none = carry(OUTLINES[:0], BRINE, told)
    assert (list(none.columns), len(none)) == (["regime"], 0)


def test_cells_get_the_country_of_the_unit_around_them():
    """Where a unit states one; elsewhere and without such a column none is made up."""
    units = layer("administrative", name=list("abc"), country=["Chile", "Argentina", None])
    outside = gpd.GeoSeries([SQUARES[0], SQUARES[2], shapely.box(9e5, 0, 9.1e5, 10)], crs=CRS)
    table = carry(outside, COPPER, Layers(CRS, (units,)))
    assert table["country"].tolist() == ["Chile", "", ""]
    unstated = layer("administrative", name=list("abc"))
    assert list(carry(outside, COPPER, Layers(CRS, (unstated,))).columns) == []


def test_commune_and_country_are_of_one_unit():
    """Of a target across a border both are those of its larger part, wherever a point inside it falls."""
    names = {"name": ["Calama", "Potosí"], "country": ["Chile", "Bolivia"]}
    shapes = [shapely.box(0, 0, 10_000, 10_000), shapely.box(10_000, 0, 20_000, 10_000)]
    features = gpd.GeoDataFrame(names, geometry=shapes, crs=CRS)
    entry = LayerEntry(role="administrative", file="x")
    units = VectorLayer("administrative", "administrative", "", features, entry, None, "")
    parts = [(7000, 0, 10_000, 1500), (7000, 8500, 10_000, 10_000), (9900, 0, 10_100, 10_000)]
    across = shapely.union_all([shapely.box(10_000, 4000, 13_000, 5400), *map(_box, parts)])
    assert across.intersection(shapes[0]).area > across.intersection(shapes[1]).area
    assert shapes[1].contains(across.representative_point())
    there, layers = gpd.GeoSeries([across], index=[5], crs=CRS), Layers(CRS, (units,))
    assert carry(there, COPPER, layers)["country"].to_dict() == {5: "Chile"}
    named = join_units(there.to_numpy(), there.index, units)
    assert named["administrative_unit"].tolist() == ["Calama"]


def _box(bounds):
    return shapely.box(*bounds)


def test_targets_of_several_models_stand_below_one_another():
    """Carried columns stand last, before the outline; a model without them has empty texts."""
    plain = {name: [1] for name in TARGET_COLUMNS}
    copper = gpd.GeoDataFrame(plain, geometry=SQUARES[:1], crs=CRS)
    brine = gpd.GeoDataFrame(plain | {"regime": ["strategic"]}, geometry=SQUARES[1:2], crs=CRS)
    both = joined([copper, brine])
    assert list(both.columns) == [*TARGET_COLUMNS, "regime", "geometry"]
    assert both["regime"].tolist() == ["", "strategic"]
    assert carried_columns(both.columns) == ["regime"]
    assert list(joined([copper, copper]).columns) == [*TARGET_COLUMNS, "geometry"]


def test_a_column_is_a_description_or_evidence():
    """Not both; and cells have no columns."""
    attribute = {
        "kind": "attribute", "role": "salars", "column": "li_mg_l", "label": "lithium",
        "expected": "increasing", "reason": "r", "membership": {"full": 5, "none": 1},
    }  # fmt: skip
    evidence = {**BRINE.model_dump(exclude_none=True)["evidence"], "lithium": attribute}
    carrying(BRINE, "regime", evidence=evidence)
    with pytest.raises(ValueError, match=r"lithium\.column': must not be 'li_mg_l'|lithium"):
        carrying(BRINE, "li_mg_l", evidence=evidence)
    with pytest.raises(ValueError, match="carry"):
        carrying(COPPER, "regime")


@pytest.mark.parametrize("name", ["name", "score", "fid", "geom"])
def test_a_column_that_targets_have_is_refused(name):
    """One error that names file and key."""
    with pytest.raises(
        RegionError, match=rf"lithium_brine.*: targets already have a column '{name}'"
    ):
        refuse_taken([carrying(BRINE, name, "regime")])
    refuse_taken([BRINE, COPPER])
