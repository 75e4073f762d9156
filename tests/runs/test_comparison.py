"""Two runs compared: titles, opened ground, targets, and why."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
import shapely.affinity
from sealing import reseal

import prospector
from prospector import synthetic
from prospector.errors import Notice, OutputError
from prospector.pages.comparison_lines import FILE_COLUMNS, change_lines, write_changes
from prospector.runs.causes import Cause
from prospector.runs.comparison import CHANGE_COLUMNS, SHIFT_COLUMNS, compare
from prospector.runs.run import open_run

CRS = synthetic.CRS
KM = 1000.0
REGISTER = """
[layers.register]
role = "concessions"
file = "register.geojson"
coverage = "whole.geojson"
as_of = "{as_of}"

[layers.protected]
role = "protected"
file = "park.geojson"
coverage = "whole.geojson"
"""


def square(east_km, north_km, side_km=10.0):
    west, south = synthetic.WEST + east_km * KM, synthetic.SOUTH + north_km * KM
    return shapely.box(west, south, west + side_km * KM, south + side_km * KM)


def screened(planted, folder, titles, as_of):
    """Return the run of the planted region with titles of (id, class, holder, outline)."""
    region = Path(shutil.copytree(planted, folder / "region"))
    columns = ["concession_id", "tenure_class", "holder", "geometry"]
    register = gpd.GeoDataFrame(pd.DataFrame(titles, columns=columns), crs=CRS)
    register.to_file(region / "register.geojson", driver="GeoJSON")
    whole = gpd.GeoDataFrame(geometry=[square(-50, -50, 300)], crs=CRS)
    whole.to_file(region / "whole.geojson", driver="GeoJSON")
    park = gpd.GeoDataFrame({"name": ["Park"]}, geometry=[square(20, 20, 1)], crs=CRS)
    park.to_file(region / "park.geojson", driver="GeoJSON")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(REGISTER.format(as_of=as_of))
    return prospector.write(
        prospector.screen(region, quick=True, workers=1), folder / "run", dossiers=0
    )


@pytest.fixture(scope="module")
def earlier(planted, tmp_path_factory):
    """A run with four titles."""
    titles = [
        ("gone", "held", "A SA", square(30, 30)),
        ("sold", "held", "A SA", square(50, 30)),
        ("kept", "held", "B SA", square(70, 30)),
        ("late", "held", "B SA", square(30, 50)),
    ]
    return screened(planted, tmp_path_factory.mktemp("earlier"), titles, "2025-01-31")


@pytest.fixture(scope="module")
def later(planted, tmp_path_factory):
    """A run in which one title is gone, one sold, one lapsed, and one is new on open ground."""
    titles = [
        ("sold", "held", "C SA", square(50, 30)),
        ("kept", "held", "B SA", square(70, 30)),
        ("late", "lapsed", "B SA", square(30, 50)),
        ("young", "applied_for", "D SA", square(50, 50)),
    ]
    return screened(planted, tmp_path_factory.mktemp("later"), titles, "2026-01-31")


@pytest.fixture(scope="module")
def moved(earlier, tmp_path_factory):
    """The earlier run with its first two targets changed in rank, and its third left out."""
    folder = Path(shutil.copytree(earlier, tmp_path_factory.mktemp("moved") / "run"))
    targets = open_run(earlier).targets
    targets.loc[[0, 1], "rank"] = [2, 1]
    targets.loc[1, "score"] += 0.02
    file = folder / "porphyry_copper" / "contributions.csv"
    parts = pd.read_csv(file, encoding="utf-8-sig")
    parts.loc[parts["target_id"] == targets["target_id"][1], "contribution"] += [1.5, 0.0]
    parts.to_csv(file, index=False)
    (folder / "prospects.gpkg").unlink()
    kept = targets.drop(index=2).sort_values("rank")
    pyogrio.write_dataframe(kept, folder / "prospects.gpkg", layer="targets", driver="GPKG")
    reseal(folder)
    return folder


def test_titles_that_came_went_lapsed_and_changed(earlier, later):
    """Each once, with what the register said before and after; one that stayed is not told."""
    table = compare(earlier, later).table
    titles = table[table["what"] == "concession"].set_index("id")
    assert titles["change"].to_dict() == {
        "young": "new", "gone": "gone", "late": "lapsed", "sold": "changed",
    }  # fmt: skip
    assert titles["class_before"].to_dict() == {
        "young": "", "gone": "held", "late": "held", "sold": "held",
    }  # fmt: skip
    assert titles["holder_before"].to_dict() == {
        "young": "", "gone": "A SA", "late": "B SA", "sold": "A SA",
    }  # fmt: skip
    assert titles.loc["sold", ["class_after", "holder_after"]].tolist() == ["held", "C SA"]
    assert titles["area_ha"].tolist() == pytest.approx([10_000] * 4, rel=1e-6)


def titles_of(run, folder, change):
    """A copy of a run whose register was changed."""
    copy = Path(shutil.copytree(run, folder))
    layers = {
        str(name): open_run(run).layer(str(name))
        for name, geometry_type in pyogrio.list_layers(run / "prospects.gpkg")
        if geometry_type
    }
    layers["concessions"] = change(layers["concessions"])
    (copy / "prospects.gpkg").unlink()
    for name, table in layers.items():
        pyogrio.write_dataframe(table, copy / "prospects.gpkg", layer=name, driver="GPKG")
    reseal(copy)
    return copy


def test_a_title_that_was_drawn_anew_is_the_same(earlier, tmp_path):
    """Another id, same file number and kind, most ground in common; one with another number is not."""

    def numbered(titles):
        return titles.assign(file_number=["1", "2", "3", ""], kind="mine")

    def redrawn(titles):
        moved = numbered(titles).to_crs(CRS)
        moved["concession_id"] = [f"new {one}" for one in moved["concession_id"]]
        moved["file_number"] = ["1", "9", "3", ""]
        moved["geometry"] = [
            shapely.affinity.translate(outline, east * KM)
            for outline, east in zip(moved.geometry, (1, 1, 6, 1), strict=True)
        ]
        return moved.to_crs("EPSG:4326")

    one = titles_of(earlier, tmp_path / "one", numbered)
    other = titles_of(earlier, tmp_path / "other", redrawn)
    table = compare(one, other).table
    titles = table[table["what"] == "concession"]
    assert titles["change"].value_counts().to_dict() == {"new": 3, "gone": 3, "changed": 1}
    [same] = titles[titles["change"] == "changed"].to_dict("records")
    assert (same["id"], same["earlier_id"]) == ("new gone", "gone")


def test_ground_opens_and_closes_by_its_hectares(earlier, later):
    """Two squares of 10,000 ha opened, one was taken; backwards it is the other way round."""
    table = compare(earlier, later).table
    ground = table[table["what"] == "open ground"].groupby("change")["area_ha"].sum()
    assert ground.to_dict() == pytest.approx({"opened": 20_000, "closed": 10_000}, rel=1e-3)
    back = compare(later, earlier).table
    reverse = back[back["what"] == "open ground"].groupby("change")["area_ha"].sum()
    assert reverse.to_dict() == pytest.approx({"opened": 10_000, "closed": 20_000}, rel=1e-3)


def test_a_register_moves_no_target_and_is_named_as_cause(earlier, later):
    """Tenure is no evidence: ranks stay, and only the register's content and date differ."""
    changes = compare(earlier, later)
    assert "target" not in set(changes.table["what"])
    assert changes.causes == {
        "": (
            Cause("layer_content", "register", "concessions"),
            Cause("tenure_as_of", before="2025-01-31", after="2026-01-31"),
        )
    }


def test_a_run_does_not_differ_from_itself(earlier):
    """No change, no cause, no notice."""
    changes = compare(earlier, earlier)
    assert (len(changes.table), changes.causes, changes.notices) == (0, {}, ())
    assert list(changes.table.columns) == [*CHANGE_COLUMNS, "geometry"]


def test_targets_that_rose_fell_and_went_say_why(earlier, moved):
    """The second rose by its score, the first fell because the other moved past it."""
    targets = open_run(earlier).targets
    changes = compare(earlier, moved)
    table = changes.table.set_index("id")
    rose, fell, went = (table.loc[targets["target_id"].iloc[place]] for place in (1, 0, 2))
    assert (rose["change"], rose["rank_before"], rose["rank_after"]) == ("rose", 2, 1)
    assert rose["score_shift"] == pytest.approx(0.02)
    assert (fell["change"], fell["rank_before"], fell["rank_after"]) == ("fell", 1, 2)
    assert fell["score_shift"] == 0
    assert (went["change"], went["rank_before"]) == ("went", 3)
    assert pd.isna(went["rank_after"])
    assert pd.isna(went["score_shift"])
    [shift] = changes.shifts.to_dict("records")
    assert list(shift) == list(SHIFT_COLUMNS)
    assert (shift["id"], shift["of"]) == (rose.name, "evidence")
    assert shift["shift"] == pytest.approx(1.5)
    back = compare(moved, earlier).table.set_index("id")
    assert back.loc[went.name, "change"] == "came"


def test_words_of_changes_are_made_last(earlier, moved, tmp_path):
    """On the terminal in English, in the files in the language of the later run."""
    targets, changes = open_run(earlier).targets, compare(earlier, moved)
    lines = list(change_lines(changes))
    [rose] = [line for line in lines if " rose, " in line]
    assert "rose, rank 2 to rank 1. score +0.0200; " in rose
    assert rose.endswith(" +1.50")
    [fell] = [line for line in lines if " fell, " in line]
    assert fell.endswith("fell, rank 1 to rank 2. score as before: others moved past it")
    spanish = replace(changes, language="es")
    package, table = write_changes(spanish, tmp_path / "cambios")
    rows = pd.read_csv(table, sep=";", decimal=",", encoding="utf-8-sig").set_index("id")
    assert sorted([*rows.columns, "id"]) == sorted(FILE_COLUMNS)
    assert rows.loc[targets["target_id"][1], "reasons"].startswith("puntaje +0,0200; ")
    assert rows.loc[targets["target_id"][0], "reasons"] == "mismo puntaje: otros lo adelantaron"
    assert rows["rank_before"].tolist() == changes.table["rank_before"].tolist()
    layer = pyogrio.read_dataframe(package)
    assert layer["rank_before"].tolist() == changes.table["rank_before"].tolist()
    assert list(layer)[:4] == ["what", "change", "deposit_model", "id"]


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (Cause("layer_new", "roads", "roads"), "layer 'roads' (roads) is new"),
        (Cause("layer_gone", "roads", "roads"), "layer 'roads' (roads) is gone"),
        (Cause("parameter", "seed", before=0, after=1), "parameter seed: 0, now 1"),
        (Cause("version", "numpy", before="1", after=None), "version of numpy: 1, now None"),
        (
            Cause("grid", "transform", before="x" * 50, after=""),
            f"grid transform: {'x' * 37}..., now ",
        ),
        (Cause("model_new"), "ranked in the later run only"),
        (Cause("evidence_gone", "faults"), "evidence faults is gone"),
    ],
)
def test_a_cause_is_told(earlier, cause, words):
    """In a line under the deposit model that it concerns."""
    changes = replace(compare(earlier, earlier), causes={"iron": (cause,)})
    assert list(change_lines(changes))[:2] == ["What differs: iron", f"  {words}"]


def test_what_a_run_lacks_is_not_compared_and_said(earlier, moved, planted_run):
    """Without a register no title is new: nothing is known of it."""
    for other in (moved, planted_run):
        changes = compare(earlier, other)
        assert set(changes.table["what"]) <= {"target"}
        assert changes.notices == (
            Notice("concessions-not-compared", "caution", {"runs": ["later"]}),
            Notice("open-ground-not-compared", "caution", {"run": "later"}),
        )


def test_runs_of_two_regions_are_refused(earlier, tmp_path):
    """Nothing could be said of them."""
    other = Path(shutil.copytree(earlier, tmp_path / "run"))
    record = json.loads((other / "run.json").read_text("utf-8"))
    record["region"]["name"] = "elsewhere"
    (other / "run.json").write_text(json.dumps(record), "utf-8")
    reseal(other)
    with pytest.raises(OutputError, match="Give two runs of the same region"):
        compare(earlier, other)


def test_changes_are_written_with_the_same_bytes(earlier, later, tmp_path):
    """A table and a layer of the same rows."""
    first = write_changes(compare(earlier, later), tmp_path / "a" / "changes")
    again = write_changes(compare(earlier, later), tmp_path / "b" / "changes")
    assert [one.read_bytes() for one in first] == [one.read_bytes() for one in again]
    assert len(gpd.read_file(first[0])) == len(pd.read_csv(first[1])) > 4
