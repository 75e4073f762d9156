"""What a layer does not resolve reads "within 10 km" on every page; drawn is said of a feature."""

import json
import shutil

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from plain_payload import plain_payload

import prospector
from prospector.numerals import figure
from prospector.pages.answers import explanation_lines
from prospector.pages.dossier import dossier_page
from prospector.pages.findings import Findings
from prospector.pages.report import report_page
from prospector.words.language import language, standing_sentences

MODEL = "porphyry_copper"


@pytest.fixture(scope="module")
def screening(planted, tmp_path_factory):
    """The planted region: its fault drawn to within 10 km, and a surveyed one 40 km to the east."""
    region = tmp_path_factory.mktemp("within") / "region"
    shutil.copytree(planted, region)
    drawn = gpd.read_file(region / "faults.geojson").to_crs("EPSG:32719")
    surveyed = drawn.assign(geometry=shapely.affinity.translate(drawn.geometry.iloc[0], 40_000))
    both = pd.concat([drawn, surveyed], ignore_index=True)
    both = both.assign(schematic=[True, False], tolerance_m=[10_000.0, 500.0])
    both.to_crs("EPSG:4326").to_file(region / "faults.geojson", driver="GeoJSON")
    return prospector.screen(region, deposit_models=[MODEL], quick=True, workers=1)


@pytest.fixture(scope="module")
def run(screening, tmp_path_factory):
    """Its run folder, reopened."""
    folder = tmp_path_factory.mktemp("within_run") / "run"
    return prospector.open_run(prospector.write(screening, folder))


@pytest.fixture(scope="module")
def within(screening):
    """Rows of the distance to the faults, by whether the target's value is resolved."""
    table = screening.contributions
    table = table[(table["evidence"] == "domeyko") & (table["contribution"].abs() >= 0.1)]
    return table[table["at_tolerance"]]


def test_targets_along_the_drawn_fault_lie_within_10_km_of_it(screening, within):
    """Their value is 10 km and comes from a drawing; those along the surveyed fault say neither."""
    assert within["value"].round(6).eq(10.0).any()
    assert within.loc[within["value"].round(6) == 10.0, "schematic"].all()
    table = screening.contributions
    assert not table.loc[table["evidence"] != "domeyko", ["at_tolerance", "schematic"]].any(
        axis=None
    )


def test_the_tables_words_say_within(screening, within):
    """evidence_for and evidence_against."""
    targets = screening.targets.set_index("target_id")
    for row in within.itertuples():
        words = targets.loc[row.target_id, ["evidence_for", "evidence_against"]].str.cat(sep=" ")
        assert f"Domeyko fault system within {figure(row.value)} km" in words


def test_report_and_dossier_say_within(run, within, page_of):
    """In both languages."""
    first = within.iloc[0]
    page = page_of(dossier_page(Findings(run), first["target_id"], language("en"))).text
    assert f"within {figure(first['value'])} km" in page
    spanish = page_of(dossier_page(Findings(run), first["target_id"], language("es"))).text
    assert f"a no más de {figure(first['value'])}".replace(".", ",") in spanish
    assert "within 10 km" in page_of(report_page(Findings(run), language("en"))).text
    assert "partly schematic" in page_of(report_page(Findings(run), language("en"))).text


def test_a_place_on_the_fault_lies_within_10_km_of_it(run, screening, within):
    """`explain` reads the run folder alone, and says that only a part of the evidence is drawn."""
    ten = within[within["value"].round(6) == 10.0].iloc[0]
    target = screening.targets.set_index("target_id").loc[ten["target_id"]]
    place = float(target["longitude"]), float(target["latitude"])
    lines = explanation_lines(prospector.explain(run, *place)[0], run, *place)
    assert any("Domeyko fault system within 10 km (partly schematic)" in line for line in lines)


def test_the_map_marks_the_same_values(screening, within):
    """By the place of the evidence in each target."""
    model = plain_payload(screening)["models"][0]
    table = screening.contributions
    for target in model["targets"]:
        rows = table[table["target_id"] == target["target_id"]].reset_index(drop=True)
        assert target["unresolved"] == rows.index[rows["at_tolerance"]].tolist()
        assert target["surveyed"] == ([] if rows["schematic"].iloc[0] else [0])
    assert any(target["surveyed"] for target in model["targets"])
    fault = model["evidence"][0]
    assert (fault["schematic"], fault["partly"]) == (True, True)
    layer = next(one for one in plain_payload(screening)["layers"] if one["key"] == "faults")
    assert (layer["schematic"], layer["partly"], layer["surveyed"]) == (True, True, [1])


def test_the_effective_resolution_is_derived_from_the_evidence(screening, run):
    """The drawn fault's 10 km and the relief's cells of 4.3 km, once in the record and alike everywhere."""
    sentence = (
        "Effective resolution of the evidence: distance to the Domeyko fault system 10 km, "
        "elevation 4.3 km. Cells of 2000 m do not add detail to it."
    )
    assert screening.sentences()[1] == sentence
    assert run.record["resolution"] == [
        {"evidence": "distance to the Domeyko fault system", "resolution_m": 10_000.0},
        {"evidence": "elevation", "resolution_m": pytest.approx(4333.3, abs=0.1)},
    ]
    assert list(Findings(run).sentences(language("en"))) == screening.sentences()
    assert list(standing_sentences(screening, language("en"))) == screening.sentences()
    assert sentence in json.loads((run.folder / "run.json").read_text("utf-8"))["sentences"]


def test_where_nothing_is_stated_that_is_said(planted_screening):
    """A fault without scale and tolerance."""
    assert "4.3 km; not stated: distance to the Domeyko" in planted_screening.sentences()[1]
