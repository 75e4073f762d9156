"""What the tests share: a small planted region and the shipped one, each screened once."""

import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hostile import HOSTILE
from salars_law import write_salars_with_law

import prospector
from prospector import synthetic
from prospector.cli import main
from prospector.layers import EXCLUSION_ROLES

ATACAMA = Path(__file__).parent.parent / "layers" / "atacama"


LONG = (
    "test_faults", "runs/test_killed", "test_fuzz", "layers/test_sockets", "runs/test_damage",
    "validation/test_leaks", "browser/test_map_controls", "compute/test_resumed", "cli/test_cli",
    "browser/test_map_page", "browser/test_keyboard", "learning/test_estimation",
    "compute/test_cluster", "words/test_language", "compute/test_store",
    "compute/test_scaling_out", "reference/test_typed_commands", "test_notebooks", "cli/test_printed",
)  # fmt: skip
"""Files that begin first where several workers share the tests by file, lest one ends long after all."""


SERVERS = (
    "browser/", "compute/test_cluster", "compute/test_object_server", "compute/test_scaling_out",
    "test_notebooks", "cli/test_printed",
)  # fmt: skip
"""Tests that start a server on this machine, or a kernel; single ones have a fixture `server`."""


def _serves(item):
    """Return whether a test may open sockets to this machine; all others may open none."""
    of_room = item.nodeid.startswith(tuple(f"tests/{name}" for name in SERVERS))
    return of_room or "server" in item.fixturenames


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config, items):
    """Bar sockets where no test needs one; put what takes long first, after all is shuffled."""
    result = yield
    for item in items:
        if hasattr(item, "fixturenames") and not _serves(item):
            item.add_marker(pytest.mark.disable_socket)
    if config.pluginmanager.hasplugin("xdist"):
        place = {f"tests/{name}.py": number for number, name in enumerate(LONG)}
        items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONG)))
    return result


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """Folder of a synthetic region whose deposits follow a fault."""
    return synthetic.write_region(tmp_path_factory.mktemp("planted") / "region", cause="fault")


@pytest.fixture(scope="session")
def planted_screening(planted):
    """The planted region, screened quickly."""
    return prospector.screen(planted, quick=True, workers=1)


@pytest.fixture(scope="session")
def planted_full(planted):
    """The planted region with the whole validation: replicas, all nulls, one estimator beside."""
    return prospector.screen(planted, workers=1, beside=["weights-of-evidence"])


@pytest.fixture
def region(planted, tmp_path):
    """A copy of the planted region that a test may spoil."""
    return Path(shutil.copytree(planted, tmp_path / "region"))


@pytest.fixture(scope="session")
def bound_screening(planted, tmp_path_factory):
    """The planted region with bound ground of every role, a complete register, and so open ground."""
    region = Path(shutil.copytree(planted, tmp_path_factory.mktemp("bound") / "region"))
    toml = region / "region.toml"
    text = toml.read_text("utf-8")
    for place, role in enumerate(EXCLUSION_ROLES):
        west = 430_000 + 25_000 * place
        table = {"name": [f"{role} <b>one</b>", f"{role} two"], "class": ["strict", "partly"]}
        outlines = [shapely.box(west, s, west + 15_000, s + 30_000) for s in (7_230_000, 7_320_000)]
        frame = gpd.GeoDataFrame(table, geometry=outlines, crs="EPSG:32719")
        frame.to_file(region / f"{role}.geojson", driver="GeoJSON")
        text += f'\n[layers.{role}]\nrole = "{role}"\nfile = "{role}.geojson"\n'
    whole = shapely.box(400_000, 7_200_000, 600_000, 7_400_000)
    titles = gpd.GeoDataFrame(
        {"file_number": ["1", "2"], "kind": ["mine", "mine"], "state": ["held", "vacant"]},
        geometry=[
            shapely.box(480_000, 7_260_000, 520_000, 7_300_000),
            shapely.box(440_000, 7_340_000, 470_000, 7_360_000),
        ],
        crs="EPSG:32719",
    )
    titles.to_file(region / "titles.geojson", driver="GeoJSON")
    gpd.GeoDataFrame(geometry=[whole], crs="EPSG:32719").to_file(region / "whole.geojson")
    text += """
[layers.concessions]
role = "concessions"
file = "titles.geojson"
coverage = "whole.geojson"
as_of = "2026-01-31"
kinds = { mine = "mine" }
states = { held = "held", vacant = "vacant" }
"""
    toml.write_text(text, "utf-8")
    return prospector.screen(region, quick=True, workers=1)


@pytest.fixture(scope="session")
def atacama_screening():
    """The shipped region, screened quickly."""
    return prospector.screen(ATACAMA, quick=True, workers=1)


@pytest.fixture(scope="session")
def atacama_run(atacama_screening, tmp_path_factory):
    """Folder of the shipped region's run."""
    return prospector.write(atacama_screening, tmp_path_factory.mktemp("run") / "atacama")


@pytest.fixture(scope="session")
def planted_run(planted_screening, tmp_path_factory):
    """Folder of the planted region's run."""
    return prospector.write(planted_screening, tmp_path_factory.mktemp("planted_run") / "planted")


@pytest.fixture(scope="session")
def legal_screening(tmp_path_factory):
    """Salars of two countries, some with a regime, screened quickly."""
    region = write_salars_with_law(tmp_path_factory.mktemp("law") / "region")
    return prospector.screen(region, quick=True, workers=1)


@pytest.fixture(scope="session")
def legal_run(legal_screening, tmp_path_factory):
    """Folder of their run."""
    return prospector.write(
        legal_screening, tmp_path_factory.mktemp("legal_run") / "run", dossiers=0
    )


@pytest.fixture
def command(monkeypatch, capsys):
    """What runs a command in this process, which has loaded all, and returns how it ended."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["prospector", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, ended.value.code, printed.out, printed.err)

    return run


@pytest.fixture(scope="session")
def hostile_names():
    """Names that a page, a picture or a spreadsheet might take for something else."""
    return HOSTILE


@pytest.fixture(scope="session")
def hostile_run(planted, tmp_path_factory):
    """Folder of a run whose region and deposits have such names."""
    region = Path(shutil.copytree(planted, tmp_path_factory.mktemp("hostile") / "region"))
    file, toml = region / "deposits.geojson", region / "region.toml"
    deposits = gpd.read_file(file)
    deposits.loc[: len(HOSTILE) - 1, "name"] = HOSTILE
    deposits.to_file(file, driver="GeoJSON")
    title = 'title = "Synthetic <b onclick=1>{{7*7}}</b>"'
    toml.write_text(toml.read_text("utf-8").replace('title = "Synthetic region"', title), "utf-8")
    return prospector.write(prospector.screen(region, quick=True, workers=1), region.parent / "run")


class Page(HTMLParser):
    """What a page holds: tags with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def every(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    def harmless(self):
        """No script, no handler, no address but within the run folder."""
        assert not {name for name, _ in self.tags} & {"script", "img", "iframe", "object", "link"}
        for _, attributes in self.tags:
            assert not [key for key in attributes if key.startswith("on")]
            for key in ("src", "href", "xlink:href"):
                value = attributes.get(key) or ""
                assert ":" not in value or value.startswith("data:image/png")
        return True


@pytest.fixture(scope="session")
def page_of():
    """Return what reads a page: from a file, or from its text."""
    return lambda page: Page(page if isinstance(page, str) else page.read_text("utf-8"))


def pytest_addoption(parser):
    """Say how what is kept to be compared with is made anew."""
    parser.addoption("--renew", action="store_true", help="write kept payloads and pictures anew")
