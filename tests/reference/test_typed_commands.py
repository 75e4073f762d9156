"""Every command that the documents show is run, or named in a list with the reason why not."""

import shutil
from pathlib import Path

import pytest
from reference.made_pages import ROOT
from reference.typed_commands import (
    DOCUMENTS,
    OTHERS,
    TARGET_ID,
    others_in,
    typed_as,
    typed_in,
    write_desk,
)

import prospector

PAGES = [page for page in DOCUMENTS if page.name != "CHANGELOG.md"]
TYPED = sorted({line for page in PAGES for line in typed_in(page)})
OF_OTHERS = sorted({line for page in PAGES for line in others_in(page)})

SERVICE = "asks an official service; tests/sources/test_fetch_command.py runs the command against a stand-in"
CLUSTER = (
    "needs a cluster and S3; tests/compute/test_scaling_out.py and test_object_server.py run both"
)
NOT_RUN = {
    "prospector fetch layers/atacama chile_concessions": SERVICE,
    "prospector fetch layers/atacama chile_concessions --check": SERVICE,
    "prospector fetch layers/atacama segemar_250k --layer units --layer faults": SERVICE,
    "prospector fetch myregion usgs_mrds --bounds -70 -25 -68 -23": SERVICE,
    "prospector screen myregion --dask tcp://SCHEDULER:8786 --store s3://bucket/myregion --out run": CLUSTER,
}

ARGUMENTS = sorted({typed_as(line) for line in TYPED if line not in NOT_RUN})
"""Of each command, what is run; with fewer nulls and one process where that is an option."""

EXAMPLE_FILES = "python -c \"import prospector.synthetic as s; s.write_own_files('maps')\""
WORKER = "dask worker tcp://SCHEDULER:8786 --nthreads 1 --no-nanny --local-directory /scratch"
ELSEWHERE = {
    EXAMPLE_FILES: "drafting/test_own_region_page.py",
    "python docs/pictures/draw.py RUN": "browser/test_guide_pictures.py",
    "make docs": "reference/test_site.py",
    "make references": "reference/test_made_pages.py",
    "python tests/damage.py": "runs/test_damage.py",
    "python tests/third_party.py": "test_third_party.py",
    "python tests/oldest.py": "test_oldest.py",
    "pytest tests/map/test_page_script.py --renew": "map/test_page_script.py",
    "pytest tests/browser/test_pictures.py --renew": "browser/test_pictures.py",
    "dask scheduler": "compute/test_scaling_out.py",
    "dask scheduler --port 8786": "compute/test_scaling_out.py",
    WORKER: "compute/test_scaling_out.py",
    "make fuzz": "test_fuzz.py",
    "make faults": "test_faults.py",
    "make services": "sources/test_fetch_arcgis.py",
    "make jupyterlab": "browser/test_jupyterlab.py",
    "make demo": "reference/test_typed_commands.py",
}  # fmt: skip
"""Of other programs: the test that runs the command, what it does, or its short form."""

NETWORK = "installs from the package index"
SOURCES = (
    "reads the Atacama's reference sources, which are not in this repository; the page says so"
)
REASONS = {
    "make test": "runs this test",
    "make check": "runs this test",
    "python -m pytest tests/targets": "runs tests that are run beside this one",
    "make gates": "CI runs it before the tests",
    "make bench": "takes about an hour",
    "make whole": "takes about forty minutes",
    "make power": "takes about half an hour",
    "make oldest": NETWORK,
    "make lock": NETWORK,
    "source .venv/bin/activate": "opens the environment in the reader's own shell",
    "python3 -m venv .venv": "the Makefile does the same before every target",
    "py -m venv .venv": "for Windows, which was not at hand; the page says so",
    "pip install .": NETWORK,
    "pip install '.[xarray]'": NETWORK,
    "python layers/tools/compile_atacama.py FOLDER": SOURCES,
    "python layers/tools/compare_atacama.py FOLDER": SOURCES,
    "python tests/benchmarks/bench_screening.py RESULT strip": "takes minutes; `make bench` runs the script",
    "pip install 'prospector-geo[parquet]'": NETWORK,
    "pip install 'prospector-geo[xarray]'": NETWORK,
    'pip install "prospector-geo[dask]" s3fs': NETWORK,
    "docker build -t prospector .": "no container daemon was at hand; the page says so",
    "docker compose up --scale worker=16": "no container daemon was at hand; the page says so",
}
"""Of other programs: why no test runs the command."""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder of a reader of the documents, with runs of its region."""
    folder = write_desk(tmp_path_factory.mktemp("documents") / "desk")
    run = prospector.write(
        prospector.screen(folder / "myregion", quick=True, workers=1), folder / "out" / "myregion"
    )
    for name in ("january", "june"):
        shutil.copytree(run, folder / "out" / name)
    return folder


@pytest.fixture
def desk(written, tmp_path, monkeypatch):
    """A copy of it, in which a test stands."""
    folder = Path(shutil.copytree(written, tmp_path / "desk"))
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=" ".join)
def test_a_command_of_the_documents_ends_well(arguments, desk, command):
    """On a made-up region by the names that the pages use; what it prints is no error."""
    first = prospector.open_run(desk / "out" / "myregion").targets["target_id"].iloc[0]
    places = {TARGET_ID: first}
    words = [places.get(word, word).replace("~", str(desk / "home"), 1) for word in arguments]
    if words[0] == "init":
        shutil.rmtree(desk / words[1], ignore_errors=True)
    elif "cobre" in words:
        assert command("init", "cobre", "maps").returncode == 0
    ended = command(*words)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip()
    assert "error:" not in ended.stderr


def test_every_command_of_prospector_is_run():
    """But for those that need a service or a cluster, which stand in a page still."""
    assert set(NOT_RUN) <= set(TYPED)
    assert len(TYPED) > 60
    tried = {line.split()[1] for line in TYPED if line not in NOT_RUN}
    shown = {line.split()[1] for line in TYPED}
    assert shown - tried == {"fetch"}


def test_every_command_of_another_program_is_run_or_has_its_reason():
    """None is forgotten, and none that no page shows stays in the lists."""
    assert OTHERS[0] == "make"
    assert set(ELSEWHERE) | set(REASONS) == set(OF_OTHERS)
    assert not set(ELSEWHERE) & set(REASONS)
    for file in ELSEWHERE.values():
        assert (ROOT / "tests" / file).is_file(), file
