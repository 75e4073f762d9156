"""Exploration screening: layers and concessions in, ranked, explained, tenure-checked targets out.

The names below load on first use, so that ``import prospector`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "DepositModel": "prospector.region",
    "EngineError": "prospector.errors",
    "Grid": "prospector.grid",
    "LayerError": "prospector.errors",
    "ModelError": "prospector.errors",
    "Notice": "prospector.errors",
    "OutputError": "prospector.errors",
    "ProspectorError": "prospector.errors",
    "Region": "prospector.region",
    "RegionError": "prospector.errors",
    "Screening": "prospector.screening",
    "backtest_region": "prospector.trials",
    "check": "prospector.screening",
    "clean": "prospector.outputs",
    "compare": "prospector.outputs",
    "compare_estimators": "prospector.trials",
    "dossier": "prospector.outputs.dossier",
    "load_region": "prospector.region",
    "open_run": "prospector.outputs",
    "portfolio": "prospector.outputs",
    "score_polygons": "prospector.outputs",
    "screen": "prospector.screening",
    "show": "prospector.outputs",
    "write": "prospector.outputs",
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
    from prospector.grid import Grid as Grid
    from prospector.outputs import clean as clean
    from prospector.outputs import compare as compare
    from prospector.outputs import open_run as open_run
    from prospector.outputs import portfolio as portfolio
    from prospector.outputs import score_polygons as score_polygons
    from prospector.outputs import show as show
    from prospector.outputs import write as write
    from prospector.outputs.dossier import dossier as dossier
    from prospector.region import DepositModel as DepositModel
    from prospector.region import Region as Region
    from prospector.region import load_region as load_region
    from prospector.screening import Screening as Screening
    from prospector.screening import check as check
    from prospector.screening import screen as screen
    from prospector.trials import backtest_region as backtest_region
    from prospector.trials import compare_estimators as compare_estimators


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'prospector' has no attribute '{name}'")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
