"""The command line: a thin skin over functions of the same names. Only this module prints and exits."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from prospector.cli import model_commands
from prospector.cli.fetch_command import fetch
from prospector.cli.gis_commands import qgis_script
from prospector.cli.newcomers import PlainGroup
from prospector.cli.options import (
    BaseMap,
    CellSize,
    Commodities,
    Estimator,
    ExportFormats,
    MaxCells,
    ModelNames,
    RegionPath,
    RunPath,
    ScreenFormats,
    Seed,
    Tongue,
    TrialStore,
    Undated,
    WorkerCount,
)
from prospector.cli.region_commands import add, init, layers
from prospector.cli.signals import Ended, orderly_end
from prospector.cli.source_commands import CLASSES_EXAMPLE, SOURCES_EXAMPLE, classes, sources
from prospector.cli.terminal import Bars, cluster, columns, show
from prospector.options import MAX_CELLS
from prospector.printable import guard_process

OTHER_BYTES, BAD_INPUT = 1, 2

START = (
    "Start with an example: prospector init atacama --from atacama, then prospector screen atacama. With "
    "your own files: prospector init myregion FILES, then prospector check myregion."
)

app = typer.Typer(
    cls=PlainGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Screen a region for exploration targets: ranked, explained, tenure-checked.",
    epilog=START,
)

EXHAUSTED = {
    errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOSPC, errno.EDQUOT, errno.EFBIG,
}  # fmt: skip
"""What the system answers where it has no more of something to give."""

REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ELOOP, errno.EIO}
"""What the system answers where it does not let a file be reached."""

WHOLE = "The run folder holds the earlier run, or the new one if it was complete."
"""What an end before its time leaves; which of the two, the last step decides."""

NO_MEMORY = (
    "there is not enough memory. Use larger cells (--cell-size) or fewer workers (--workers 1), or close "
    f"other programs. {WHOLE}"
)
FREE_SOME = (
    f"Free disk space, memory or open files, or raise the limit (ulimit -a), and run again. {WHOLE}"
)
ASK_FOR_IT = "Change its permissions or location, or run the command as a user who has access."


def main() -> None:
    """Run the command line; what a caller can act on becomes one line and exit code 2."""
    from prospector.errors import ProspectorError
    from prospector.scratch import sweep

    guard_process()
    try:
        with orderly_end():
            sweep()
            app()
    except ProspectorError as error:
        _stop(*error.lines)
    except MemoryError:
        _stop(NO_MEMORY)
    except OSError as error:
        if error.errno in EXHAUSTED:
            _stop(f"{error.strerror}: the command cannot continue. {FREE_SOME}")
        if error.errno in REFUSED:
            _stop(f"{error.filename}: {error.strerror}. {ASK_FOR_IT}")
        raise
    except Ended as ended:
        print(f"\nInterrupted. {WHOLE}", file=sys.stderr)
        sys.exit(ended.exit_code)


def _stop(*lines: str) -> NoReturn:
    """Print an error, a line for each fault, and end."""
    first, *rest = lines
    show([f"Error: {first}", *rest], file=sys.stderr)
    sys.exit(BAD_INPUT)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="With --version: also print what a bug report needs.")
    ] = False,
) -> None:
    if version:
        from prospector import __version__

        print(f"prospector {__version__}")
        if verbose:
            show(_versions())
        raise typer.Exit


def _versions() -> Iterator[str]:
    """Give the versions of Python, of the system and of every library that prospector asks for."""
    import platform
    import re
    from importlib import metadata

    from prospector.compute.provenance import versions

    yield f"Python {platform.python_version()} on {platform.platform()}"
    yield f"prospector at {Path(__file__).parents[1]}"
    own = versions()
    yield f"GDAL {own['gdal']} (rasters), PROJ {own['proj']}, GEOS {own['geos']}"
    asked = [re.split(r"[^\w.-]", line)[0] for line in metadata.requires("prospector-geo") or ()]
    for library in sorted(set(asked), key=str.lower):
        try:
            yield f"{library} {metadata.version(library)}"
        except metadata.PackageNotFoundError:
            yield f"{library}: not installed"


app.command()(init)
app.command()(add)
app.command()(layers)


@app.command()
def check(
    region: RegionPath,
    deposit_model: ModelNames = None,
    commodity: Commodities = None,
    estimator: Estimator = None,
    cell_size: CellSize = None,
    max_cells: MaxCells = MAX_CELLS,
    evidence: Annotated[
        bool,
        typer.Option(
            "--evidence",
            help="Also check the quality of each evidence layer, worst first; takes some seconds more.",
        ),
    ] = False,
) -> None:
    """Check a region before you screen it: models that can run, deposits, evidence, time, problems.

    Example: prospector check myregion --evidence
    """
    from prospector.pages.check_lines import check_lines
    from prospector.screening.check import check as run_check

    checked = run_check(
        region, deposit_models=deposit_model or None, commodities=commodity or None, estimator=estimator,
        cell_size_m=cell_size, max_cells=max_cells, evidence=evidence,
    )  # fmt: skip
    show(check_lines(checked, width=columns()))
    if not checked.passed:
        unable = ", ".join(model.name for model in checked.deposit_models if not model.able)
        _stop(f"cannot run: {unable}. See the reasons above.")


@app.command()
def screen(
    region: RegionPath,
    out: Annotated[Path | None, typer.Option(help="Run folder; default out/NAME.")] = None,
    deposit_model: ModelNames = None,
    commodity: Commodities = None,
    estimator: Estimator = None,
    cell_size: CellSize = None,
    max_cells: MaxCells = MAX_CELLS,
    seed: Seed = 0,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="Faster test of skill: 19 random rankings and 2 repeats, not 99 and 5; no "
            "replicas, no comparison of estimators.",
        ),
    ] = False,
    outside_applicability: Annotated[
        bool,
        typer.Option(
            "--outside-applicability", help="Also rank ground unlike all training ground."
        ),
    ] = False,
    stability: Annotated[
        bool,
        typer.Option(
            "--stability",
            help="Also measure how AUC and targets change with cell size and background sample.",
        ),
    ] = False,
    workers: WorkerCount = None,
    dask: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler to compute on, e.g. tcp://host:8786."),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            help="Where intermediate results are kept for the next run: a folder or s3://...; "
            "default RUN/store."
        ),
    ] = None,
    language: Annotated[
        Tongue,
        typer.Option(
            help="Language of pages, tables and messages of the run; errors are in English."
        ),
    ] = Tongue.en,
    basemap: Annotated[
        BaseMap | None,
        typer.Option(
            help="Background imagery for map.html from this server; without it the map needs no internet."
        ),
    ] = None,
    formats: ScreenFormats = None,
    force: Annotated[
        bool, typer.Option("--force", help="Run again even if inputs are unchanged.")
    ] = False,
) -> None:
    """Rank targets; write the map, the report with dossiers, GIS files and run.json.

    Example: prospector screen myregion --quick --out out/first
    """
    from prospector.pages.run_lines import run_lines, screened_lines
    from prospector.runs.run import open_run
    from prospector.words.language import language as words_of
    from prospector.writing import screen_into

    with Bars(language.value) as report, cluster(dask) as executor:
        folder, kept = screen_into(
            region, out, deposit_models=deposit_model or None, commodities=commodity or None,
            estimator=estimator, cell_size_m=cell_size, seed=seed, quick=quick,
            outside_applicability=outside_applicability, stability=stability,
            language=language.value, basemap=basemap, formats=formats,
            max_cells=max_cells, workers=workers, executor=executor, store=store, progress=report,
            force=force,
        )  # fmt: skip
    run = open_run(folder)
    show(run_lines(run, width=columns()))
    show(screened_lines(folder, words_of(run.record["language"]), kept=kept))


@app.command()
def backtest(
    region: RegionPath,
    before: Annotated[
        int,
        typer.Option(
            min=1500,
            max=2100,
            help="Train on deposits found before this year, test on the later ones.",
        ),
    ],
    deposit_model: ModelNames = None,
    estimator: Annotated[
        str | None,
        typer.Option(help="Use this estimator in place of each model's own, e.g. forest."),
    ] = None,
    undated: Annotated[
        Undated, typer.Option(help="Deposits of unknown year: leave them out, or train on them.")
    ] = Undated.leave,
    max_cells: MaxCells = MAX_CELLS,
    seed: Seed = 0,
    workers: WorkerCount = None,
    store: TrialStore = None,
) -> None:
    """Back-test: train on deposits known before a year, and see how the later finds would have ranked.

    Example: prospector backtest myregion --before 1980
    """
    from prospector.pages.lines import backtest_lines, notice_lines
    from prospector.screening.trials import backtest_region

    with Bars() as report:
        tables, notices = backtest_region(
            region, before, deposit_models=deposit_model, estimator=estimator,
            undated=undated.value, max_cells=max_cells, seed=seed, workers=workers,
            store=_trial_store(region, store), progress=report,
        )  # fmt: skip
    for table in tables:
        show(backtest_lines(table))
    show(notice_lines(notices, width=columns()))


@app.command()
def compare_estimators(
    region: RegionPath,
    deposit_model: ModelNames = None,
    estimator: Annotated[
        list[str] | None, typer.Option(help="Compare only this estimator; may be repeated.")
    ] = None,
    max_cells: MaxCells = MAX_CELLS,
    seed: Seed = 0,
    quick: Annotated[
        bool, typer.Option("--quick", help="Faster: 19 random rankings and 2 repeats for each.")
    ] = False,
    workers: WorkerCount = None,
    store: TrialStore = None,
) -> None:
    """Compare estimators on the same folds: each AUC beside that of random rankings, and the time.

    Example: prospector compare-estimators myregion --quick
    """
    from prospector.pages.lines import comparison_lines, notice_lines
    from prospector.screening.trials import compare_estimators as run_comparison

    with Bars() as report:
        tables, notices = run_comparison(
            region, deposit_models=deposit_model, estimators=estimator, max_cells=max_cells,
            seed=seed, quick=quick, workers=workers, store=_trial_store(region, store), progress=report,
        )  # fmt: skip
    for table in tables:
        show(comparison_lines(table))
    show(notice_lines(notices, width=columns()))


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
        Tongue | None, typer.Option(help="Language; that of the run by default.")
    ] = None,
) -> None:
    """Write the dossier of a target: one page that prints to one sheet.

    Example: prospector dossier out/myregion PCU-1a2b3c --language es
    """
    from prospector.pages.dossier import dossier as write_dossier

    file = write_dossier(run, target_id, language=None if language is None else language.value)
    show([f"Written to {file}. Open it in a browser; it prints on one page."])


@app.command()
def export(
    run: RunPath,
    formats: ExportFormats = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; default RUN/export.")
    ] = None,
) -> None:
    """Write a run in other formats, for Google Earth, ArcGIS, databases; the run is not changed.

    Example: prospector export out/myregion --formats kmz,filegdb
    """
    from prospector.exporting import export as run_export
    from prospector.gis.formats import capped, read_formats
    from prospector.pages.answers import exported_lines
    from prospector.pages.lines import notice_lines
    from prospector.runs.run import open_run

    names = read_formats(formats)
    opened = open_run(run)
    show(exported_lines(run_export(opened, formats=formats, folder=out)))
    notices = capped(names, len(opened.targets))
    if notices:
        show(notice_lines(notices, width=columns()))
    show(opened.record["sentences"])


@app.command()
def clean(run: RunPath) -> None:
    """Free disk space: delete what a run kept for the next one; its results stay.

    Example: prospector clean out/myregion
    """
    from prospector.runs.run_folder import clean as run_clean

    show(
        [
            f"{run}: {run_clean(run) / 1e6:.1f} MB of intermediate results deleted. The run's "
            "results are unchanged."
        ]
    )


@app.command()
def score_polygons(
    run: RunPath,
    file: Annotated[Path, typer.Argument(help="Your polygons, in any CRS.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Name of the files to write, without ending; default RUN_FILE."),
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="CRS of the file if it states none, e.g. EPSG:32719.")
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(help="Keep this column of the file in the tables; may be repeated."),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="Text encoding of the file if it is stated wrongly, e.g. ISO-8859-1."),
    ] = None,
    layer: Annotated[
        str | None, typer.Option(help="Layer to score, if the file has several.")
    ] = None,
) -> None:
    """Score your own polygons with a run, e.g. blocks for sale or in a tender.

    Example: prospector score-polygons out/myregion blocks.shp --keep BLOCK_NAME
    """
    from prospector.pages.answers import polygon_lines, written_lines
    from prospector.runs.run import open_run
    from prospector.runs.score_polygons import score_polygons as run_scoring
    from prospector.runs.score_polygons import write_polygons

    opened = open_run(run)
    scored = run_scoring(opened, file, crs=crs, keep=keep or (), encoding=encoding, layer=layer)
    base = out or run.parent / f"{run.resolve().name}_{file.stem}"
    files = write_polygons(scored, opened, base)
    show(polygon_lines(scored))
    show(written_lines(files))
    show(opened.record["sentences"])


@app.command()
def portfolio(
    run: RunPath,
    rank_by: Annotated[
        str | None,
        typer.Option(
            help="Column of targets.csv to rank by, or several with weights: "
            "percentile:2,open_share:1,town_km:-1."
        ),
    ] = None,
    deposit_model: Annotated[
        str | None,
        typer.Option(
            help="Rank only the targets of this deposit model; by score unless --rank-by is given."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Name of the files to write the targets to, without ending.")
    ] = None,
) -> None:
    """Rank the targets of all deposit models together: by percentile, open ground, area or a weighting.

    Example: prospector portfolio out/myregion --rank-by percentile:2,open_share:1,town_km:-1
    """
    from prospector.pages.answers import portfolio_lines, written_lines
    from prospector.runs.portfolio import portfolio as run_portfolio
    from prospector.runs.portfolio import write_portfolio
    from prospector.runs.run import open_run

    opened = open_run(run)
    ordered = run_portfolio(opened, rank_by, deposit_model=deposit_model)
    show(portfolio_lines(ordered, opened))
    if out is not None:
        show(written_lines(write_portfolio(ordered, opened, out)))
    show(opened.record["sentences"])


@app.command()
def compare(
    earlier: Annotated[Path, typer.Argument(help="Folder of the earlier run.")],
    later: Annotated[Path, typer.Argument(help="Folder of the later run.")],
    out: Annotated[
        Path | None, typer.Option(help="Name of the files to write the changes to, without ending.")
    ] = None,
) -> None:
    """Compare two runs: which titles, open ground and targets changed, and why.

    Example: prospector compare out/january out/june --out changes
    """
    from prospector.pages.answers import written_lines
    from prospector.pages.comparison_lines import change_lines, write_changes
    from prospector.runs.comparison import compare as run_comparison

    changes = run_comparison(earlier, later)
    show(change_lines(changes))
    if out is not None:
        show(written_lines(write_changes(changes, out)))
    show(changes.sentences)


@app.command()
def rerun(
    run: RunPath,
    layers: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the region; default layers/NAME or NAME, after the region's name."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to keep the repeated run in; default: it is not kept."),
    ] = None,
    workers: WorkerCount = None,
) -> None:
    """Repeat a run from its record: identical files, or a list of the inputs that differ (exit code 1).

    Example: prospector rerun out/myregion --layers myregion
    """
    from prospector.pages.rerun_lines import rerun_lines
    from prospector.rerunning import rerun as run_again

    with Bars() as report:
        again = run_again(run, layers=layers, out=out, workers=workers, progress=report)
    places = (str(run), str(out or ""))
    show(rerun_lines(again.files, again.differences, same=again.same, places=places))
    if not again.same:
        raise typer.Exit(OTHER_BYTES)


@app.command(context_settings={"ignore_unknown_options": True})
def explain(
    run: RunPath,
    longitude: Annotated[
        float, typer.Argument(min=-180, max=360, help="Degrees east, e.g. -69.07.")
    ],
    latitude: Annotated[float, typer.Argument(min=-90, max=90, help="Degrees north, e.g. -24.27.")],
) -> None:
    """Show score and evidence at one point, for each deposit model.

    Example: prospector explain out/myregion -69.07 -24.27
    """
    from prospector.pages.answers import explanation_lines
    from prospector.runs.explain import explain as run_explain
    from prospector.runs.run import open_run

    opened = open_run(run)
    for explanation in run_explain(opened, longitude, latitude):
        show(explanation_lines(explanation, opened, longitude, latitude))
    show(opened.record["sentences"])


app.command()(model_commands.models)
app.command()(fetch)
app.command(epilog=SOURCES_EXAMPLE)(sources)
app.command(epilog=CLASSES_EXAMPLE)(classes)
app.command()(model_commands.schema)
app.command()(qgis_script)
