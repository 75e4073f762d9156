"""The dossier of a target: one page without script, which prints to one sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Transformer

from prospector.errors import OutputError
from prospector.numerals import fixed
from prospector.pages.account import Account
from prospector.pages.account_evidence import analogues, dissimilarity, evidence_rows
from prospector.pages.account_picture import picture
from prospector.pages.chapter import Teller, class_keys
from prospector.pages.concern import grave_notices
from prospector.pages.findings import Findings
from prospector.pages.render import render
from prospector.pages.report import layer_rows
from prospector.pages.work import work_for
from prospector.runs.inside import inside
from prospector.runs.run import open_run
from prospector.runs.run_files import DOSSIER_FOLDER
from prospector.runs.run_folder import add
from prospector.words.cautions import model_caution
from prospector.words.classes import TENURE_WORDS
from prospector.words.language import Language
from prospector.words.language import language as words_of
from prospector.words.together import together

TITLES_AT_MOST = 6
LAWS_AT_MOST = 3
NOTICES_AT_MOST = 2
CLOSE_ROWS = 8
"""Evidences and legal notes from which a dossier is set closer, so that it prints to one sheet."""


def dossier_page(findings: Findings, target_id: str, words: Language) -> str:
    """Return the dossier of a target as a page.

    Raises
    ------
    OutputError
        The run has no target of that id.
    """
    one = _account(findings, target_id, words)
    record, row, law = findings.run.record, one.row, one.law()
    return render(
        "dossier.html.jinja",
        words,
        region=record["region"],
        sentences=findings.sentences(words),
        label=one.found.entry["label"],
        caution=model_caution(one.found.entry, words, learned=one.teller.learned),
        verdict=one.teller.verdict(),
        learned=one.teller.learned,
        place=one.place,
        quote=one.quote(),
        row=one.told(),
        n_targets=len(one.found.targets),
        utm=utm(row["longitude"], row["latitude"]),
        picture=picture(one),
        classes=class_keys(words),
        evidence=evidence_rows(one),
        largest_part=float(np.nanmax(np.abs(one.parts), initial=0.0)),
        analogues=analogues(one),
        titles=one.titles,
        titles_at_most=TITLES_AT_MOST,
        protected=one.protected(),
        law=law,
        laws_at_most=LAWS_AT_MOST,
        look="close" if len(one.parts) + len(law["notes"]) >= CLOSE_ROWS else "",
        dissimilarity=dissimilarity(one),
        work=work_for(one),
        origins=origins_of(layer_rows(record, words), words),
        notices=together(grave_notices(one.found), words),
        notices_at_most=NOTICES_AT_MOST,
        tenure_keys=[(name, words.told(TENURE_WORDS[name])) for name in one.tenure_around],
    )


def origins_of(layers: list[dict[str, Any]], words: Language) -> list[str]:
    """Return where some layers come from, each origin once, with the licences of what it gave."""
    licences: dict[str, dict[str, None]] = {}
    for layer in layers:
        given = licences.setdefault(words.told(layer["origin"]), {})
        if layer["licence"]:
            given[words.told(layer["licence"])] = None
    return [
        f"{origin} ({'; '.join(given)})" if given else origin for origin, given in licences.items()
    ]


def dossier(run: str | Path, target_id: str, *, language: str | None = None) -> Path:
    """Write the dossier of a target into its run folder and return the file.

    The run's manifest lists it: the next run replaces it.

    Parameters
    ----------
    run
        Folder that a screening wrote.
    target_id
        As targets.csv has it, e.g. ``"PCU-AGQRNG4K"``.
    language
        ``"en"`` or ``"es"``; that of the run by default.

    Returns
    -------
    Path
        ``RUN/DEPOSIT_MODEL/dossiers/TARGET_ID.html``, a page that prints to one sheet.

    Raises
    ------
    OutputError
        The folder holds no run, the run has no such target, or there is no such language.

    Examples
    --------
    >>> import prospector
    >>> target = prospector.open_run("out/hills").targets["target_id"].iloc[-1]
    >>> file = prospector.dossier("out/hills", target)
    >>> file.parent.as_posix(), file.stem == target
    ('out/hills/porphyry_copper/dossiers', True)
    """
    findings = Findings(open_run(run))
    words = words_of(language or findings.run.record["language"])
    name = deposit_model_of(findings, target_id)
    file = inside(findings.run.folder, name, DOSSIER_FOLDER, f"{target_id}.html")
    page = dossier_page(findings, target_id, words)
    return add(findings.run.folder, file.relative_to(findings.run.folder).as_posix(), page)


def write_dossier(findings: Findings, target_id: str, path: Path, *, words: Language) -> None:
    """Write the dossier of a target to a file."""
    page = dossier_page(findings, target_id, words)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def deposit_model_of(findings: Findings, target_id: str) -> str:
    """Return the deposit model that a target belongs to.

    Raises
    ------
    OutputError
        The run has no target of that id.
    """
    found = findings.targets.loc[findings.targets["target_id"] == target_id, "deposit_model"]
    if found.empty:
        raise OutputError(
            f"{findings.run.folder}: has no target '{target_id}'. Give an id of the column "
            "target_id in targets.csv."
        )
    return str(found.iloc[0])


def _account(findings: Findings, target_id: str, words: Language) -> Account:
    found = findings.models[deposit_model_of(findings, target_id)]
    rows = found.targets[found.targets["target_id"] == target_id]
    return Account(found, Teller(found, words), rows.iloc[0].to_dict())


def utm(longitude: float, latitude: float) -> str:
    """Return a place as zone, easting and northing in whole metres (WGS 84).

    Examples
    --------
    >>> utm(-69.0, -24.0)
    '19S 500000 E 7345773 N'
    """
    zone = int((longitude + 180) // 6) + 1
    south = latitude < 0
    transformer = Transformer.from_crs(
        "EPSG:4326", f"EPSG:{(32700 if south else 32600) + zone}", always_xy=True
    )
    easting, northing = transformer.transform(longitude, latitude)
    return f"{zone}{'S' if south else 'N'} {fixed(easting, 0)} E {fixed(northing, 0)} N"
