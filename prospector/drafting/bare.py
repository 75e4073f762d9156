"""A region that has only a window, into which official layers can be fetched."""

from __future__ import annotations

from pathlib import Path

from prospector.drafting.names import legal_name
from prospector.drafting.placing import Window, cell_size_of, projection_of
from prospector.drafting.region_text import Heading, region_text
from prospector.errors import RegionError
from prospector.region.editing import write_text
from prospector.region.region_file import REGION_FILE
from prospector.region.region_tables import WindowEntry
from prospector.region.shipped_models import deposit_model_names
from prospector.region.toml_values import validated


def init_window(folder: str | Path, bounds: tuple[float, float, float, float]) -> Path:
    """Write region.toml of a window without layers, and return the file.

    It names every shipped deposit model: which of them can run, the layers decide.

    Parameters
    ----------
    folder
        Where; it is made if it is not there.
    bounds
        West, south, east and north in degrees.

    Raises
    ------
    RegionError
        The folder has a region.toml already, the window is none, or the folder cannot be written.
    """
    place = Path(folder)
    file = place / REGION_FILE
    if file.exists():
        raise RegionError(f"{file}: already exists, with its own window. Leave out --bounds.")
    sides = dict(zip(("west", "south", "east", "north"), map(float, bounds), strict=True))
    window = Window(validated(WindowEntry, sides, Path("--bounds")).bounds(), "given by --bounds")
    projection = projection_of(window.bounds)
    size_m, because = cell_size_of(window.bounds, projection.crs, ())
    label = place.resolve().name
    heading = Heading(
        legal_name(label, otherwise="region"), label or "Region", window, projection, size_m, because,
        deposit_model_names(), "all that are shipped: the layers decide which can run",
    )  # fmt: skip
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RegionError(
            f"{place}: cannot be created: {error.strerror}. Give another folder."
        ) from error
    write_text(file, region_text(heading, []))
    return file
