"""Exploration screening: layers and concessions in, ranked, explained, tenure-checked targets out.

A region is a folder with a region.toml (`load_region`), or is built in Python (`make_region`).

- `check` says what a screening of it would find, before it is run.
- `screen` ranks its ground by each deposit model, and returns targets, scores, skill and notices.
- `write` writes that to a folder: map, report, tables, files for GIS. `open_run` opens it again.
- `explain` says what the evidence says at a place, `dossier` what there is to say of a target.
- `portfolio` orders targets in another way; `compare` says what changed between two runs;
  `score_polygons` scores areas of your own; `export` writes other formats; `rerun` repeats a run.
- `show` and `explore` draw maps in a notebook, and functions that begin with ``plot_`` draw figures.
- `validate` tests an estimator on a table of your own; `backtest_region` asks what would have been
  found; `compare_estimators` sets estimators side by side.

What goes wrong raises a `ProspectorError`, whose message says what to do. What was chosen, dropped
or is missing is a `Notice`; `sentence` puts it in words.

>>> import prospector
>>> screening = prospector.screen("hills", quick=True, workers=1)
>>> len(screening.targets)
8
>>> screening.rankings["porphyry_copper"].skill.verdict
'demonstrated'

The names load on first use, so that ``import prospector`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "adopt_estimator": "prospector.models.adopted",
    "DepositModel": "prospector.region.deposit_model",
    "EngineError": "prospector.errors",
    "Grid": "prospector.grid",
    "Layer": "prospector.objects.layer",
    "LayerError": "prospector.errors",
    "ModelError": "prospector.errors",
    "Notice": "prospector.errors",
    "OutputError": "prospector.errors",
    "ProspectorError": "prospector.errors",
    "Region": "prospector.region.region_file",
    "RegionError": "prospector.errors",
    "Screening": "prospector.screening.steps",
    "backtest_region": "prospector.screening.trials",
    "check": "prospector.screening.check",
    "clean": "prospector.runs.run_folder",
    "compare": "prospector.runs.comparison",
    "compare_estimators": "prospector.screening.trials",
    "dossier": "prospector.pages.dossier",
    "explain": "prospector.runs.explain",
    "explore": "prospector.map.explore",
    "export": "prospector.exporting",
    "load_region": "prospector.region.region_file",
    "make_region": "prospector.objects.region",
    "open_run": "prospector.runs.run",
    "plot_backtest": "prospector.pages.figures",
    "plot_capture": "prospector.pages.figures",
    "plot_effect": "prospector.pages.figures",
    "plot_held_out": "prospector.pages.figures",
    "plot_learning_curve": "prospector.pages.figures",
    "plot_nulls": "prospector.pages.figures",
    "plot_replicas": "prospector.pages.figures",
    "plot_score": "prospector.pages.figures",
    "portfolio": "prospector.runs.portfolio",
    "read_deposit_model": "prospector.objects.deposit_models",
    "rerun": "prospector.rerunning",
    "score_polygons": "prospector.runs.score_polygons",
    "screen": "prospector.screening.steps",
    "sentence": "prospector.words.language",
    "show": "prospector.map.show",
    "validate": "prospector.screening.ready_table",
    "with_layers": "prospector.objects.region",
    "write": "prospector.writing",
}

__all__ = sorted(_HOMES)

if TYPE_CHECKING:
    from prospector.errors import (
        EngineError as EngineError,
    )
    from prospector.errors import (
        LayerError as LayerError,
    )
    from prospector.errors import (
        ModelError as ModelError,
    )
    from prospector.errors import (
        Notice as Notice,
    )
    from prospector.errors import (
        OutputError as OutputError,
    )
    from prospector.errors import (
        ProspectorError as ProspectorError,
    )
    from prospector.errors import (
        RegionError as RegionError,
    )
    from prospector.exporting import export as export
    from prospector.grid import Grid as Grid
    from prospector.map.explore import explore as explore
    from prospector.map.show import show as show
    from prospector.models.adopted import adopt_estimator as adopt_estimator
    from prospector.objects.deposit_models import read_deposit_model as read_deposit_model
    from prospector.objects.layer import Layer as Layer
    from prospector.objects.region import make_region as make_region
    from prospector.objects.region import with_layers as with_layers
    from prospector.pages.dossier import dossier as dossier
    from prospector.pages.figures import plot_backtest as plot_backtest
    from prospector.pages.figures import plot_capture as plot_capture
    from prospector.pages.figures import plot_effect as plot_effect
    from prospector.pages.figures import plot_held_out as plot_held_out
    from prospector.pages.figures import plot_learning_curve as plot_learning_curve
    from prospector.pages.figures import plot_nulls as plot_nulls
    from prospector.pages.figures import plot_replicas as plot_replicas
    from prospector.pages.figures import plot_score as plot_score
    from prospector.region.deposit_model import DepositModel as DepositModel
    from prospector.region.region_file import Region as Region
    from prospector.region.region_file import load_region as load_region
    from prospector.rerunning import rerun as rerun
    from prospector.runs.comparison import compare as compare
    from prospector.runs.explain import explain as explain
    from prospector.runs.portfolio import portfolio as portfolio
    from prospector.runs.run import open_run as open_run
    from prospector.runs.run_folder import clean as clean
    from prospector.runs.score_polygons import score_polygons as score_polygons
    from prospector.screening.check import check as check
    from prospector.screening.ready_table import validate as validate
    from prospector.screening.steps import Screening as Screening
    from prospector.screening.steps import screen as screen
    from prospector.screening.trials import backtest_region as backtest_region
    from prospector.screening.trials import compare_estimators as compare_estimators
    from prospector.words.language import sentence as sentence
    from prospector.writing import write as write


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'prospector' has no attribute '{name}'")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
