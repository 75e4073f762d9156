"""The run folder, opened as its user would open it."""

import json
import re
from html import unescape
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import rasterio
from plain_payload import plain_payload

import prospector
from prospector.errors import OutputError
from prospector.gis.vector import GPKG_LAYERS, write_csv
from prospector.map.html import write_map
from prospector.runs.explain import explain
from prospector.screening.steps import REPORTING_SENTENCE
from prospector.targets.carried import CARRIED_COLUMNS
from prospector.targets.target import TARGET_COLUMNS
from prospector.validation import Skill
from prospector.words.language import language
from prospector.words.skill import skill_line


def test_geojson_follows_rfc_7946(atacama_run):
    """Longitude latitude, right-hand rule, no crs member, at most 7 decimals."""
    found = json.loads((atacama_run / "porphyry_copper" / "targets.geojson").read_text("utf-8"))
    assert "crs" not in found
    for feature in found["features"]:
        polygons = feature["geometry"]["coordinates"]
        rings = polygons if feature["geometry"]["type"] == "Polygon" else polygons[0]
        outer = rings[0]
        turned = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(outer))
        assert turned < 0
        assert all(-72 < x < -66 and -29 < y < -19 for x, y in outer)
        assert all(round(value, 7) == value for place in outer for value in place)


def test_csv_opens_in_a_spreadsheet(atacama_run):
    """A byte order mark, the documented columns, the same ranks."""
    path = atacama_run / "lithium_brine" / "targets.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(path)
    first = list(TARGET_COLUMNS).index("deposit_model") + 1
    columns = [*TARGET_COLUMNS, *CARRIED_COLUMNS]
    assert list(table.columns) == [*columns[:first], "place", *columns[first:]]
    assert table["rank"].tolist() == list(range(1, len(table) + 1))


def test_csv_runs_no_formula(planted_screening, tmp_path):
    """Text that a spreadsheet would compute gets an apostrophe; accents survive."""
    targets = planted_screening.targets.head(1).assign(holders="=cmd()", name="Salar Ñandú")
    write_csv(targets, tmp_path / "t.csv")
    text = (tmp_path / "t.csv").read_text("utf-8-sig")
    assert ",'=cmd()," in text
    assert "Salar Ñandú" in text


def test_rasters_are_cogs_with_unit_and_nodata(atacama_run):
    """As GIS software reads them."""
    with rasterio.open(atacama_run / "porphyry_copper" / "porphyry_copper_score.tif") as score:
        assert score.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert score.dtypes == ("float32",)
        assert score.nodata == -9999
        assert 0 <= score.read(1, masked=True).min() <= score.read(1, masked=True).max() <= 1
    with rasterio.open(atacama_run / "porphyry_copper" / "evidence" / "domeyko.tif") as evidence:
        assert evidence.units == ("km",)


def test_the_geopackage_has_the_pinned_layers(atacama_run):
    """Names, geometry types and CRS; contributions are a table without geometry."""
    found = dict(pyogrio.list_layers(atacama_run / "prospects.gpkg"))
    assert found.pop("contributions") is None
    assert found.pop("layer_styles") is None
    without = {"open_ground"}  # the register of Salta is not complete
    without |= {"indigenous", "urban", "water", "military", "border_zone"}
    others = {"land": "MultiPolygon", "dated_samples": "MultiPoint", "trench": "MultiLineString"}
    pinned = {name: kind for name, kind in GPKG_LAYERS.items() if name not in without}
    assert found == pinned | others
    for name in found:
        assert pyogrio.read_info(atacama_run / "prospects.gpkg", layer=name)["crs"] == "EPSG:4326"


def test_run_json_holds_every_figure(atacama_run):
    """Inputs with hashes, versions, seed, notices, skill with its null."""
    record = json.loads((atacama_run / "run.json").read_text("utf-8"))
    assert record["schema_version"] == 8
    assert record["sentences"][0] == REPORTING_SENTENCE
    assert all(len(one["sha256"]) == 64 for one in record["inputs"].values())
    assert record["inputs"]["faults"]["schematic"] is True
    assert record["notices"]
    for model in record["deposit_models"].values():
        assert Skill.from_record(model["skill"]).dump() == model["skill"]


def test_every_output_carries_the_sentences(atacama_run):
    """Reporting codes, effective resolution and the date of tenure, wherever a file may travel."""
    geojson = json.loads((atacama_run / "porphyry_copper" / "targets.geojson").read_text("utf-8"))
    with rasterio.open(atacama_run / "porphyry_copper" / "porphyry_copper_score.tif") as score:
        tag = score.tags()["NOTICE"]
    info = pyogrio.read_info(atacama_run / "prospects.gpkg", layer="targets")
    for text in (
        " ".join(geojson["notice"]), tag, info["layer_metadata"]["notice"],
        (atacama_run / "NOTICE.txt").read_text("utf-8"), (atacama_run / "map.html").read_text("utf-8"),
    ):  # fmt: skip
        assert REPORTING_SENTENCE in text
        assert "Effective resolution" in text
        assert "Tenure as of 2025-12-11" in text


def test_a_run_reopens_as_one(atacama_run, atacama_screening):
    """The same targets, the same score, the same words."""
    run = prospector.open_run(atacama_run)
    assert run.targets["target_id"].tolist() == atacama_screening.targets["target_id"].tolist()
    ranking = atacama_screening.rankings["porphyry_copper"]
    line = skill_line(ranking.skill, language("en"), run.evidence_labels("porphyry_copper"))
    assert line in repr(run)
    assert run.deposit_models == list(atacama_screening.rankings)
    assert len(run.deposits) == sum(
        len(one.deposits) for one in atacama_screening.rankings.values()
    )


def test_explain_agrees_with_the_score(atacama_run):
    """At Chuquicamata the contributions stand strongest first, and the score is the raster's."""
    copper = next(
        one
        for one in explain(prospector.open_run(atacama_run), -68.90, -22.275)
        if one.deposit_model == "porphyry_copper"
    )
    sizes = [abs(row.contribution) for row in copper.rows]
    assert sizes == sorted(sizes, reverse=True)
    assert copper.percentile > 95
    assert {row.schematic for row in copper.rows} == {True, False}
    fault = next(row for row in copper.rows if row.label.startswith("distance"))
    assert (fault.value, fault.unresolved, fault.all_schematic) == (10.0, True, True)


def test_explain_ranks_a_salar_among_salars(atacama_run, atacama_screening):
    """The percentile in the middle of a salar is its target's, however large it is."""
    targets = atacama_screening.rankings["lithium_brine"].targets.set_index("name")
    salar = targets.loc["Salar de Atacama"]
    brine = next(
        one
        for one in explain(prospector.open_run(atacama_run), salar["longitude"], salar["latitude"])
        if one.deposit_model == "lithium_brine"
    )
    assert brine.percentile == pytest.approx(salar["percentile"], abs=1.5)
    assert brine.score == pytest.approx(salar["score"], abs=1e-4)


def test_explain_outside_the_region_is_refused(atacama_run):
    """Swapped coordinates are the usual mistake."""
    with pytest.raises(OutputError, match="Give longitude first"):
        explain(prospector.open_run(atacama_run), -22.275, -68.90)


def test_a_folder_of_other_files_is_not_replaced(planted_screening, tmp_path):
    """What is not a run is not touched."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="holds files but no run"):
        prospector.write(planted_screening, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_failed_write_leaves_the_earlier_run(planted_screening, tmp_path, monkeypatch):
    """The disk fills in the middle: the earlier run stays, nothing half-written is left."""
    folder = prospector.write(planted_screening, tmp_path / "run")
    before = (folder / "run.json").read_bytes()

    def full_disk(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("prospector.writing.write_map", full_disk)
    with pytest.raises(OutputError, match="No space left"):
        prospector.write(planted_screening, folder)
    assert (folder / "run.json").read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["run"]


def test_a_folder_without_a_run_does_not_open(tmp_path):
    """The remedy says what to give."""
    with pytest.raises(OutputError, match=r"holds no run.json"):
        prospector.open_run(tmp_path)


def framed(picture):
    """Return the page that a notebook's frame holds, as a browser reads it."""
    [page] = re.findall(r'<iframe srcdoc="([^"]*)"', picture._repr_html_())
    return unescape(page)


def test_show_gives_the_map_of_a_screening_for_a_notebook(planted_screening, tmp_path):
    """The map that `write` writes, in a frame, but for the links to pages that lie beside no notebook."""
    write_map(plain_payload(planted_screening), tmp_path / "map.html")
    assert framed(prospector.show(planted_screening)) == (tmp_path / "map.html").read_text("utf-8")


@pytest.mark.parametrize("given", [prospector.open_run, Path, str])
def test_show_gives_the_map_of_a_run(atacama_run, given):
    """Reopened, or by the path of its folder."""
    shown = framed(prospector.show(given(atacama_run)))
    assert shown == (atacama_run / "map.html").read_text("utf-8")


def test_a_folder_without_a_map_is_not_shown(tmp_path):
    """The remedy says what to give."""
    with pytest.raises(OutputError, match=r"holds no map\.html\. Give a folder that a screening"):
        prospector.show(tmp_path)


def test_a_shown_map_is_ascii(tmp_path):
    """A host page of any charset, or of none, leaves it as it is; so its policy still knows its scripts."""
    (tmp_path / "map.html").write_text('<p title="Ñandú">9 ‰ & more</p>', encoding="utf-8")
    shown = prospector.show(tmp_path)
    assert shown._repr_html_().isascii()
    assert framed(shown) == '<p title="Ñandú">9 ‰ & more</p>'
