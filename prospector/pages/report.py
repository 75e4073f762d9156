"""The report of a run: one page without script, which prints."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prospector.gis.formats import USUAL
from prospector.pages import skill_rows
from prospector.pages.chapter import Teller, class_keys
from prospector.pages.chapter_pictures import ChapterPictures
from prospector.pages.figure_answers import answers_of
from prospector.pages.findings import Findings
from prospector.pages.inventory_lines import inventory_facts
from prospector.pages.overview import overview_values
from prospector.pages.quality_rows import quality_rows
from prospector.pages.render import render
from prospector.pages.work import work_for_model
from prospector.region.commodities import commodity_word
from prospector.region.critical import critical_lists, flags_line
from prospector.region.deposit_model import CELL
from prospector.region.legal import LegalNote
from prospector.runs.run_files import DOSSIER_FOLDER
from prospector.targets.law import RESERVED_LITHIUM
from prospector.tenure.concessions import TENURE_CLASSES
from prospector.words.cautions import model_caution
from prospector.words.classes import TENURE_WORDS
from prospector.words.language import Language
from prospector.words.stability import stability_line
from prospector.words.together import by_level


def write_report(findings: Findings, path: Path, *, words: Language, dossiers: int = 0) -> None:
    """Write the report of a run to a file; it links to the dossiers of the first targets."""
    path.write_text(report_page(findings, words, dossiers=dossiers), encoding="utf-8")


def report_page(findings: Findings, words: Language, *, dossiers: int = 0) -> str:
    """Return the report of a run as a page."""
    record = findings.run.record
    region = record["region"]
    chapters = [_chapter(Teller(model, words), dossiers) for model in findings.models.values()]
    return render(
        "report.html.jinja",
        words,
        overview=overview_values(findings, words),
        region=region,
        window={key: degrees(value, words) for key, value in region["window"].items()},
        cell_size=f"{record['grid']['cell_size_m']:g}",
        scale_error=_number(region.get("scale_error_percent"), words),
        sentences=findings.sentences(words),
        chapters=chapters,
        layers=layer_rows(record, words),
        inventories=inventory_facts(record, words),
        left_out=not_screened(findings, words),
        notices=by_level(findings.run.notices, words),
        law=[(note, _cited(note)) for note in findings.legal_notes],
        critical_lists=critical_lists(),
        papers=sorted({paper for model in findings.models.values() for paper in model.entry["papers"]}),
        command=command(record),
        versions=", ".join(f"{name} {value}" for name, value in record["versions"].items()),
        classes=class_keys(words),
        tenure_keys=[(name, words.told(TENURE_WORDS[name])) for name in TENURE_CLASSES],
        tenure_as_of=record["tenure_as_of"],
    )  # fmt: skip


def not_screened(findings: Findings, words: Language) -> list[str]:
    """Return the deposit models that were not screened, or do not apply here, by their labels."""
    codes = ("model-not-screened", "model-does-not-apply")
    found = [notice for notice in findings.run.notices if notice.code in codes]
    return [words.told(str(notice.value("label"))) for notice in found]


def _chapter(teller: Teller, dossiers: int) -> dict[str, Any]:
    found, words = teller.found, teller.language
    skill, rows = found.skill, teller.rows()
    pictures = ChapterPictures(teller)
    for row in rows:
        there = row["rank"] <= dossiers
        row["dossier"] = f"{found.name}/{DOSSIER_FOLDER}/{row['target_id']}.html" if there else ""
    parts = [abs(cell[1]) for row in rows for cell in row["reasons"] if cell]
    best = found.targets.head(1)
    return {
        "name": found.name,
        "label": found.entry["label"],
        "summary": found.entry["summary"],
        "caution": model_caution(found.entry, words, learned=teller.learned),
        "commodities": ", ".join(
            _symbol_or_word(name, words) for name in found.entry["commodities"]
        ),
        "reserved": any(
            note.name == RESERVED_LITHIUM and note.concerns(found.entry["commodities"])
            for note in found.findings.legal_notes
        ),
        "flags": flags_line(found.entry["commodities"], words.code),
        "unit_words": unit_words(found.entry["unit"], words),
        "verdict": teller.verdict(),
        "learned": teller.learned,
        "n_targets": len(found.targets),
        "area": words.area(found.targets["area_km2"].sum()),
        "n_known": int((found.targets["known_deposits"] > 0).sum()),
        "best": "" if best.empty else teller.place(str(best["target_id"].iloc[0])),
        "ground": teller.ground(),
        "unknown_share": teller.ground_shares["unknown"],
        "has_faults": "faults" in found.findings.backdrop.layers,
        "rows": rows,
        "largest_part": max(parts, default=0.0),
        "method": teller.method(),
        "evidence": teller.evidence_rows(),
        "schematic": any(evidence["schematic"] for evidence in found.evidence),
        "quality": quality_rows(found.figures, words),
        "lacking": teller.lacking(),
        "pictures": pictures.by_name(),
        "outlined": pictures.outlined(),
        "answers": answers_of(teller),
        "map_share": pictures.map_share,
        "baselines": skill_rows.baselines(skill, found.labels, words),
        "estimators": skill_rows.estimators(skill, words),
        "in_short": skill_rows.in_short(skill, words),
        "divisions": skill_rows.divisions(skill, words),
        "splits": skill_rows.splits(skill, words),
        "draws": skill_rows.draws(skill, words),
        "shifts": teller.shifts(),
        "density": skill_rows.density(skill, words),
        "boyce": skill_rows.boyce(skill, words),
        "areas_under": skill_rows.areas_under(skill, words),
        "block_km": f"{(skill.measured.block_size_m if skill.measured else 0) / 1000:g}",
        "captures": skill_rows.captures(skill, words),
        "stability": ""
        if found.figures.get("stability") is None
        else stability_line(found.figures["stability"], words),
        "stated": skill_rows.stated(skill, found.labels, words),
        "known": teller.known(),
        "known_left": teller.known_left(),
        "known_units": max((row["units"] for row in found.figures.get("known", [])), default=0),
        "backtests": skill_rows.backtests(found.figures["backtests"], words),
        "contrasts": skill_rows.contrasts(found.figures, words),
        "unlike": teller.unlike(),
        "work": work_for_model(teller),
    }


def _cited(note: LegalNote) -> str:
    """Return where a legal note comes from: source, date, grade, and the site of its first page."""
    return f"{note.source}, {note.date}, {note.grade} ({urlsplit(note.url).hostname})"


def unit_words(unit: str, words: Language) -> str:
    """Return what a deposit model scores, in words."""
    return words.say("cells of the grid") if unit == CELL else words.told(unit)


def _symbol_or_word(commodity: str, words: Language) -> str:
    """Return the symbol of a commodity, or its word in the language where it has none."""
    return commodity if commodity[0].isupper() else commodity_word(commodity, words.code)


def degrees(value: float, words: Language) -> str:
    """Return a longitude or latitude in degrees, negative to the west and the south."""
    return f"{value:g}°".replace("-", skill_rows.MINUS).replace(".", words.point)


def _number(value: float | None, words: Language) -> str:
    return "" if value is None else f"{value:g}".replace(".", words.point)


def layer_rows(record: dict[str, Any], words: Language) -> list[dict[str, Any]]:
    """Return the layers of a run with their sources; 'origin not stated' where nothing says so."""
    rows = []
    for name, one in record["inputs"].items():
        source = one["source"] or {}
        tolerance_m, resolution_m = one["tolerance_m"], one["resolution_m"]
        keys = ("licence", "date", "scale", "coverage", "citation")
        rows.append(
            {
                **{key: source.get(key, "") for key in keys},
                "origin": source.get("origin", "origin not stated"),
                "title": one["title"] or name,
                "role": one["role"],
                "file": one["file"],
                "sha256": one["sha256"],
                "schematic": one["schematic"],
                "all_schematic": one["all_schematic"],
                "resolution": "" if not resolution_m else words.length(resolution_m),
                "tolerance": "" if not tolerance_m else f"{tolerance_m / 1000:g}",
                "error": source.get("error_m"),
                "missing": ", ".join(words.told(kind) for kind in one["missing_kinds"]),
                "by_name": ", ".join(ground["name"] for ground in one.get("missing_names", ())),
            }
        )
    return rows


def relief_error(record: dict[str, Any]) -> dict[str, Any] | None:
    """Return how far the relief of a run was measured to err, in metres; None where nothing says so."""
    reliefs = [one["source"] or {} for one in record["inputs"].values() if one["role"] == "relief"]
    return next((source["error_m"] for source in reliefs if source.get("error_m")), None)


def command(record: dict[str, Any]) -> str:
    """Return the command that repeats a run; the region's folder stands for where it lies.

    Examples
    --------
    >>> command({"region": {"name": "atacama", "cell_size_m": 1000.0},
    ...          "grid": {"cell_size_m": 1000.0},
    ...          "deposit_models": {"porphyry_copper": {}}, "language": "es",
    ...          "parameters": {"seed": 7, "estimator": None, "quick": True,
    ...                         "outside_applicability": False, "commodities": ["litio"]}})
    'prospector screen layers/atacama --commodity litio --seed 7 --quick --language es'
    >>> print(command({  # doctest: +NORMALIZE_WHITESPACE
    ...          "region": {"name": "atacama", "cell_size_m": 1000.0},
    ...          "grid": {"cell_size_m": 1000.0},
    ...          "parameters": {"seed": 0, "estimator": None,
    ...                         "deposit_models": ["lithium_brine", "iocg"]},
    ...          "outputs": {"formats": ["gpkg", "cog", "kmz"], "basemap": "opentopomap"}}))
    prospector screen layers/atacama --deposit-model lithium_brine --deposit-model iocg --seed 0 --basemap
    opentopomap --formats gpkg,cog,kmz
    """
    given, parts = (
        record["parameters"],
        ["prospector", "screen", f"layers/{record['region']['name']}"],
    )
    for name in given.get("deposit_models") or ():
        parts += ["--deposit-model", name]
    if given["estimator"]:
        parts += ["--estimator", given["estimator"]]
    if given.get("commodities"):
        parts += ["--commodity", ",".join(given["commodities"])]
    if record["grid"]["cell_size_m"] != record["region"]["cell_size_m"]:
        parts += ["--cell-size", f"{record['grid']['cell_size_m']:g}"]
    parts += ["--seed", str(given["seed"])]
    parts += [
        f"--{key.replace('_', '-')}"
        for key in ("quick", "outside_applicability", "stability")
        if given.get(key)
    ]
    if record.get("language", "en") != "en":
        parts += ["--language", record["language"]]
    outputs = record.get("outputs", {})
    if outputs.get("basemap"):
        parts += ["--basemap", outputs["basemap"]]
    if tuple(outputs.get("formats") or USUAL) != USUAL:
        parts += ["--formats", ",".join(outputs["formats"])]
    return shlex.join(parts)
