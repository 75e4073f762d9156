"""The public names, the lazy import and what the documents promise."""

import subprocess
import sys
from pathlib import Path

import prospector
from prospector.evidence import KINDS
from prospector.layers import ROLES
from prospector.targets.carried import CARRIED_COLUMNS
from prospector.targets.target import TARGET_COLUMNS
from prospector.tenure.exclusions import EXCLUSION_COLUMNS
from prospector.tenure.holdings import CONCESSION_COLUMNS, HOLDER_COLUMNS, PAIR_COLUMNS
from prospector.tenure.open_ground import OPEN_COLUMNS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


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


def test_readme_documents_every_column():
    """The tables in the README are the code's tables."""
    tables = (
        TARGET_COLUMNS, CONCESSION_COLUMNS, PAIR_COLUMNS, HOLDER_COLUMNS, OPEN_COLUMNS,
        EXCLUSION_COLUMNS, CARRIED_COLUMNS,
    )  # fmt: skip
    for name, meaning in (pair for table in tables for pair in table.items()):
        assert f"| `{name}` | {meaning} |" in README


def test_readme_names_every_role_and_kind():
    """A user finds each role and each kind of evidence."""
    assert all(f"`{name}`" in README for name in [*ROLES, *KINDS])
