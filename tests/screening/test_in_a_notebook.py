"""A screening as an object: evidence by name, arrays, pictures, maps, and places explained before writing."""

import re
import sys

import folium
import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pytest
import shapely
from hostile import HOSTILE

import prospector
from prospector.errors import Notice, OutputError
from prospector.notices import Notices

mpl.use("agg")


@pytest.fixture(scope="module")
def ranking(planted_screening):
    """The one ranking of the planted region."""
    return planted_screening["porphyry_copper"]


def test_rankings_and_evidence_go_by_name(planted_screening, ranking):
    """And by number, as before; a wrong name says which there are."""
    assert ranking is planted_screening.rankings["porphyry_copper"]
    names = [evidence.name for evidence in ranking.evidence]
    assert ranking.evidence["domeyko"] is ranking.evidence[names.index("domeyko")]
    with pytest.raises(KeyError, match=r"no evidence 'domeiko'\. Did you mean 'domeyko'"):
        ranking.evidence["domeiko"]
    with pytest.raises(KeyError, match=r"no ranking 'porphyry'.*Ranked: porphyry_copper"):
        planted_screening["porphyry"]
    with pytest.raises(prospector.ProspectorError, match=r"^no ranking 'zinc'\. Ranked"):
        prospector.plot_score(planted_screening, "zinc")
    assert "Porphyry copper: 8 targets; skill demonstrated" in repr(ranking)


def test_a_raster_is_an_array_that_rioxarray_knows(ranking):
    """Its place to the last bit; what comes out goes in again as a layer."""
    pytest.importorskip("rioxarray")
    score = ranking.score.to_xarray()
    np.testing.assert_array_equal(score.values, ranking.score.values)
    assert score.rio.crs == ranking.score.grid.crs
    assert score.rio.transform() == ranking.score.grid.transform
    distance = ranking.evidence["domeyko"].to_xarray()
    assert distance.name == "domeyko"
    assert distance.attrs["units"] == ranking.evidence["domeyko"].unit == "km"
    region = prospector.make_region(
        "north", {"distance": prospector.Layer(distance, role="surface")}, crs="EPSG:32719",
        window=(-69.5, -25, -68.5, -24), cell_size_m=5000, deposit_models=["porphyry_copper"],
    )  # fmt: skip
    assert region.layers["distance"].file == "distance (in memory)"


def test_pictures_are_axes(ranking):
    """Of the score, and of an evidence under its label; on axes that are given, too."""
    axes = ranking.score.plot(cmap="viridis")
    assert axes.get_images()[0].get_array().shape == ranking.score.grid.shape
    other = ranking.evidence["domeyko"].plot(axes)
    assert other is axes
    assert axes.get_title() == ranking.evidence["domeyko"].label
    mpl.pyplot.close("all")


def test_a_place_is_explained_before_writing_as_after(planted_screening, planted_run):
    """To the last figure, on targets and at the region's corner."""
    run = prospector.open_run(planted_run)
    grid = planted_screening.grid
    corner = gpd.GeoSeries.from_xy([grid.west + 1], [grid.north - 1], crs=grid.crs).to_crs(4326)
    places = [*planted_screening.targets.geometry.representative_point(), corner.iloc[0]]
    for place in places:
        before = planted_screening.explain(place.x, place.y)
        after = run.explain(place.x, place.y)
        assert repr(before) == repr(after) == repr(prospector.explain(run, place.x, place.y))
    with pytest.raises(OutputError, match="outside the region of synthetic"):
        planted_screening.explain(-24, -69)


def test_a_notebook_shows_tables_escaped(planted_screening, planted_run):
    """Of a screening, a run, and notices."""
    for shown in (planted_screening, prospector.open_run(planted_run)):
        page = shown._repr_html_()
        assert "<td>Porphyry copper</td><td>8</td>" in page
        assert "skill demonstrated" in page
        assert shown.notices._repr_html_().count("<tr>") == len(shown.notices) + 1
    hostile = Notices([Notice("layer-not-used", "note", {"layer": name}) for name in HOSTILE])
    assert not re.search(r"<(img|script)", hostile._repr_html_())
    assert isinstance(planted_screening.notices, tuple)
    assert list(planted_screening.notices) == sorted(planted_screening.notices)


def test_targets_can_be_explored(planted_screening):
    """By geopandas, coloured by a number."""
    found = planted_screening.targets.explore("score", tiles=None)
    assert isinstance(found, folium.Map)


def test_the_map_takes_layers_of_ones_own(planted_screening, planted_run):
    """Targets and deposits are layers; a control shows what is added later, too."""
    for source in (planted_screening, prospector.open_run(planted_run)):
        plot = prospector.explore(source, tiles=None)
        names = [
            child.layer_name for child in plot._children.values() if hasattr(child, "layer_name")
        ]
        assert names == ["Targets: Porphyry copper", "Known deposits"]
        folium.GeoJson(shapely.box(-69, -25, -68, -24), name="mine").add_to(plot)
        page = plot.get_root().render()
        assert '"mine"' in page
        assert planted_screening.targets["target_id"].iloc[0] in page


def test_names_in_the_map_are_no_html(planted_screening):
    """Of deposits, which come from outside."""
    deposits = planted_screening.layers.vector("deposits").features
    names = [HOSTILE[number % len(HOSTILE)] for number in range(len(deposits))]
    screening = prospector.screen(
        planted_screening.region,
        layers={"deposits": deposits.assign(name=names)},
        quick=True,
        workers=1,
    )
    page = screening.explore(tiles=None).get_root().render()
    assert "<img src=x" not in page
    assert "</script><script>alert" not in page
    assert "\\u003cimg" not in page
    assert "\\u0026lt;img src=x" in page or "&lt;img src=x" in page


def test_polygons_of_a_frame_are_scored_as_those_of_a_file(
    planted_run, planted_screening, tmp_path
):
    """The same table, whatever the frame's CRS; a wrong one is one clear error."""
    blocks = planted_screening.targets[["target_id", "geometry"]].rename(
        columns={"target_id": "code"}
    )
    blocks.to_file(tmp_path / "blocks.gpkg")
    from_file = prospector.score_polygons(planted_run, tmp_path / "blocks.gpkg")
    from_frame = prospector.score_polygons(planted_run, blocks)
    assert from_frame.table.equals(from_file.table)
    assert str(from_frame.file) == "polygons (in memory)"
    with pytest.raises(prospector.LayerError, match=r"no CRS in polygons \(in memory\)"):
        prospector.score_polygons(planted_run, blocks.set_crs(None, allow_override=True))
    with pytest.raises(prospector.LayerError, match="it has no row"):
        prospector.score_polygons(planted_run, blocks.iloc[:0])


def test_without_xarray_all_else_works(ranking, monkeypatch):
    """It is an extra, and what lacks it says how to get it."""
    monkeypatch.setitem(sys.modules, "xarray", None)
    assert ranking.score.values.shape == ranking.score.grid.shape
    with pytest.raises(ImportError, match=r"pip install 'prospector-geo\[xarray\]'"):
        ranking.score.to_xarray()
