"""Everything that a screening writes: the one list of the files of a run folder, and who writes each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from prospector.compute.store_files import why
from prospector.errors import LayerError, Notice, OutputError
from prospector.exporting import NOTICE_FILE, outputs_of
from prospector.freed import give_back
from prospector.gis.dressing import dress
from prospector.gis.formats import FORMATS, capped, formats_of_run, write_formats
from prospector.gis.held_out import write_held_out
from prospector.gis.raster import score_file, write_cog
from prospector.gis.relief import RELIEF_FILE, refuse_changed, region_relief
from prospector.gis.spelling import Spelling, spelling_of
from prospector.gis.vector import (
    WRITE_ERRORS,
    write_contributions,
    write_curves,
    write_distribution,
    write_effects,
    write_geopackage,
    write_labels,
    write_table,
    write_training,
)
from prospector.gis.workbook import WORKBOOK_FILE, Beside, source_lines, write_workbook
from prospector.layers.remembered import forget
from prospector.map.html import write_map
from prospector.map.payload import Pages, map_payload
from prospector.options import MAX_CELLS, Progress
from prospector.pages.inventory_lines import inventory_pages
from prospector.region.deposit_model import CELL
from prospector.region.region_file import load_region
from prospector.runs.crate import write_crate
from prospector.runs.inside import inside
from prospector.runs.manifest import inputs_of, unchanged, write_manifest
from prospector.runs.record import record_id
from prospector.runs.run import open_unsealed
from prospector.runs.run_files import (
    CONTRIBUTIONS_FILE,
    DOSSIER_FOLDER,
    EFFECTS_FILE,
    GPKG_FILE,
    HELD_OUT_FILE,
    MAP_FILE,
    PERCENTILES_FILE,
    TRAINING_FILE,
)
from prospector.runs.run_folder import RUN_FILE, STORE_FOLDER, move_in, new_run, refuse_foreign
from prospector.screening.ranking import Ranking
from prospector.screening.record import as_record
from prospector.screening.steps import Screening, screen
from prospector.words.language import Language, sentence, standing_sentences
from prospector.words.language import language as words_of

CURVES_FILE = "curves.csv"
WEIGHTS_FILE = "weights.csv"
COLUMNS_FILE = "columns.csv"
REPORT_FILE = "report.html"
OVERVIEW_FILE = "overview.html"
DOSSIERS = 5
"""Dossiers of each deposit model that a run writes unasked."""


def write(
    screening: Screening,
    folder: str | Path,
    *,
    inputs: str | None = None,
    language: str = "en",
    dossiers: int = DOSSIERS,
    basemap: str | None = None,
    formats: str | Sequence[str] | None = None,
) -> Path:
    """Write a screening to a run folder and return the folder.

    All is written apart first, inside the folder: an earlier run stays as it was until the new one
    is complete. What its manifest does not list is the user's own and stays.

    Parameters
    ----------
    screening
        What to write.
    folder
        Where, or a link to it; an earlier run there is replaced, its store stays.
    inputs
        Hash of all that the screening depends on (`inputs_of`), for the manifest.
    language
        Of report and dossiers: ``"en"`` or ``"es"``.
    dossiers
        How many of each deposit model's best targets get a dossier.
    basemap
        ``"esri-imagery"`` or ``"opentopomap"``: pictures that the map then asks that server for.
    formats
        Names of formats, such as ``"kmz"`` or ``["csv", "kmz"]``; the usual ones where none is given.
        What a run is opened again by (GeoPackage, rasters, tables of tenure) is written whatever they are.

    Returns
    -------
    Path
        The folder: map.html, report.html, prospects.gpkg, targets.csv, run.json and the rest.

    Raises
    ------
    LayerError
        The file of the relief, which is read again, has changed since the screening.
    OutputError
        The folder cannot be written, holds something that is not a run, or a file of the user's own
        that has the name of one of the run.

    Examples
    --------
    >>> import prospector
    >>> screening = prospector.screen("hills", quick=True, workers=1)
    >>> folder = prospector.write(screening, "out/again", formats="csv", dossiers=0)
    >>> (folder / "porphyry_copper" / "targets.csv").is_file()
    True
    """
    names = formats_of_run(formats)

    def fill(aside: Path) -> None:
        _write_files(screening, aside, language, dossiers, basemap, names)
        _write_pages(aside, words_of(language), dossiers)

    return _write(fill, Path(folder), inputs)


def _write(
    fill: Callable[[Path], None],
    given: Path,
    inputs: str | None,
    *,
    last: Callable[[], None] = lambda: None,
) -> Path:
    """Write a run folder, which `fill` fills; `last` may still refuse it when all is written."""
    refuse_foreign(given)
    try:
        with new_run(given.resolve()) as aside:
            try:
                fill(aside)
                write_crate(aside)
                write_manifest(aside, inputs)
            except WRITE_ERRORS as error:
                raise OutputError(_not_writable(given, why(aside, error))) from error
            last()
            move_in(aside, given.resolve())
    except OSError as error:
        raise OutputError(_not_writable(given, str(error.strerror or error))) from error
    return given


def screen_into(
    region: str | Path,
    out: str | Path | None = None,
    *,
    language: str = "en",
    basemap: str | None = None,
    formats: str | Sequence[str] | None = None,
    max_cells: float = MAX_CELLS,
    store: str | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    force: bool = False,
    **choices: Any,
) -> tuple[Path, bool]:
    """Screen a region into a run folder, unless the run there is of the same inputs.

    Parameters
    ----------
    region
        Folder of a region.toml, the file, or a loaded region.
    out
        The run folder; out/NAME where none is given.
    language
        ``"en"`` or ``"es"``.
    basemap
        As `write` takes it.
    formats
        As `write` takes them.
    max_cells
        More cells than this are refused.
    store
        Where windows are kept; the run's own folder where none is given.
    workers, executor
        As `screen` takes them.
    progress
        Called with what is being done, how many steps are done and how many there are.
    force
        Screen even if the inputs are unchanged.
    choices
        As `screen` takes them: deposit_models, commodities, estimator, cell_size_m, seed, quick,
        outside_applicability, stability. They change the result, so the inputs' hash depends on them.

    Returns
    -------
    The run folder, and whether the run there was kept.

    Raises
    ------
    LayerError
        A file of a layer has changed during the run.
    OutputError
        As `write` raises.
    """
    names = formats_of_run(formats)
    loaded = load_region(region)
    folder = Path(out) if out else Path("out") / loaded.name
    refuse_foreign(folder)
    asked = choices | {"language": language, "basemap": basemap, "formats": list(names)}
    inputs = inputs_of(loaded, asked)
    if not force and unchanged(folder, inputs):
        return folder, True
    held = [
        screen(
            loaded, **choices, max_cells=max_cells, workers=workers, executor=executor,
            store=store or folder / STORE_FOLDER, progress=progress,
        )
    ]  # fmt: skip
    if progress:
        progress("writing", 0, 1)

    def fill(aside: Path) -> None:
        _write_files(held.pop(), aside, language, DOSSIERS, basemap, names)
        forget()  # the screening is gone: pages are made of the folder
        give_back()
        _write_pages(aside, words_of(language), DOSSIERS)

    def refuse_others() -> None:
        if inputs_of(loaded, asked) != inputs:
            raise LayerError(
                f"{region}: a layer file, or a file of prospector itself, changed during the run. "
                "Run again."
            )

    _write(fill, folder, inputs, last=refuse_others)
    if progress:
        progress("writing", 1, 1)
    return folder, False


def _not_writable(folder: Path, reason: str) -> str:
    return f"{folder}: cannot be written ({reason}). Give another folder with --out."


def _write_files(
    screening: Screening,
    folder: Path,
    language: str,
    dossiers: int,
    basemap: str | None,
    formats: Sequence[str],
) -> None:
    give_back()
    sentences, words = screening.sentences(), words_of(language)
    notices = [*screening.notices, *capped(formats, len(screening.targets))]
    _write_notice(screening, folder / NOTICE_FILE, words, notices)
    if language != "en":
        listed = screening.inventory.columns if screening.inventories else []
        columns = dict.fromkeys([*screening.targets.columns, *listed])
        write_labels(columns, folder / COLUMNS_FILE, words)
    spelling = spelling_of(language)
    for name, ranking in screening.rankings.items():
        home = inside(folder, name)
        (home / "evidence").mkdir(parents=True)
        _write_tables(ranking, home, spelling)
        _write_rasters(ranking, home, sentences)
        for file_name, table in screening.tenure.tables(name).items():
            write_table(table, home / file_name, spelling=spelling)
    give_back()
    write_geopackage(screening, folder / GPKG_FILE, words=words)
    give_back()
    if "xlsx" in formats:
        write_workbook(
            screening, folder / WORKBOOK_FILE, words, beside=_beside(screening, dossiers)
        )
    outputs = {"dossiers": dossiers, "basemap": basemap, "formats": list(formats)}
    text = _record_text(screening, language, notices, outputs)
    run_id, lists = record_id(json.loads(text)), inventory_pages(screening.inventories)
    beside = Pages(REPORT_FILE, OVERVIEW_FILE, dossiers, run_id, lists, language)
    give_back()
    write_map(map_payload(screening, basemap=basemap, pages=beside), folder / MAP_FILE)
    give_back()
    relief = region_relief(screening.layers, screening.grid)
    if relief is not None:
        refuse_changed(screening.layers)
        file = folder / RELIEF_FILE
        write_cog(relief, file, description="elevation on land", sentences=sentences)
    (folder / RUN_FILE).write_text(text, encoding="utf-8")
    made_here = [name for name in formats if FORMATS[name].screened]
    others = [name for name in formats if name not in made_here]
    write_formats(outputs_of(open_unsealed(folder)), folder, others)
    dress(screening, folder, GPKG_FILE, relief=relief, words=words)


def _beside(screening: Screening, dossiers: int) -> Beside:
    """Return the files of a run that its workbook leads to."""
    files = {
        MAP_FILE: "the map",
        OVERVIEW_FILE: "the answer on two sheets",
        REPORT_FILE: "the report",
        GPKG_FILE: "targets and layers for GIS software",
        NOTICE_FILE: "all results and every choice, as one record",
    }
    of_targets = {
        target_id: f"{name}/{DOSSIER_FOLDER}/{target_id}.html"
        for name, ranking in screening.rankings.items()
        for target_id in ranking.targets["target_id"].head(dossiers)
    }
    return Beside(files, of_targets, f"{MAP_FILE}#target={{target_id}}")


def _record_text(
    screening: Screening, language: str, notices: Sequence[Notice], outputs: dict[str, Any]
) -> str:
    record = as_record(screening) | {"language": language, "outputs": outputs}
    record["notices"] = [_readable(notice) for notice in notices]
    return json.dumps(record, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _readable(notice: Notice) -> dict[str, Any]:
    """Return a notice as run.json holds it, with its English sentence for who reads the file."""
    about = dict(notice.about)
    where = next((f"{key} '{about[key]}'" for key in ("layer", "model") if about.get(key)), "run")
    return notice.as_record() | {"where": where, "what": sentence(notice)}


def _write_notice(
    screening: Screening, path: Path, words: Language, notices: Sequence[Notice]
) -> None:
    """Write the sentences that go with the files, in the language and in English, and every notice."""
    sentences, own = screening.sentences(), standing_sentences(screening, words)
    legal = [note.sentence(code) for code in (words.code, "en") for note in screening.legal_notes]
    both = dict.fromkeys([*own, *sentences, *legal])
    stated = [f"{words.level(notice)}: {words.sentence(notice)}" for notice in notices]
    sources = [*source_lines(screening.layers.items, words), ""]
    path.write_text("\n".join([*both, "", *sources, *stated]) + "\n", encoding="utf-8")


def _write_tables(ranking: Ranking, home: Path, spelling: Spelling) -> None:
    """Write the tables of a deposit model that a run is opened again by."""
    write_contributions(ranking.contributions, home / CONTRIBUTIONS_FILE)
    write_distribution(ranking.distribution, home / PERCENTILES_FILE)
    write_training(ranking.estimation, home / TRAINING_FILE)
    if ranking.estimation.headline:
        write_held_out(ranking.estimation, home / HELD_OUT_FILE)
    write_curves(ranking.skill, home / CURVES_FILE)
    write_effects(ranking.estimation, home / EFFECTS_FILE)
    if ranking.contrasts is not None:
        write_table(ranking.contrasts.table, home / WEIGHTS_FILE, spelling=spelling)


def _write_rasters(ranking: Ranking, home: Path, sentences: list[str]) -> None:
    """Write the score and the evidence of a deposit model."""
    name = ranking.model.name
    description = f"{name} score"
    write_cog(
        ranking.score,
        home / score_file(name),
        description=description,
        sentences=sentences,
    )
    of_cells = ranking.model.deposit_model.unit == CELL
    for evidence in ranking.evidence:
        path = inside(home, "evidence", f"{evidence.name}.tif")
        description = f"{evidence.label} ({sentence(evidence.accuracy)})"
        if of_cells:
            description += "; not computed outside the permissive ground"
        write_cog(evidence.raster, path, description=description, sentences=sentences)


def _write_pages(folder: Path, words: Language, dossiers: int) -> None:
    """Write overview, report and dossiers of a run folder that has all else but crate and manifest."""
    from prospector.pages.dossier import write_dossier  # loads matplotlib
    from prospector.pages.findings import Findings
    from prospector.pages.inventory import write_inventory_pages
    from prospector.pages.overview import write_overview
    from prospector.pages.report import write_report

    findings = Findings(open_unsealed(folder))
    write_overview(findings, folder / OVERVIEW_FILE, words=words)
    give_back()
    write_report(findings, folder / REPORT_FILE, words=words, dossiers=dossiers)
    write_inventory_pages(findings.run, folder, words=words)
    give_back()
    for name, model in findings.models.items():
        for target_id in model.targets["target_id"].head(dossiers):
            file = inside(folder, name, DOSSIER_FOLDER, f"{target_id}.html")
            write_dossier(findings, target_id, file, words=words)
