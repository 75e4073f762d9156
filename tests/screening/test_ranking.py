"""One deposit model over a region: its numbers agree with the maps that they were taken from."""

import hashlib
import json

import numpy as np
import pytest
import shapely

import prospector

MODEL = "porphyry_copper"


@pytest.fixture
def ranking(planted_screening):
    """The planted region's copper."""
    return planted_screening.rankings[MODEL]


@pytest.fixture(scope="module")
def stated(planted):
    """The planted region's copper by stated memberships: nothing is learned."""
    screening = prospector.screen(planted, estimator="fuzzy", quick=True, workers=1)
    return screening, screening.rankings[MODEL]


def cells_within(screening, outline):
    """Which cells of the grid have their centre in an outline, (rows, columns)."""
    easting, northing = np.meshgrid(*screening.grid.axes())
    return shapely.contains_xy(outline, easting, northing)


def test_a_targets_numbers_are_the_means_of_its_cells(planted_screening, ranking):
    """Score, highest score and evidence of each rank, read from the maps under its outline."""
    outlines = ranking.targets.to_crs(planted_screening.grid.crs).geometry
    for place, outline in enumerate(outlines):
        inside = cells_within(planted_screening, outline)
        score = ranking.score.values[inside]
        row = ranking.targets.iloc[place]
        assert row["score"] == pytest.approx(score.mean(), abs=1e-4)
        assert row["score_max"] == pytest.approx(score.max(), abs=1e-4)
        means = [evidence.raster.values[inside].mean() for evidence in ranking.evidence]
        assert ranking.target_evidence[place] == pytest.approx(means, rel=1e-4)
    assert len(outlines) > 3


def test_percentiles_are_places_among_all_scored_cells(ranking):
    """Counted from the map of the score; ties count half."""
    scores = ranking.score.values[np.isfinite(ranking.score.values)]
    assert ranking.distribution.total == scores.size
    for score, percentile in zip(
        ranking.targets["score"], ranking.targets["percentile"], strict=True
    ):
        below = ((scores < score - 5e-5).sum() + (scores < score + 5e-5).sum()) / 2
        assert percentile == pytest.approx(below / scores.size * 100, abs=0.1)


def test_what_is_not_learned_places_deposits_among_all_cells(stated):
    """A deposit's place lies among those of the cells around; no replica, no contrast, no applicability."""
    screening, ranking = stated
    at = ranking.deposits.to_crs(screening.grid.crs).geometry
    row, column, _ = screening.grid.index(at.x.to_numpy(), at.y.to_numpy())
    around = [
        ranking.distribution.percentile(ranking.score.values[row + up, column + side].astype(float))
        for up in (-1, 0, 1)
        for side in (-1, 0, 1)
    ]
    places = ranking.deposits["percentile_out_of_fold"].to_numpy()
    trained = ranking.deposits["trains"].to_numpy()
    low, high = np.min(around, axis=0)[trained], np.max(around, axis=0)[trained]
    assert (places[trained] >= low - 0.5).all()
    assert (places[trained] <= high + 0.5).all()
    assert np.isnan(places[~trained]).all()
    assert (ranking.contrasts, ranking.applicability, ranking.backtests) == (None, None, ())


SOURCE = """
["{file}"]
origin = "a test"
citation = "a test"
licence = "a test"
date = "a test"
scale = "a test"
coverage = "a test"
schematic = true
sha256 = "{sha256}"
done = "drawn"
"""


def test_a_tolerance_is_told_of_distances_alone(region):
    """Faults drawn 3 km off and a relief 2 km off: the distance says 3, elevation nothing."""
    toml = region / "region.toml"
    text, sources = toml.read_text("utf-8"), ""
    for name, file, off in (("faults", "faults.geojson", 3000), ("relief", "relief.tif", 2000)):
        text = text.replace(f'role = "{name}"\n', f'role = "{name}"\ntolerance_m = {off}\n')
        digest = hashlib.sha256((region / file).read_bytes()).hexdigest()
        sources += SOURCE.format(file=file, sha256=digest)
    toml.write_text(text, "utf-8")
    (region / "SOURCES.toml").write_text(sources, "utf-8")
    ranking = prospector.screen(region, quick=True, workers=1).rankings[MODEL]
    shown = {
        evidence.name: (evidence.schematic, evidence.tolerances_km) for evidence in ranking.evidence
    }
    assert shown == {"domeyko": (True, (3.0,)), "elevation": (True, ())}


def test_the_record_is_json_and_counts_what_there_is(ranking):
    """As run.json keeps it: evidence in the order of the fit, notices sorted."""
    record = json.loads(json.dumps(ranking.as_record()))
    assert record["n_targets"] == len(ranking.targets)
    assert [evidence["name"] for evidence in record["evidence"]] == [
        column.name for column in ranking.estimation.training.columns
    ]
    codes = [notice["code"] for notice in record["notices"]]
    assert codes == [notice.code for notice in sorted(ranking.notices)]
    assert record["backtests"] == []
    assert record["deposit_number"] is None


def test_a_run_keeps_the_quality_of_its_evidence(planted_screening):
    """With the loss by permutation that the skill holds, on the cells of a look at the ground."""
    ranking = planted_screening.rankings["porphyry_copper"]
    drops = {column: group.drop for group in ranking.skill.importance for column in group.evidences}
    assert {quality.column: quality.adds for quality in ranking.quality} == drops
    record = ranking.as_record()["quality"]
    assert [row["column"] for row in record] == [quality.column for quality in ranking.quality]
    assert all(row["cover"] == 1.0 and row["target_m"] > 0 for row in record)
