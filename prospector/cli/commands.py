"""The command line: a thin skin over functions of the same names. Only here is printed or exited."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from concurrent.futures import Executor

BAD_INPUT = 2
INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Screen a region for exploration targets: ranked, explained, tenure-checked.",
    epilog="Start with: prospector screen layers/atacama --out out/atacama",
)

RegionPath = Annotated[Path, typer.Argument(help="Folder of a region.toml, e.g. layers/atacama.")]
ModelNames = Annotated[
    list[str] | None, typer.Option(help="Only this deposit model; may be repeated.")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of every random draw.")]
WorkerCount = Annotated[
    int | None, typer.Option(min=1, help="Processes for windows; one for each core by default.")
]
TrialStore = Annotated[
    str | None, typer.Option(help="Where windows are kept; default out/NAME/store.")
]
RunPath = Annotated[Path, typer.Argument(help="Folder that a screening wrote, e.g. out/atacama.")]


class Tongue(StrEnum):
    """Languages of the pages."""

    en = "en"
    es = "es"


class BaseMap(StrEnum):
    """Pictures that a map may ask a server for."""

    esri_imagery = "esri-imagery"
    opentopomap = "opentopomap"


class Undated(StrEnum):
    """What becomes of deposits of no known year."""

    leave = "leave"
    train = "train"


class _StandardError(logging.Handler):
    """Prints what the library warns of, a line each, above a bar where one runs."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)


WARNINGS = _StandardError()


def main() -> None:
    """Run the command line; what a caller can act on becomes one line and exit code 2."""
    from prospector.errors import ProspectorError

    logging.getLogger("prospector").addHandler(WARNINGS)
    try:
        app()
    except ProspectorError as error:
        _stop(str(error))
    except KeyboardInterrupt:
        print("\nInterrupted: earlier outputs are as they were.", file=sys.stderr)
        sys.exit(INTERRUPTED)


def _stop(message: str) -> NoReturn:
    print(f"Error: {message}", file=sys.stderr)
    sys.exit(BAD_INPUT)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    if version:
        from prospector import __version__

        print(f"prospector {__version__}")
        raise typer.Exit


@app.command()
def check(region: RegionPath) -> None:
    """Say what a region holds, lacks and has repaired."""
    from prospector.pages.lines import notice_lines
    from prospector.screening.steps import check as run_check

    layers, notices = run_check(region)
    print(f"{region}: {len(layers.items)} layers")
    for layer in layers.items:
        features = getattr(layer, "features", None)
        size = f"{layer.values.shape}" if features is None else f"{len(features)} features"  # type: ignore[union-attr]
        mark = ", schematic" if layer.schematic else ""
        print(f"  {layer.name} ({layer.role}): {size}{mark}")
    _tell(notice_lines(notices))


@app.command()
def screen(
    region: RegionPath,
    out: Annotated[Path | None, typer.Option(help="Run folder; default out/NAME.")] = None,
    deposit_model: ModelNames = None,
    estimator: Annotated[
        str | None,
        typer.Option(
            help="In place of a model's own: logistic, forest, boosting, weights-of-evidence, fuzzy, index."
        ),
    ] = None,
    cell_size: Annotated[
        float | None, typer.Option(min=1, help="Cell size in metres, in place of the region's.")
    ] = None,
    seed: Seed = 0,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="19 nulls and 2 repeats, not 99 and 5; no replicas, no other estimators.",
        ),
    ] = False,
    outside_applicability: Annotated[
        bool,
        typer.Option(
            "--outside-applicability", help="Rank ground unlike any that was trained on, too."
        ),
    ] = False,
    workers: WorkerCount = None,
    dask: Annotated[
        str | None, typer.Option(help="Scheduler to send windows to, e.g. tcp://host:8786.")
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(help="Where windows are kept: a folder or s3://...; default RUN/store."),
    ] = None,
    language: Annotated[Tongue, typer.Option(help="Of report and dossiers: en or es.")] = Tongue.en,
    basemap: Annotated[
        BaseMap | None,
        typer.Option(
            help="Let map.html ask this server for pictures; without it the file asks nobody."
        ),
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Screen although nothing has changed since the run.")
    ] = False,
) -> None:
    """Rank targets; write the map, the report with dossiers, GIS files and run.json."""
    from prospector.errors import LayerError
    from prospector.pages.lines import run_lines
    from prospector.region.region_file import load_region
    from prospector.runs.manifest import inputs_of, unchanged
    from prospector.runs.run import open_run
    from prospector.runs.run_folder import STORE_FOLDER, refuse_foreign
    from prospector.screening.steps import screen as run_screen
    from prospector.writing import write

    loaded = load_region(region)
    folder = out or Path("out") / loaded.name
    refuse_foreign(folder)
    asked: dict[str, Any] = {
        "deposit_models": deposit_model or None,
        "estimator": estimator,
        "cell_size_m": cell_size,
        "seed": seed,
        "quick": quick,
        "outside_applicability": outside_applicability,
    }
    hung_on = asked | {"language": language.value, "basemap": basemap}
    inputs = inputs_of(loaded, hung_on)
    kept = not anew and unchanged(folder, inputs)
    if not kept:
        with _progress() as report, _cluster(dask) as executor:
            screening = run_screen(
                loaded, **asked, workers=workers, executor=executor,
                store=store or folder / STORE_FOLDER, progress=report,
            )  # fmt: skip
            if inputs_of(loaded, hung_on) != inputs:
                raise LayerError(
                    f"{region}: a file of a layer has changed during the run. Run again."
                )
            report("writing", 0, 1)
            write(screening, folder, inputs=inputs, language=language.value, basemap=basemap)
            report("writing", 1, 1)
    _tell(run_lines(open_run(folder)))
    if kept:
        print("\nNothing has changed since this run was written (--anew screens again).")
    print(f"\nWritten to {folder}. Open {folder / 'map.html'} in a browser (it needs no internet),")
    print(f"{folder / 'report.html'} to read or print,")
    print(
        f"and {folder / 'prospects.gpkg'} in QGIS. All choices and figures: {folder / 'run.json'}."
    )


@app.command()
def backtest(
    region: RegionPath,
    before: Annotated[int, typer.Option(help="Deposits found before this year train.")],
    deposit_model: ModelNames = None,
    estimator: Annotated[
        str | None, typer.Option(help="In place of each model's own, e.g. forest.")
    ] = None,
    undated: Annotated[
        Undated, typer.Option(help="Whether deposits of no known year train or are left out.")
    ] = Undated.leave,
    seed: Seed = 0,
    workers: WorkerCount = None,
    store: TrialStore = None,
) -> None:
    """Say where the deposits found since a year would have stood by those known before."""
    from prospector.pages.lines import backtest_lines, notice_lines
    from prospector.screening.trials import backtest_region

    with _progress() as report:
        tables, notices = backtest_region(
            region, before, deposit_models=deposit_model, estimator=estimator,
            undated=undated.value, seed=seed, workers=workers,
            store=_trial_store(region, store), progress=report,
        )  # fmt: skip
    for one in tables:
        _tell(backtest_lines(one))
    _tell(notice_lines(notices))


@app.command()
def compare_estimators(
    region: RegionPath,
    deposit_model: ModelNames = None,
    estimator: Annotated[
        list[str] | None, typer.Option(help="Only this estimator; may be repeated.")
    ] = None,
    seed: Seed = 0,
    quick: Annotated[bool, typer.Option("--quick", help="19 nulls and 2 repeats for all.")] = False,
    workers: WorkerCount = None,
    store: TrialStore = None,
) -> None:
    """Put estimators side by side: the same folds, each AUC beside its null, and the time."""
    from prospector.pages.lines import comparison_lines, notice_lines
    from prospector.screening.trials import compare_estimators as run_comparison

    with _progress() as report:
        tables, notices = run_comparison(
            region, deposit_models=deposit_model, estimators=estimator, seed=seed, quick=quick,
            workers=workers, store=_trial_store(region, store), progress=report,
        )  # fmt: skip
    for one in tables:
        _tell(comparison_lines(one))
    _tell(notice_lines(notices))


def _trial_store(region: Path, store: str | None) -> str:
    """Return the store of a trial: that of the region's run in out/NAME, to share what is computed."""
    from prospector.region.region_file import load_region
    from prospector.runs.run_folder import STORE_FOLDER

    return store or str(Path("out") / load_region(region).name / STORE_FOLDER)


@app.command()
def dossier(
    run: RunPath,
    target_id: Annotated[str, typer.Argument(help="Id of a target, as in targets.csv.")],
    language: Annotated[
        Tongue | None, typer.Option(help="en or es; that of the run by default.")
    ] = None,
) -> None:
    """Write the dossier of a target: one page that prints to one sheet."""
    from prospector.pages.dossier import dossier as write_dossier

    file = write_dossier(run, target_id, language=None if language is None else language.value)
    print(f"Written to {file}. Open it in a browser; it prints to one sheet.")


@app.command()
def clean(run: RunPath) -> None:
    """Empty a run's store of computed windows; the run itself stays."""
    from prospector.runs.run_folder import clean as run_clean

    print(f"{run}: {run_clean(run) / 1e6:.1f} MB of computed windows removed.")


@app.command()
def score_polygons(
    run: RunPath,
    file: Annotated[Path, typer.Argument(help="Polygons of your own, in any CRS.")],
    out: Annotated[
        Path | None, typer.Option(help="Name to write under, without ending; default RUN_FILE.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="CRS of the file where it has none, e.g. EPSG:32719.")
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(help="A column of the file for the tables; may be repeated."),
    ] = None,
) -> None:
    """Score your own polygons by a run: blocks for sale, a tender, a call."""
    from prospector.pages.lines import notice_lines
    from prospector.runs.run import open_run
    from prospector.runs.score_polygons import score_polygons as run_scoring
    from prospector.runs.score_polygons import write_polygons

    opened = open_run(run)
    scored = run_scoring(opened, file, crs=crs, keep=keep or ())
    package, table = write_polygons(
        scored, opened, out or run.parent / f"{run.resolve().name}_{file.stem}"
    )
    for row in scored.table.groupby("deposit_model", sort=False).head(10).to_dict("records"):
        print(f"  {row['deposit_model']}  polygon {row['polygon']}: {_place(row)}")
    _tell(notice_lines(scored.notices))
    print(f"\nWritten: {package} (for GIS software) and {table} (for a spreadsheet).")
    for sentence in opened.record["sentences"]:
        print(sentence)


@app.command()
def portfolio(
    run: RunPath,
    rank_by: Annotated[
        str,
        typer.Option(
            help="A column of targets.csv, or several with weights: score:2,open_share:1,town_km:-1."
        ),
    ] = "score",
    out: Annotated[
        Path | None, typer.Option(help="Name to write the targets under, without ending.")
    ] = None,
) -> None:
    """Rank the targets of a run otherwise than by score: by open ground, area, a weighting."""
    from prospector.runs.portfolio import portfolio as run_portfolio
    from prospector.runs.portfolio import write_portfolio
    from prospector.runs.run import open_run

    opened = open_run(run)
    found = run_portfolio(opened, rank_by)
    print(found.words)
    for name, targets in found.targets.groupby("deposit_model", sort=False):
        print(f"{name}: {len(targets)} targets")
        for row in targets.head(10).to_dict("records"):
            label = row["name"] or row["known_names"] or "no known deposit"
            print(
                f"  {row['portfolio_rank']:>3}  {row['target_id']}  (by score {row['rank']}) "
                f"{row['area_km2']:,.0f} km2, score {row['score']:.2f}: {label}"
            )
    if out is not None:
        package, table = write_portfolio(found, opened, out)
        print(f"\nWritten: {package} (for GIS software) and {table} (for a spreadsheet).")
    for sentence in opened.record["sentences"]:
        print(sentence)


@app.command()
def compare(
    earlier: Annotated[Path, typer.Argument(help="Folder of the earlier run.")],
    later: Annotated[Path, typer.Argument(help="Folder of the later run.")],
    out: Annotated[
        Path | None, typer.Option(help="Name to write the changes under, without ending.")
    ] = None,
) -> None:
    """Say what changed between two runs: titles, opened ground, targets, and why."""
    from prospector.pages.lines import notice_lines
    from prospector.runs.comparison import compare as run_comparison
    from prospector.runs.comparison import write_changes

    changes = run_comparison(earlier, later)
    for name, told in changes.causes.items():
        print(f"What differs{': ' + name if name else ''}")
        for one in told:
            print(f"  {one}")
    counted = changes.table.groupby(["what", "change"], sort=False).size()
    print(f"\nChanges: {len(changes.table)}")
    for (what, change), count in counted.items():
        print(f"  {what} {change}: {count}")
    for row in changes.table[changes.table["what"] == "target"].head(30).to_dict("records"):
        places = " to ".join(one for one in (row["before"], row["after"]) if one)
        print(f"  {row['deposit_model']} {row['id']} {row['change']}, {places}. {row['reasons']}")
    _tell(notice_lines(changes.notices))
    if out is not None:
        package, table = write_changes(changes, out)
        print(f"\nWritten: {package} (for GIS software) and {table} (for a spreadsheet).")
    for sentence in changes.sentences:
        print(sentence)


@contextmanager
def _cluster(address: str | None) -> Iterator[Executor | None]:
    """Give the executor of a Dask cluster, or none where no address is given."""
    from prospector.errors import EngineError

    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise EngineError("--dask needs Dask. Install prospector-geo[dask].") from error
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise EngineError(
            f"--dask {address}: no scheduler answers ({error}). Start one with: dask scheduler."
        ) from error
    with client:
        yield client.get_executor()


@app.command(context_settings={"ignore_unknown_options": True})
def explain(
    run: RunPath,
    longitude: Annotated[float, typer.Argument(help="Degrees east, e.g. -69.07.")],
    latitude: Annotated[float, typer.Argument(help="Degrees north, e.g. -24.27.")],
) -> None:
    """Say what the evidence says at a place."""
    from prospector.numerals import figure, percentile
    from prospector.runs.explain import explain as run_explain
    from prospector.runs.run import open_run

    opened = open_run(run)
    for one in run_explain(opened, longitude, latitude):
        print(f"{one.label} at {longitude}, {latitude}")
        if one.score != one.score:
            print("  not scored: outside the permissive ground or the units, or evidence missing")
            continue
        print(f"  score {one.score:.3f}, percentile {percentile(one.percentile)}")
        for label, value, unit, part, schematic in one.rows:
            mark = " (schematic)" if schematic else ""
            print(f"  {part:+.2f}  {label} {figure(value)} {unit}{mark}")
        if one.unlike is not None:
            found, threshold = one.unlike
            where = "inside" if found <= threshold else "OUTSIDE"
            print(
                f"  {where} the area of applicability: dissimilarity {found:.3f}, "
                f"threshold {threshold:.3f}"
            )
        print(f"  {opened.record['deposit_models'][one.deposit_model]['skill_words']}")
    for sentence in opened.record["sentences"]:
        print(sentence)


class _progress:  # noqa: N801 - reads as a function
    """Progress on a terminal; one line a step elsewhere."""

    def __enter__(self) -> _progress:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        self._tasks: dict[str, int] = {}
        self._live = console.is_terminal
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console
        )
        if self._live:
            self._bars.start()
        return self

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=total)
            if not self._live:
                print(what, file=sys.stderr, flush=True)
        self._bars.update(self._tasks[what], completed=done, total=total)  # type: ignore[arg-type]

    def __exit__(self, *error: object) -> None:
        if self._live:
            self._bars.stop()


def _place(row: dict[Any, Any]) -> str:
    """Return in words how a polygon stands under a deposit model."""
    from prospector.numerals import percentile

    if row["score"] != row["score"]:
        return "not scored: off the permissive ground, or evidence missing"
    ranked = isinstance(row["rank"], int)
    place = f"rank {row['rank']}" if ranked else "no rank, less than a tenth is scored"
    return (
        f"{place}, score {row['score']:.3f}, percentile {percentile(row['percentile'])}, "
        f"{row['target_ha']:.0f} ha inside targets"
    )


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
