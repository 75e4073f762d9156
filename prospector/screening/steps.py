"""One screening: the order of the steps, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from prospector.compute.engine import Workers
from prospector.compute.windows import workspace_of
from prospector.errors import ModelError, Notice, NotRankedError, RegionError, reason_for
from prospector.evidence import roles_read
from prospector.evidence.entries import entry_faults
from prospector.evidence.named_layers import naming_faults
from prospector.grid import Grid
from prospector.ground.setting import Setting
from prospector.inventory.listing import Inventory, list_inventories, no_rows
from prospector.layers import Layers, read_layers
from prospector.layers.deciding import deciding_hashes
from prospector.layers.keys import layer_faults
from prospector.layers.roles import roles_of_region
from prospector.models.adopted import adopt_estimator
from prospector.notices import Notices
from prospector.numerals import resolutions
from prospector.objects.deposit_models import with_models
from prospector.objects.region import with_layers
from prospector.options import MAX_CELLS, Options, Progress, silent
from prospector.printable import html_table, printable
from prospector.region.deposit_model import DepositModel
from prospector.region.legal import LegalNote, all_notes, notes_for
from prospector.region.region_file import Region, load_region
from prospector.region.sought import Choice, choose_models, words_of
from prospector.region.spelling import did_you_mean
from prospector.screening.extent import extent_of
from prospector.screening.idle_keys import idle_keys, left_out_words
from prospector.screening.ranking import Ranking, rank_model
from prospector.screening.stability import COARSER, stability_of
from prospector.screening.tenure import TenureTables, tenure_tables
from prospector.targets.access import access_notices
from prospector.targets.carried import joined, refuse_taken
from prospector.tenure.units import coverage_notices, unit_notices

if TYPE_CHECKING:
    import folium

    from prospector.runs.explain import Explanation

REPORTING_SENTENCE = (
    "Screening output. Not a mineral resource, exploration target or exploration result under any "
    "CRIRSCO code."
)


@dataclass(frozen=True, eq=False)
class Screening:
    """One run over a region: a ranking for each deposit model, with all that was chosen.

    Parameters
    ----------
    region
        The region file, validated.
    grid
        The cells.
    layers
        The layers as read.
    rankings
        One for each deposit model that could be applied, by name.
    notices
        Every choice that was made.
    options
        How it was called.
    tenure
        Concessions and holders with their scores, and open ground.
    inventories
        What registers list in the region that is not scored, by role.
    files
        The SHA-256 of every file that decided it, by name: see `deciding_hashes`.
    """

    region: Region
    grid: Grid
    layers: Layers
    rankings: Mapping[str, Ranking]
    notices: Notices
    options: Options = field(default_factory=Options)
    tenure: TenureTables = field(default_factory=TenureTables)
    inventories: tuple[Inventory, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def inventory(self) -> gpd.GeoDataFrame:
        """What registers list and no model scores, such as tailings, in longitude and latitude."""
        tables = [inventory.rows for inventory in self.inventories]
        return pd.concat(tables, ignore_index=True) if tables else no_rows()

    @property
    def targets(self) -> gpd.GeoDataFrame:
        """The targets of all deposit models, in longitude and latitude."""
        return joined([ranking.targets for ranking in self.rankings.values()])

    @property
    def contributions(self) -> pd.DataFrame:
        """What each evidence adds to each target of all deposit models."""
        tables = [ranking.contributions for ranking in self.rankings.values()]
        return pd.concat(tables, ignore_index=True)

    @property
    def tenure_as_of(self) -> str:
        """Date of the concession register; 'unknown' without one."""
        layer = self.layers.vector("concessions")
        return "unknown" if layer is None else layer.as_of

    @property
    def legal_notes(self) -> tuple[LegalNote, ...]:
        """What the law says of the ranked deposit models' commodities where their targets are."""
        countries = self.region.region.countries
        bound = {
            note.name
            for ranking in self.rankings.values()
            for note in notes_for(
                countries,
                ranking.model.deposit_model.commodities,
                ranking.targets["name"].astype(str),
                _provinces(ranking.targets),
            )
        }
        return tuple(note for note in all_notes() if note.name in bound)

    @property
    def resolution(self) -> list[tuple[str, float | None]]:
        """Each evidence that was used with its effective resolution in metres, None where not stated."""
        used = {
            (evidence.label, evidence.origin.resolution_m): None
            for ranking in self.rankings.values()
            for evidence in ranking.evidence
        }
        return list(used)

    def sentences(self) -> list[str]:
        """Return what every output says: reporting codes, resolution, tenure."""
        as_of = self.tenure_as_of
        undated = "No register of titles with a date"
        dated = undated if as_of == "unknown" else f"Tenure as of {as_of}"
        return [
            REPORTING_SENTENCE,
            f"Effective resolution of the evidence: {resolutions(self.resolution)}. "
            f"Cells of {self.grid.cell_size_m:g} m do not add detail to it.",
            f"{dated}. Unknown ground is not open ground.",
        ]

    def __getitem__(self, deposit_model: str) -> Ranking:
        """Return the ranking of a deposit model.

        Raises
        ------
        NotRankedError
            None of that name was ranked; it is a KeyError, too.
        """
        if deposit_model not in self.rankings:
            hint = did_you_mean(deposit_model, self.rankings)
            raise NotRankedError(
                f"no ranking '{deposit_model}'. {hint}Ranked: {', '.join(self.rankings)}."
            )
        return self.rankings[deposit_model]

    def explain(self, longitude: float, latitude: float) -> list[Explanation]:
        """Return what each deposit model's evidence says at a place: see `prospector.explain`.

        Parameters
        ----------
        longitude, latitude
            In degrees (WGS 84).

        Returns
        -------
        list of Explanation
            One for each deposit model that was ranked.

        Raises
        ------
        OutputError
            The place lies outside the region.
        """
        import prospector

        return prospector.explain(self, longitude, latitude)

    def explore(self, **options: Any) -> folium.Map:
        """Return a map of targets, deposits and titles to add layers to: see `prospector.explore`.

        Parameters
        ----------
        **options
            As `prospector.explore` takes them.

        Returns
        -------
        folium.Map
            It loads Leaflet and its background from the internet when it is opened.
        """
        import prospector

        return prospector.explore(self, **options)

    def _repr_html_(self) -> str:
        rows = [
            (ranking.model.deposit_model.label, len(ranking.targets), ranking.skill_words)
            for ranking in self.rankings.values()
        ]
        title = f"Screening of {self.region.region.title}"
        return html_table(title, ("deposit model", "targets", "skill"), rows)

    def __repr__(self) -> str:
        """Return a short table of the run."""
        rows = [f"  {ranking!r}" for ranking in self.rankings.values()]
        return "\n".join(map(printable, [f"Screening of {self.region.region.title}", *rows]))


def screen(
    region: str | Path | Region,
    *,
    layers: Mapping[str, Any] | None = None,
    deposit_models: Sequence[str | DepositModel] | None = None,
    commodities: str | Sequence[str] | None = None,
    estimator: str | Any | None = None,
    cell_size_m: float | None = None,
    max_cells: float = MAX_CELLS,
    seed: int = 0,
    quick: bool = False,
    outside_applicability: bool = False,
    beside: Sequence[str | Any] | None = None,
    stability: bool = False,
    workers: int | None = None,
    executor: Executor | None = None,
    store: str | Path | None = None,
    window_cells: int = 1024,
    progress: Progress | None = None,
) -> Screening:
    """Return ranked, explained and tenure-checked targets for each deposit model of a region.

    Parameters
    ----------
    region
        Folder of a region.toml, the file, or a loaded region.
    layers
        What takes the place of a layer of the region, or comes beside its layers, by name: a
        GeoDataFrame, an xarray.DataArray, ``(array, transform, crs)``, a path, or a `Layer`; see
        `with_layers`.
    deposit_models
        Which models, by name or as values; all that the region names by default.
    commodities
        Only models that seek one of these, as the main commodity or beside it: symbols, or English or
        Spanish words, e.g. ``["lithium", "Cu"]``.
    estimator
        In place of each model's own: ``"logistic"``, ``"forest"``, ``"boosting"``,
        ``"weights-of-evidence"``, ``"fuzzy"``, ``"index"``, or one that an installed package brings. Or
        a scikit-learn classifier or pipeline: see `adopt_estimator`.
    cell_size_m
        Cell size in metres in place of the region's.
    max_cells
        More cells than this are refused: a cell size is easily off by a thousand.
    seed
        Seed of every random draw.
    quick
        Fewer nulls and repeats (19 and 2 in place of 99 and 5), and no replicas.
    outside_applicability
        Rank ground unlike any that was trained on, too.
    beside
        Estimators whose skill stands beside, in short: all that learn by default; none if empty, or
        in a quick run.
    stability
        Measure how far AUC and the ten best targets move with cells 1.5 times as large, and with the
        sample of background: about half as long again.
    workers
        Processes that compute windows, one for each core by default; 1 computes in this process.
    executor
        Where windows are sent instead, e.g. ``dask.distributed.Client(...).get_executor()``.
    store
        Folder or fsspec path that keeps what is computed, to resume and to reuse; by default it
        goes with the run. Workers elsewhere must reach it under the same path.
    window_cells
        Side of a window in cells.
    progress
        Called with what is being done, how many steps are done and how many there are.

    Returns
    -------
    Screening
        ``targets`` of all deposit models in longitude and latitude; ``rankings``, each with its score raster,
        skill and deposits; ``notices``, every choice that was made. `write` writes it to a folder.

    Raises
    ------
    RegionError, LayerError
        The region or a layer is wrong, or there would be far too many or too few cells.
    ModelError
        No deposit model can be applied, or one that was asked for by name cannot; none seeks any of
        `commodities`.

    Examples
    --------
    >>> import prospector
    >>> screening = prospector.screen("hills", quick=True, workers=1)
    >>> ranking = screening.rankings["porphyry_copper"]
    >>> len(ranking.targets), ranking.score.values.shape, ranking.skill.verdict
    (8, (91, 92), 'demonstrated')
    >>> screening.notices[0].level, screening.notices[0].code
    ('caution', 'condition-not-applied')
    """
    chosen = None if estimator is None else adopt_estimator(estimator)
    loaded = region if isinstance(region, Region) else load_region(region)
    if layers:
        loaded = with_layers(loaded, layers)
    loaded, asked = with_models(loaded, deposit_models)
    choice = choose_models(loaded, asked, commodities)
    names = choice.names
    years = tuple(loaded.region.backtest_years)
    others = None if beside is None else tuple(adopt_estimator(other) for other in beside)
    sought = tuple(words_of(commodities or ()))
    by_name = None if asked is None else tuple(asked)
    options = Options(
        chosen, seed, quick, outside_applicability, others, years, stability, sought, by_name,
        cell_size_m,
    )  # fmt: skip
    report = progress or silent
    extent = extent_of(loaded, cell_size_m=cell_size_m, max_cells=max_cells)
    grid = extent.grid
    report("reading layers", 0, 1)
    check_models(loaded, names)
    read = read_layers(loaded, grid, deposit_models=names, roles_of=roles_read)
    files = deciding_hashes(loaded)
    report("reading layers", 1, 1)
    workspace = workspace_of(store, Workers(executor, workers), window_cells=window_cells)
    setting = Setting(grid, read, options, workspace, report)
    other = _coarser(loaded, setting, names, max_cells) if stability else None
    rankings, notices = _rank_all(loaded, choice, setting)
    if other is not None:
        rankings = {
            name: replace(
                ranking, stability=stability_of(loaded.deposit_model(name), ranking, other)
            )
            for name, ranking in rankings.items()
        }
    report("tenure", 0, 1)
    tenure = tenure_tables(read, grid, list(rankings.values()))
    report("tenure", 1, 1)
    inventories, of_inventories = list_inventories(read, loaded.region.window)
    notices += unused_overrides(loaded, names)
    notices += idle_keys(loaded, names, chosen)
    notices += left_out_words(loaded, names)
    of_rankings = (n for ranking in rankings.values() for n in ranking.notices)
    every = Notices(
        {
            *extent.notices,
            *read.notices,
            *access_notices(read),
            *coverage_notices(read),
            *unit_notices(read),
            *choice.notices,
            *notices,
            *of_rankings,
            *tenure.notices,
            *of_inventories,
        }
    )
    return Screening(loaded, grid, read, rankings, every, options, tenure, inventories, files)


def _coarser(
    region: Region, setting: Setting, asked: Sequence[str] | None, max_cells: float
) -> Setting:
    """Return the setting with larger cells."""
    size_m = COARSER * setting.grid.cell_size_m
    grid = extent_of(region, cell_size_m=size_m, max_cells=max_cells).grid
    layers = read_layers(region, grid, deposit_models=asked, roles_of=roles_read)
    return replace(setting, grid=grid, layers=layers)


def _rank_all(
    region: Region, choice: Choice, setting: Setting
) -> tuple[dict[str, Ranking], list[Notice]]:
    rankings, notices, failed = {}, [], []
    for name in choice.names or region.model_names:
        try:
            model = region.deposit_model(name)
            rankings[name] = rank_model(model, setting)
        except ModelError as error:
            if (
                choice.by_name or error.reason is None
            ):  # what is written wrong is mended, not left out
                raise
            failed.append(str(error))
            notices.append(not_screened(region, name, error))
    if not rankings:
        raise ModelError([f"{region.file}: no deposit model can be applied.", *failed])
    return rankings, notices


def check_models(region: Region, asked: Sequence[str] | None = None) -> None:
    """Raise RegionError for entries of deposit models that do not fit their kind, and layers beside them.

    Or that name layers which the region lacks, or none of several rasters.
    """
    models = [region.deposit_model(name) for name in asked or region.model_names]
    refuse_taken(models)
    faults = entry_faults(models, roles_of_region(region))
    faults += [fault for model in models for fault in naming_faults(region, model)]
    if faults:
        raise RegionError([*layer_faults(region), *faults])


def unused_overrides(region: Region, asked: Sequence[str] | None = None) -> list[Notice]:
    """Return a notice for each override of a deposit model that is not screened."""
    return [
        Notice("override-not-used", "caution", {"model": name})
        for name in region.unused_overrides(asked)
    ]


def not_screened(region: Region, name: str, error: ModelError) -> Notice:
    """Return the notice that a deposit model was left out of a run, or that it does not apply there."""
    label, reason = region.deposit_model(name).deposit_model.label, reason_for(error)
    about = {"model": name, "label": label, "reason": reason}
    if reason.code == "does-not-apply":
        return Notice("model-does-not-apply", "note", about)
    return Notice("model-not-screened", "problem", about)


def _provinces(targets: gpd.GeoDataFrame) -> list[str]:
    """Return the provinces that targets say they lie in; none where they have no such column."""
    named = targets["province"] if "province" in targets.columns else []
    return [str(name) for name in named]
