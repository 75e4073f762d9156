"""Repeat a run from its record, and report whether it gives the same bytes."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from prospector.errors import OutputError
from prospector.options import MAX_CELLS, Progress
from prospector.region.region_file import REGION_FILE, Region, load_region
from prospector.runs.differences import Difference, Files, compare_files, input_differences
from prospector.runs.manifest import manifest_to_read_by
from prospector.runs.run import Run, open_run
from prospector.runs.run_folder import refuse_foreign
from prospector.scratch import scratch_folder
from prospector.screening.steps import screen
from prospector.writing import write

REGIONS = Path("layers")
"""Where a region's folder is looked for by its name, beside the current folder."""

OPTIONS = (
    "deposit_models", "estimator", "cell_size_m", "seed", "quick", "outside_applicability", "beside",
    "stability",
)  # fmt: skip
"""What `screen` takes of the parameters of a record under the same name."""


@dataclass(frozen=True)
class Rerun:
    """A run and its repetition.

    Parameters
    ----------
    files
        Which files hold the same bytes.
    differences
        Every input that differs; empty where none does.
    folder
        Where the repetition was written; None where it was not kept.
    """

    files: Files
    differences: tuple[Difference, ...]
    folder: Path | None = None

    @property
    def same(self) -> bool:
        """Whether every file that a screening writes holds the same bytes.

        What only the earlier run lists, such as a dossier that was added later, does not count.
        """
        return not self.files.changed and not self.files.only_after


def rerun(
    run: str | Path | Run,
    *,
    layers: str | Path | None = None,
    out: str | Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Rerun:
    """Repeat a run from its record and return which files are the same, and which inputs differ.

    All is computed again: nothing that a store keeps is used.

    Parameters
    ----------
    run
        A run folder, or an opened run.
    layers
        Folder of the region, or its region file; by default ``layers/NAME`` or ``NAME`` in the current
        folder, by the name of the region.
    out
        Where the repetition is kept; by default it goes when it has been compared.
    workers
        Processes that compute windows, one for each core by default.
    progress
        Called with what is being done, how many steps are done and how many there are.

    Returns
    -------
    Rerun
        ``same`` says whether every file holds the same bytes; ``differences`` has every input that differs.

    Raises
    ------
    OutputError
        The folder holds no run; or the run cannot be repeated from files: layers were held in memory, the
        region's folder is not found or is another region's.
    RegionError, LayerError, ModelError
        The region can no longer be screened.

    Examples
    --------
    >>> import prospector
    >>> again = prospector.rerun("out/hills", layers="hills", workers=1)
    >>> again.same, again.differences
    (True, ())
    """
    opened = run if isinstance(run, Run) else open_run(run)
    _refuse_python(opened)
    region = _region_of(opened, layers)
    if out is not None:
        refuse_foreign(Path(out))
    screening = screen(region, **_asked(opened.record), workers=workers, progress=progress)
    outputs = {**opened.record["outputs"], "language": opened.record["language"]}
    with ExitStack() as stack:
        if out is None:
            home = stack.enter_context(tempfile.TemporaryDirectory(dir=scratch_folder()))
        folder = Path(home) / "run" if out is None else Path(out)
        again = open_run(write(screening, folder, **outputs))
        files = compare_files(
            manifest_to_read_by(opened.folder).files, manifest_to_read_by(folder).files
        )
    differences = tuple(input_differences(opened.record, again.record))
    return Rerun(files, differences, None if out is None else folder)


def _refuse_python(run: Run) -> None:
    """Raise OutputError for a run that depends on what a caller held in Python."""
    given = run.record["given_in_python"]
    if given:
        what = "the region was built" if given == ["region"] else f"{', '.join(given)} came"
        raise OutputError(
            f"{run.folder}: cannot be repeated from files: {what} from Python, not from files of a "
            "region. Repeat it in Python the same way, and compare the two runs: prospector "
            "compare."
        )


def _region_of(run: Run, layers: str | Path | None) -> Region:
    """Return the region of a run, from the folder that is given or where its name leads.

    Raises
    ------
    OutputError
        It is not found, or is another region.
    """
    name = run.record["region"]["name"]
    file = run.record["region_file"] or REGION_FILE
    places = [REGIONS / name, Path(name)] if layers is None else [Path(layers)]
    found = [place for place in places if (place / file).is_file()]
    if layers is None and not found:
        raise OutputError(
            f"{run.folder}: the folder of its region '{name}' is not found: there is no "
            f"{' and no '.join(str(place / file) for place in places)}. Give it with --layers FOLDER."
        )
    place = found[0] if found else places[0]
    region = load_region(place / file if found else place)
    if region.name != name:
        raise OutputError(
            f"{region.file}: describes the region '{region.name}', but the run {run.folder} is of "
            f"'{name}'. Give the folder of that region with --layers FOLDER."
        )
    return region


def _asked(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a record says was asked, as `screen` takes it."""
    parameters = record["parameters"]
    return {
        **{option: parameters[option] for option in OPTIONS},
        "commodities": parameters["commodities"] or None,
        "max_cells": max(MAX_CELLS, prod(record["grid"]["shape"])),
    }
