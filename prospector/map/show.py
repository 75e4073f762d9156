"""The map of a screening or of a run, shown in a notebook."""

from __future__ import annotations

from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from prospector.errors import OutputError
from prospector.map.html import write_map
from prospector.map.payload import map_payload
from prospector.runs.run import Run
from prospector.runs.run_files import MAP_FILE
from prospector.runs.run_folder import recover
from prospector.scratch import scratch_folder
from prospector.screening.steps import Screening


class Picture:
    """The map of a screening, for a notebook: shown in a frame of its own.

    Parameters
    ----------
    page
        The map's HTML.
    """

    def __init__(self, page: str) -> None:
        self.page = page

    def _repr_html_(self) -> str:
        # In ASCII the page is the same in a host of any charset; its policy knows its scripts by hash.
        page = escape(self.page).encode("ascii", "xmlcharrefreplace").decode("ascii")
        return (
            f'<iframe srcdoc="{page}" width="100%" height="640" '
            'style="border:1px solid #ccc"></iframe>'
        )


def show(source: Screening | Run | str | Path) -> Picture:
    """Return the map of a screening or of a run, which a notebook shows.

    Parameters
    ----------
    source
        A screening, whose map is drawn now; a reopened run or the path of a run folder, whose map
        is read.

    Returns
    -------
    Picture
        A notebook shows it in a frame of its own; `Picture.page` is its HTML.

    Raises
    ------
    OutputError
        The folder holds no map.

    Examples
    --------
    >>> import prospector
    >>> prospector.show("out/hills").page[:15]
    '<!DOCTYPE html>'
    >>> prospector.show("out/none")
    Traceback (most recent call last):
    ...
    prospector.errors.OutputError: out/none: holds no map.html. Give a folder that a screening wrote.
    """
    if isinstance(source, Screening):
        return Picture(_drawn(source))
    return Picture(_kept(source.folder if isinstance(source, Run) else Path(source)))


def _drawn(screening: Screening) -> str:
    with TemporaryDirectory(dir=scratch_folder()) as folder:
        path = Path(folder) / MAP_FILE
        write_map(map_payload(screening), path)
        return path.read_text(encoding="utf-8")


def _kept(folder: Path) -> str:
    recover(folder)
    file = folder / MAP_FILE
    if not file.is_file():
        raise OutputError(f"{folder}: holds no {MAP_FILE}. Give a folder that a screening wrote.")
    return file.read_text(encoding="utf-8")
