"""Names that become paths stay in the run folder, whoever gave them."""

import shutil
import sqlite3
from dataclasses import replace

import pytest
from sealing import reseal

import prospector
from prospector.errors import OutputError
from prospector.pages.findings import Findings
from prospector.runs.explain import explain
from prospector.runs.inside import inside
from prospector.runs.run import Run, open_run
from prospector.runs.score_polygons import scored_by

MODEL = "porphyry_copper"
LEADS_OUT = r"points outside the folder .*\. Correct the name"


def all_below(folder):
    """Every file, link and folder, with what the files hold."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.fixture
def run(planted_run, tmp_path):
    """A copy of the planted region's run that a test may spoil."""
    return shutil.copytree(planted_run, tmp_path / "run")


def test_a_path_is_made_of_names(tmp_path):
    """Whether it is there or not, and through a link that stays in the folder."""
    (tmp_path / "model").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "model")
    assert inside(tmp_path, "model", "score.tif") == tmp_path / "model" / "score.tif"
    assert inside(tmp_path, "link", "score.tif") == tmp_path / "link" / "score.tif"


@pytest.mark.parametrize("name", ["../x", "..", "/x", "a/x", "a/../../../x", "x\0"])
def test_a_name_that_is_a_path_of_its_own_is_refused(tmp_path, name):
    """Up, absolute, down, up again, and what no file can be called."""
    with pytest.raises(OutputError, match=LEADS_OUT):
        inside(tmp_path, name, "score.tif")


def test_a_link_that_leads_out_is_refused(tmp_path):
    """Of the file or of a folder on the way, and one that leads to itself."""
    (tmp_path / "run" / "model").mkdir(parents=True)
    (tmp_path / "mine.tif").write_text("mine")
    (tmp_path / "run" / "model" / "score.tif").symlink_to(tmp_path / "mine.tif")
    (tmp_path / "run" / "up").symlink_to(tmp_path)
    for names in (("model", "score.tif"), ("up", "mine.tif")):
        with pytest.raises(OutputError, match=LEADS_OUT):
            inside(tmp_path / "run", *names)
    (tmp_path / "link").symlink_to(tmp_path / "run")
    assert inside(tmp_path / "link", "model", "new.tif").parent.is_dir()


def spoil_evidence(screening):
    ranking = screening.rankings[MODEL]
    first, *others = ranking.evidence
    spoilt = replace(ranking, evidence=(replace(first, name="../../../x"), *others))
    return replace(screening, rankings={MODEL: spoilt})


def spoil_model(screening):
    return replace(screening, rankings={"../x": screening.rankings[MODEL]})


def spoil_target(screening):
    ranking = screening.rankings[MODEL]
    ids = ["../../../x", *ranking.targets["target_id"][1:]]
    targets = ranking.targets.assign(target_id=ids)
    return replace(screening, rankings={MODEL: replace(ranking, targets=targets)})


@pytest.mark.parametrize("spoil", [spoil_evidence, spoil_model, spoil_target])
def test_no_name_leads_what_is_written_out_of_the_run(planted_screening, tmp_path, spoil):
    """Evidence, deposit model or target: nothing is written, a file outside stays as it is."""
    for name in ("x.tif", "x.html"):
        (tmp_path / name).write_text("precious")
    before = all_below(tmp_path)
    with pytest.raises(OutputError, match=LEADS_OUT):
        prospector.write(spoil(planted_screening), tmp_path / "run")
    assert all_below(tmp_path) == before


READERS = {
    "score": lambda run, name: run.score(name),
    "evidence": lambda run, name: run.evidence(name),
    "explain": lambda run, name: explain(run, -69.0, -24.5),
    "distribution": lambda run, name: run.distribution(name),
    "score of a page": lambda run, name: Findings(run).models[name].score,
    "training": lambda run, name: Findings(run).models[name].trained_on,
    "effects": lambda run, name: Findings(run).models[name].effects,
    "polygons": scored_by,
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_no_deposit_models_name_leads_what_is_read_out_of_the_run(run, read):
    """A run beside this one is not read under a name of this one, though its files are there."""
    shutil.copytree(run / MODEL, run.parent / "beside")
    record = open_run(run).record
    figures = {"../beside": record["deposit_models"][MODEL]}
    with pytest.raises(OutputError, match=LEADS_OUT):
        read(Run(run, record | {"deposit_models": figures, "ranked": list(figures)}), "../beside")


def test_no_evidences_name_leads_what_is_read_out_of_the_run(run):
    """A raster that lies beside the run is not read as evidence of its own."""
    shutil.copy(run / MODEL / f"{MODEL}_score.tif", run.parent / "x.tif")
    opened = open_run(run)
    opened.record["deposit_models"][MODEL]["evidence"][0]["name"] = "../../../x"
    outline = opened.targets.to_crs(opened.grid.crs).geometry.iloc[0]
    for read in (
        lambda: opened.evidence(MODEL),
        lambda: explain(opened, -69.0, -24.5),
        lambda: Findings(opened).models[MODEL].rows_inside(outline),
    ):
        with pytest.raises(OutputError, match=LEADS_OUT):
            read()


def test_a_fit_that_is_made_again_reads_only_the_run(planted_screening, run):
    """An estimator that no file holds is fitted to training.csv of the run's own."""
    record = open_run(run).record
    figures = record["deposit_models"][MODEL]
    learned = figures | {"fitted": {"estimator": "forest"}}
    with pytest.raises(OutputError, match=LEADS_OUT):
        Run(run, record | {"deposit_models": {"../beside": learned}}).fitted("../beside")


def rename_target(run, name):
    """Give the first target of prospects.gpkg another id, as any tool could."""
    with sqlite3.connect(run / "prospects.gpkg") as package:
        for function in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            package.create_function(function, 1, lambda _: 0)
        package.execute("UPDATE targets SET target_id = ? WHERE rank = 1", (name,))
    package.close()
    reseal(run)


def test_a_dossier_is_written_into_the_run_alone(run):
    """An id of prospects.gpkg that is a path is refused, as is one that the run does not have."""
    rename_target(run, "../../../x")
    before = all_below(run.parent)
    with pytest.raises(OutputError, match=LEADS_OUT):
        prospector.dossier(run, "../../../x")
    with pytest.raises(OutputError, match="has no target"):
        prospector.dossier(run, "../../../y")
    assert all_below(run.parent) == before


def test_a_dossier_follows_no_link_out_of_the_run(run):
    """Its folder may be a link of somebody's."""
    outside = run.parent / "outside"
    shutil.move(run / MODEL / "dossiers", outside)
    (run / MODEL / "dossiers").symlink_to(outside)
    before = all_below(outside)
    with pytest.raises(OutputError, match=LEADS_OUT):
        prospector.dossier(run, open_run(run).targets["target_id"].iloc[0])
    assert all_below(outside) == before


def test_an_estimator_that_is_fitted_again_has_its_settings(planted_screening, run):
    """Boosting with bound signs, as the run's deposit model states it: no evidence runs against them."""
    record = open_run(run).record
    figures = record["deposit_models"][MODEL]
    model = figures["model"] | {"estimator": figures["model"]["estimator"] | {"signs": "bound"}}
    bound = figures | {"model": model, "fitted": figures["fitted"] | {"estimator": "boosting"}}
    del bound["fitted"]["linear"]
    fitted = Run(run, record | {"deposit_models": {MODEL: bound}}).fitted(MODEL)
    expected = [evidence["expected"] for evidence in figures["evidence"]]
    assert fitted.estimator.signs == "bound"
    assert list(fitted.estimator.expected) == expected
