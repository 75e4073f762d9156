"""A user's own polygons scored by a run."""

import errno
import os
from contextlib import nullcontext

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import prospector
from prospector.errors import LayerError, OutputError
from prospector.gis import vector
from prospector.runs.run import open_run
from prospector.runs.score_polygons import POLYGON_COLUMNS, score_polygons, write_polygons
from prospector.words.language import sentence

MODEL = "porphyry_copper"


@pytest.fixture(scope="module")
def best(planted_run):
    """The two best targets of the planted region, in its CRS."""
    run = open_run(planted_run)
    return run.targets.head(2).to_crs(run.grid.crs)


def written(folder, table, name="blocks.gpkg"):
    with nullcontext() if table.crs else pytest.warns(UserWarning, match="'crs' was not provided"):
        table.to_file(folder / name, driver="GPKG")
    return folder / name


def test_a_targets_own_outline_scores_as_the_target_does(planted_run, best, tmp_path):
    """The second target comes first in the file and second in rank; both lie wholly in targets."""
    blocks = gpd.GeoDataFrame({"lot": ["B", "A"]}, geometry=list(best.geometry[::-1]), crs=best.crs)
    found = score_polygons(planted_run, written(tmp_path, blocks)).table
    assert found["lot"].tolist() == ["A", "B"]
    assert found["polygon"].tolist() == [2, 1]
    assert found["targets"].tolist() == best["target_id"].tolist()
    assert found["score"].tolist() == pytest.approx(best["score"].tolist(), abs=1e-4)
    assert found["target_ha"].tolist() == pytest.approx(found["ground_ha"].tolist(), rel=1e-3)
    assert list(POLYGON_COLUMNS) == found.columns.tolist()[: len(POLYGON_COLUMNS)]


def test_the_crs_of_the_file_changes_nothing(planted_run, best, tmp_path):
    """Degrees, a neighbouring zone, and a CRS that is stated because the file has none."""
    blocks = gpd.GeoDataFrame(geometry=list(best.geometry), crs=best.crs)
    own = score_polygons(planted_run, written(tmp_path, blocks)).table
    bare = gpd.GeoDataFrame(geometry=list(best.geometry))
    others = [
        score_polygons(planted_run, written(tmp_path, blocks.to_crs("EPSG:4326"), "degrees.gpkg")),
        score_polygons(planted_run, written(tmp_path, blocks.to_crs("EPSG:32720"), "zone.gpkg")),
        score_polygons(planted_run, written(tmp_path, bare, "bare.gpkg"), crs=str(best.crs)),
    ]
    for other in others:
        pd.testing.assert_frame_equal(own, other.table, atol=0.05, rtol=1e-3)


def test_what_cannot_be_scored_is_a_notice(planted_run, best, tmp_path):
    """A bow tie is repaired, a polygon far away has no score, a feature without outline neither."""
    west, south, *_ = best.total_bounds
    tie = shapely.Polygon(
        [
            (west, south),
            (west + 9000, south + 9000),
            (west + 9000, south),
            (west, south + 9000),
        ]
    )
    shapes = [tie, shapely.box(0, 0, 1000, 1000), None]
    scored = score_polygons(
        planted_run, written(tmp_path, gpd.GeoDataFrame(geometry=shapes, crs=best.crs))
    )
    assert [(notice.code, notice.count) for notice in scored.notices] == [
        ("geometries-repaired", 1),
        ("features-without-polygon", 1),
        ("polygons-outside-region", 2),
    ]
    assert scored.table.set_index("polygon").loc[1, "ground_ha"] == pytest.approx(4050)
    assert scored.table["rank"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs="EPSG:32719"),
            "holds no polygon",
        ),
        (
            gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:32719"),
            "lies wholly outside the region",
        ),
    ],
)
def test_a_file_that_cannot_be_scored_is_refused(planted_run, tmp_path, table, said):
    """What is wrong, and what to do."""
    with pytest.raises(LayerError, match=said):
        score_polygons(planted_run, written(tmp_path, table))


def test_a_missing_file_and_an_unknown_crs_are_refused(planted_run, best, tmp_path):
    """The same for what is given beside the file."""
    with pytest.raises(LayerError, match="no such file"):
        prospector.score_polygons(planted_run, tmp_path / "none.gpkg")
    blocks = written(tmp_path, gpd.GeoDataFrame(geometry=list(best.geometry)))
    with pytest.raises(LayerError, match=r"no CRS in .*blocks\.gpkg\. State it with --crs"):
        score_polygons(planted_run, blocks)
    with pytest.raises(
        LayerError, match=r"'EPSG:0' is not a CRS that PROJ knows\. State it with --crs"
    ):
        score_polygons(planted_run, blocks, crs="EPSG:0")


def test_what_is_written_carries_the_sentences_and_no_formula(planted_run, best, tmp_path):
    """Twice the same bytes; a column of the file that has one of our names stays beside ours."""
    blocks = best[["geometry"]].assign(name="=cmd()", rank="first").reset_index(drop=True)
    run = open_run(planted_run)
    scored = score_polygons(run, written(tmp_path, blocks), keep=["rank"])
    package, table = write_polygons(scored, run, tmp_path / "out" / "scored")
    first = package.read_bytes(), table.read_bytes()
    again = write_polygons(
        score_polygons(run, tmp_path / "blocks.gpkg", keep=["rank"]), run, tmp_path / "scored"
    )
    assert first == tuple(one.read_bytes() for one in again)
    assert "'=cmd()" in table.read_text("utf-8-sig")
    assert pd.read_csv(table)["rank_of_file"].tolist() == ["first", "first"]
    assert run.record["sentences"][0].encode() in package.read_bytes()
    layer = gpd.read_file(package)
    assert layer[f"{MODEL}_rank"].tolist() == [1, 2]


def test_no_column_is_handed_on_unasked(planted_run, best, tmp_path):
    """Owners and tax numbers stay in the user's file; what names the ground goes along, without numbers."""
    personal = {
        "owner": "Eva Rojas", "rutTitular": "11.222.333-4", "email": "eva@example.org",
        "holder_shares": "Eva Rojas 50 %",
    }  # fmt: skip
    blocks = best[["geometry"]].assign(
        lot=["A", "B"], name="Sol 11.222.333-4", holder=["Eva Rojas", "Minera Uno S.A."], **personal
    )
    run = open_run(planted_run)
    scored = score_polygons(run, written(tmp_path, blocks.reset_index(drop=True)))
    files = write_polygons(scored, run, tmp_path / "scored")
    content = b"".join(file.read_bytes() for file in files)
    assert [mark for mark in personal.values() if mark.encode() in content] == []
    assert sorted(scored.polygons.sort_values("polygon")["holder"]) == [
        "Minera Uno S.A.",
        "private holder",
    ]
    assert scored.polygons["name"].tolist() == ["Sol", "Sol"]
    layer = scored.notices[0].value("layer")
    assert [sentence(notice) for notice in scored.notices] == [
        f"Layer '{layer}': columns not kept: owner, rutTitular, email, holder_shares. To keep one, use "
        "--keep NAME.",
        f"Layer '{layer}': 1 holder that is a person, or not known to be a company, is shown as "
        "'private holder'.",
        f"Layer '{layer}': tax numbers, e-mail addresses or telephone numbers removed from 2 "
        "values of 'name'.",
    ]


def test_a_column_that_is_asked_for_is_handed_on(planted_run, best, tmp_path):
    """But for one of tax numbers; one that the file lacks is refused with those that it has."""
    file = written(tmp_path, best[["geometry"]].assign(vendor="Puna", rut=7).reset_index(drop=True))
    found = score_polygons(planted_run, file, keep=["vendor"])
    assert found.table["vendor"].tolist() == ["Puna", "Puna"]
    with pytest.raises(LayerError, match="column 'rut' holds tax or personal numbers"):
        score_polygons(planted_run, file, keep=["rut"])
    with pytest.raises(LayerError, match=r"no column 'owner'\. It has: vendor, rut"):
        score_polygons(planted_run, file, keep=["owner"])


def test_a_file_that_points_elsewhere_is_not_scored(planted_run, tmp_path):
    """As a layer of that kind is not read."""
    (tmp_path / "blocks.geojson").write_text("<OGRVRTDataSource></OGRVRTDataSource>")
    with pytest.raises(LayerError, match=r"a virtual layer \(VRT\)"):
        score_polygons(planted_run, tmp_path / "blocks.geojson")


def test_the_users_own_file_is_not_overwritten(planted_run, best, tmp_path):
    """A name that is that of the file itself."""
    file = written(tmp_path, best[["geometry"]].reset_index(drop=True))
    before = file.read_bytes()
    run = open_run(planted_run)
    with pytest.raises(OutputError, match=r"blocks\.gpkg: your own file would be overwritten"):
        write_polygons(score_polygons(run, file), run, tmp_path / "blocks")
    assert file.read_bytes() == before


def test_a_file_is_read_as_a_layer_is(planted_run, tmp_path):
    """A misstated encoding, several layers, a table of outlines."""
    best = prospector.open_run(planted_run).targets.head(1)
    frame = gpd.GeoDataFrame({"name": ["Ñandú"]}, geometry=list(best.geometry), crs="EPSG:4326")
    frame.to_file(tmp_path / "a.shp", encoding="cp1252")
    with pytest.raises(LayerError, match="'nonsense' is not a text encoding"):
        prospector.score_polygons(planted_run, tmp_path / "a.shp", encoding="nonsense")
    (tmp_path / "a.cpg").write_text("UTF-8")
    with pytest.raises(LayerError, match=r"is not UTF-8\. State it with --encoding ISO-8859-1"):
        prospector.score_polygons(planted_run, tmp_path / "a.shp")
    scored = prospector.score_polygons(planted_run, tmp_path / "a.shp", encoding="cp1252")
    assert set(scored.table.name) == {"Ñandú"}
    for layer in ("first", "second"):
        frame.assign(name=layer).to_file(tmp_path / "two.gpkg", layer=layer)
    with pytest.raises(LayerError, match=r"holds several layers \(first, second\)"):
        prospector.score_polygons(planted_run, tmp_path / "two.gpkg")
    scored = prospector.score_polygons(planted_run, tmp_path / "two.gpkg", layer="second")
    assert set(scored.table.name) == {"second"}
    outlines = frame.to_wkt().rename(columns={"geometry": "wkt"})
    outlines.to_csv(tmp_path / "a.csv", sep=";", index=False)
    assert set(prospector.score_polygons(planted_run, tmp_path / "a.csv").table.name) == {"Ñandú"}


@pytest.mark.parametrize("field", ["FID", "Rank", "Geom", f"{MODEL}_SCORE"])
def test_fields_that_no_geopackage_holds_beside_ours_are_renamed(
    planted_run, best, tmp_path, field
):
    """And told, before anything is written."""
    blocks = best[["geometry"]].assign(**{field: ["a", "b"]})
    path = tmp_path / "blocks.geojson"
    blocks.to_file(path, driver="GeoJSON")
    run = open_run(planted_run)
    scored = score_polygons(run, path, keep=[field])
    package, _ = write_polygons(scored, run, tmp_path / "out" / "scored")
    assert gpd.read_file(package)[f"{field}_of_file"].tolist() == ["a", "b"]
    assert [n.value("columns") for n in scored.notices if n.code == "columns-renamed"] == [
        (f"{field} -> {field}_of_file",)
    ]


def test_earlier_files_stay_until_new_ones_are_whole(planted_run, best, tmp_path, monkeypatch):
    """Where the table cannot be written, neither file is new, and nothing is left beside them."""
    run = open_run(planted_run)
    scored = score_polygons(run, written(tmp_path, best[["geometry"]].reset_index(drop=True)))
    files = write_polygons(scored, run, tmp_path / "scored")
    before = [file.read_bytes() for file in files]
    monkeypatch.setattr(vector, "write_table", refuse)
    with pytest.raises(OutputError, match="cannot be written"):
        write_polygons(scored, run, tmp_path / "scored")
    assert [file.read_bytes() for file in files] == before
    assert sorted(tmp_path.glob("*scored*")) == sorted(files)


def refuse(*_, **__):
    """Refuse as a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
