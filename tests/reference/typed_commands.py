"""Every command that the documents show, as it is typed, and the folder in which a reader would type it."""

import json
import re
import shlex
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
import typer
from reference.made_pages import DOCS, ROOT

from prospector import synthetic
from prospector.cli.commands import app

DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "layers" / "README.md"],
    key=lambda page: page.as_posix(),
)
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
COMMANDS = typer.main.get_command(app).commands
BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
OTHERS = ("make", "python", "python3", "py", "source", "pytest", "pip", "dask", "docker")
"""Programs beside prospector that a reader is asked to run; a script by its own name is one, too."""

TARGET_ID = "PCU-1a2b3c"
"""What the page on commands writes for the id of a target."""

STANDS_FOR = {
    "REGION": "myregion", "layers/atacama": "myregion", "RUN": "out/myregion", "out/atacama": "out/myregion",
    "RUN_A": "out/january", "RUN_B": "out/june", "FILE": "blocks.shp", "ROLE": "protected", "FOLDER": "new",
    "COMMAND": "screen", "TARGET_ID": TARGET_ID,
}  # fmt: skip
NAMES = {"models": "iocg", "sources": "segemar_250k"}
"""What `NAME` stands for, by command."""

CHEAPER = {
    "screen": ("--quick", "--workers=1"), "backtest": ("--workers=1",), "rerun": ("--workers=1",),
    "compare-estimators": ("--quick", "--workers=1", "--estimator=logistic"),
}  # fmt: skip
"""Options that a test adds to a command: fewer nulls, one process, one estimator."""

YEARS = "backtest_years = [1980]\n"
REGISTER = """
[layers.concessions]
role = "concessions"
file = "titles.geojson"
coverage = "whole.geojson"
as_of = "2026-01-31"
kinds = { mine = "mine" }
states = { held = "held" }

[layers.towns]
role = "towns"
file = "towns.geojson"
"""


def named(page: Path) -> str:
    """Return a page's path in the repository."""
    return page.relative_to(ROOT).as_posix()


def prose_of(page: Path) -> str:
    """Return a page without its blocks of code."""
    return FENCE.sub("", page.read_text("utf-8"))


def block_lines(page: Path) -> list[str]:
    """Return the lines of a page's blocks of code: continued lines joined, comments gone."""
    return [
        line.split("  #")[0].strip()
        for block in BLOCK.findall(page.read_text("utf-8"))
        for line in block.replace("\\\n", " ").splitlines()
    ]


def lines_of(page: Path) -> list[str]:
    """Return every line of a block of code that calls prospector, without where it prints to."""
    lines = [line for line in block_lines(page) if line.startswith("prospector ")]
    return [part for line in lines for part in re.split(r" > \S+(?:; )?", line) if part]


def whole(words: list[str]) -> bool:
    """Return whether words in a sentence are a command to type, and not only its name."""
    return len(words) > 2 or words[1] in (*NAMES, "--version")


def typed_in(page: Path) -> list[str]:
    """Return every prospector command of a page, in its blocks and in its sentences."""
    found = re.findall(r"`(prospector [\w-][^`]*)`", prose_of(page))
    words = [" ".join(line.split()) for line in found]
    return [*lines_of(page), *(re.split(r" > ", line)[0] for line in words if whole(line.split()))]


def others_in(page: Path) -> list[str]:
    """Return every command of a page that another program runs."""
    found = [*re.findall(r"`([^`]+)`", prose_of(page)), *block_lines(page)]
    return [line for line in (" ".join(words.split()) for words in found) if by_another(line)]


def by_another(line: str) -> bool:
    """Return whether a line is a command of another program, or of a script by its name.

    Examples
    --------
    >>> [by_another(line) for line in ("make docs", "compile.py FOLDER", "make", 'source = "us"')]
    [True, True, False, False]
    """
    program, *arguments = line.split(" ")
    is_command = bool(arguments) and arguments[0] != "="
    return is_command and (program in OTHERS or program.endswith(".py"))


def text_of_notebook(file: Path) -> str:
    """Return what a notebook says between its code."""
    cells = json.loads(file.read_text("utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def typed_as(line: str) -> tuple[str, ...]:
    """Return the arguments of a command, with names of the desk where the page leaves them open.

    Pages call a region layers/atacama, myregion or REGION: here it is one, so that no command runs twice.
    """
    words = shlex.split(line)[1:]
    names = {**STANDS_FOR, "NAME": NAMES.get(words[0], "changes")}
    words = [re.sub(r"^REGION/", "myregion/", names.get(word, word)) for word in words]
    return (*words, *(option for option in CHEAPER.get(words[0], ()) if option not in words))


def write_desk(folder: Path) -> Path:
    """Write what the documents name: a region under its names, maps and tables as people bring them."""
    region = synthetic.write_region(folder / "myregion")
    toml = region / "region.toml"
    text = toml.read_text("utf-8").replace("[layers.deposits]", f"{YEARS}\n[layers.deposits]")
    toml.write_text(text.replace('"synthetic"', '"myregion"') + REGISTER, "utf-8")
    deposits = gpd.read_file(region / "deposits.geojson")
    deposits["discovery_year"] = range(1950, 1950 + len(deposits))
    deposits.to_file(region / "deposits.geojson", driver="GeoJSON")
    near = shapely.box(-69.4, -24.9, -68.8, -24.1)
    _write(region / "titles.geojson", [near], file_number="1", kind="mine", state="held")
    _write(region / "whole.geojson", [near.buffer(1)])
    _write(region / "towns.geojson", [shapely.Point(-69.1, -24.4)], name="Una")
    _write_own_files(folder, near)
    synthetic.write_own_files(folder / "maps")
    return folder


def _write_own_files(folder: Path, ground: shapely.Polygon) -> None:
    """Write the files that the examples add, score or turn into classes."""
    west, south, east, north = ground.bounds
    halves = [shapely.box(west, south, -69.1, north), shapely.box(-69.1, south, east, north)]
    _write(folder / "blocks.shp", halves, BLOCK_NAME=["A", "B"])
    _write(
        folder / "GeologiaBase.shp",
        halves,
        CD_GEOL=["J3i", "Kiag"],
        NOMBRE_DE_="La Negra",
        ROCA1="andesita",
    )
    _write(folder / "geologia.shp", halves, LITOLOGIA=["andesita", "granodiorita"])
    _write(
        folder / "mygeology.gpkg",
        halves,
        PERIOD=["Jurassic", "Miocene"],
        ROCK=["andesite", "granite"],
    )
    deposits = gpd.read_file(folder / "myregion" / "deposits.geojson")
    gpd.read_file(folder / "myregion" / "faults.geojson").to_file(folder / "fallas.gpkg")
    table = pd.DataFrame(
        {"Mina": deposits["name"], "Longitud": deposits.geometry.x, "Latitud": deposits.geometry.y}
    )
    table.to_csv(folder / "mines.csv", index=False)
    table.assign(Tipo="porphyry_copper").to_csv(folder / "yacimientos.csv", index=False)


def _write(file: Path, shapes: list[shapely.Geometry], **columns: object) -> None:
    """Write a layer in degrees."""
    gpd.GeoDataFrame(columns, index=range(len(shapes)), geometry=shapes, crs="EPSG:4326").to_file(
        file
    )
