"""Outputs: a screening as files, a map and a reopened run."""

from __future__ import annotations

from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from prospector.outputs.comparison import Changes, compare, write_changes
from prospector.outputs.manifest import inputs_of, unchanged
from prospector.outputs.map import write_map
from prospector.outputs.ordering import Portfolio, portfolio, write_portfolio
from prospector.outputs.payload import map_payload
from prospector.outputs.polygons import ScoredPolygons, score_polygons, write_polygons
from prospector.outputs.run import Explanation, Run, open_run, write
from prospector.outputs.run_folder import STORE_FOLDER, clean, refuse_foreign
from prospector.screening import Screening

__all__ = [
    "STORE_FOLDER",
    "Changes",
    "Explanation",
    "Picture",
    "Portfolio",
    "Run",
    "ScoredPolygons",
    "clean",
    "compare",
    "inputs_of",
    "open_run",
    "portfolio",
    "refuse_foreign",
    "score_polygons",
    "show",
    "unchanged",
    "write",
    "write_changes",
    "write_polygons",
    "write_portfolio",
]


class Picture:
    """The map of a screening, for a notebook: shown in a frame of its own."""

    def __init__(self, page: str) -> None:
        self.page = page

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.page)}" width="100%" height="640" '
            'style="border:1px solid #ccc"></iframe>'
        )


def show(screening: Screening) -> Picture:
    """Return the map of a screening, which a notebook shows."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "map.html"
        write_map(map_payload(screening), path)
        return Picture(path.read_text(encoding="utf-8"))
