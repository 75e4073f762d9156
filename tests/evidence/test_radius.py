"""How far around a unit an evidence may read: both bounds, at them and beyond."""

import numpy as np
import pytest
import shapely

from prospector.errors import ModelError
from prospector.evidence import density, surface
from prospector.evidence.kind import validate_parameters
from prospector.grid import Grid, cells
from prospector.layers.geometry import MARGIN_M
from tests.evidence.test_evidence import UTM, evidence, raster, vector

WIDE = {
    "density": ("WIDEST_KERNEL", density, {"role": "volcanoes", "kernel": "quartic"}),
    "focal": ("WIDEST_SQUARE", surface, {"role": "relief"}),
}
NINE = Grid(UTM.to_wkt(), 0.0, 3000.0, 1000.0, (3, 3))


def layer(role):
    if role == "relief":
        return raster(np.arange(9.0).reshape(3, 3))
    return vector(role, [shapely.Point(1500, 1500)])


@pytest.mark.parametrize("kind", WIDE)
def test_a_radius_beyond_what_layers_keep_is_refused(kind):
    """Features and cells end 300 km outside the region: what lies beyond could not count."""
    parameters = WIDE[kind][2]
    validate_parameters(kind, {**parameters, "radius_m": MARGIN_M}, where="test")
    with pytest.raises(ModelError, match=r"key 'radius_m': .* must be 300000.* or less"):
        validate_parameters(kind, {**parameters, "radius_m": MARGIN_M + 1}, where="test")


@pytest.mark.parametrize("kind", WIDE)
def test_a_radius_of_too_many_cells_is_refused(monkeypatch, kind):
    """Before memory is asked for: the error names the key, the cells and the remedy."""
    name, module, parameters = WIDE[kind]
    monkeypatch.setattr(module, name, 4)
    there = layer(parameters["role"])
    values, _ = evidence(kind, [there], cells(NINE), **parameters, radius_m=4000.0)
    assert len(values) == 9
    wanted = rf"kind '{kind}': key 'radius_m': 4000.5 m .* 4 cells of 1000 m. Use 4000 m or less"
    with pytest.raises(ModelError, match=wanted):
        evidence(kind, [there], cells(NINE), **parameters, radius_m=4000.5)


@pytest.mark.parametrize("kind", WIDE)
def test_the_farthest_radius_on_the_finest_cells_asks_for_no_memory(kind):
    """300 km of cells of 1 m: terabytes."""
    parameters = WIDE[kind][2]
    fine = cells(Grid(UTM.to_wkt(), 0.0, 3.0, 1.0, (3, 3)))
    with pytest.raises(ModelError, match="key 'radius_m'"):
        evidence(kind, [layer(parameters["role"])], fine, **parameters, radius_m=MARGIN_M)


def test_a_disc_takes_any_number_of_cells():
    """It adds at the ends of rows."""
    fine = cells(Grid(UTM.to_wkt(), 0.0, 3.0, 1.0, (3, 3)))
    values, _ = evidence("density", [layer("volcanoes")], fine, role="volcanoes", radius_m=MARGIN_M)
    np.testing.assert_allclose(values, 1000 / (np.pi * 300**2))
