"""The public names and the lazy import."""

import subprocess
import sys

import prospector


def test_public_names_are_pinned():
    """A name comes or goes only on purpose."""
    assert prospector.__all__ == [
        "DepositModel", "EngineError", "Grid", "Layer", "LayerError", "ModelError", "Notice", "OutputError",
        "ProspectorError", "Region", "RegionError", "Screening", "adopt_estimator", "backtest_region",
        "check", "clean", "compare", "compare_estimators", "dossier", "explain", "explore", "export",
        "load_region", "make_region", "open_run", "plot_backtest", "plot_capture", "plot_effect",
        "plot_held_out", "plot_learning_curve", "plot_nulls", "plot_replicas", "plot_score", "portfolio",
        "read_deposit_model", "rerun", "score_polygons", "screen", "sentence", "show", "validate",
        "with_layers", "write",
    ]  # fmt: skip
    assert all(getattr(prospector, name) is not None for name in prospector.__all__)


def test_importing_loads_nothing_heavy():
    """``import prospector`` and ``--help`` stay quick because nothing heavy is imported."""
    code = (
        "import sys, prospector.cli.commands; "
        "sys.exit(any(m in sys.modules for m in ('numpy', 'geopandas', 'rasterio', 'sklearn')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
