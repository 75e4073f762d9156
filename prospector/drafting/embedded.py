"""Example regions that come with prospector, copied to be screened or changed."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from prospector.drafting.making import Made
from prospector.errors import RegionError
from prospector.region.region_file import REGION_FILE
from prospector.region.spelling import did_you_mean

IN_PACKAGE = "regions"
"""Folder of this room in which an installed package has them."""

IN_SOURCES = "layers"
"""Folder of the project's sources in which they lie."""


def embedded_region_names() -> list[str]:
    """Return the names of the regions that come with prospector, sorted."""
    return sorted(_regions())


def _regions() -> dict[str, Traversable]:
    package = resources.files("prospector.drafting") / IN_PACKAGE
    sources = Path(__file__).parents[2] / IN_SOURCES
    places = [place for place in (package, sources) if place.is_dir()]
    return {
        folder.name: folder
        for place in reversed(places)
        for folder in place.iterdir()
        if folder.is_dir() and (folder / REGION_FILE).is_file()
    }


def copy_region(name: str, folder: str | Path) -> list[Path]:
    """Copy a region that comes with prospector into a folder, and return the files.

    Raises
    ------
    RegionError
        No region has that name, or a file of one of its names is there already.
    """
    regions, place = _regions(), Path(folder)
    if name not in regions:
        known = sorted(regions)
        raise RegionError(
            f"--from {name}: unknown example region. {did_you_mean(name, known)}Available: "
            f"{', '.join(known)}."
        )
    with Made() as made:
        made.folder(place)
        for source in sorted(regions[name].iterdir(), key=lambda file: file.name):
            if source.is_file():
                made.bytes(place / source.name, source.read_bytes())
        return made.files
