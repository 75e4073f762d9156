"""The page of an inventory: what a register lists, added up and row by row; no assay, no score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from prospector.inventory.totals import communes, decades, totals
from prospector.name_lists import parted
from prospector.pages.inventory_lines import PAGE_WORDS, page_name, written_tonnage
from prospector.pages.render import render
from prospector.pages.report import layer_rows
from prospector.pages.skill_rows import RANGE
from prospector.runs.run import Run
from prospector.words.classes import PROTECTION_WORDS, TENURE_WORDS
from prospector.words.language import Language

NARROW = "\u00a0"
"""What keeps a figure and its unit in one line."""


def write_inventory_pages(run: Run, folder: Path, *, words: Language) -> None:
    """Write the page of each inventory of a run into a folder."""
    for role in run.record.get("inventory", {}):
        text = inventory_page(run, role, words)
        (folder / page_name(role)).write_text(text, encoding="utf-8")


def inventory_page(run: Run, role: str, words: Language) -> str:
    """Return the page of one inventory of a run: no script, and it prints."""
    listed = run.inventory
    rows = listed[listed["inventory"] == role].reset_index(drop=True)
    record, region = run.record["inventory"][role], run.record["region"]
    sources = [layer for layer in layer_rows(run.record, words) if layer["role"] == role]
    notices = [
        notice for notice in run.notices
        if notice.code.startswith("inventory-") and notice.value("layer") in run.record["inputs"]
    ]  # fmt: skip
    return render(
        "inventory.html.jinja",
        words,
        title=words.say(PAGE_WORDS[role]["title"], region=words.told(region["title"])),
        what=PAGE_WORDS[role]["what"],
        record=record,
        total=written_tonnage(record["tonnage_mt"], words),
        largest=written_tonnage(rows["tonnage_mt"].max(), words),
        approved=_span(record),
        register_dates=", ".join(sorted(set(rows["register_as_of"].dropna()))),
        tables=[
            _table(
                "By metal, as the register states it", "metal", rows, metals(rows, words), words
            ),
            _table("By commune", "commune", rows, communes(rows), words),
            _table("By decade of approval", "decade", rows, decades(rows), words, order="group"),
        ],
        rows=[_row(row, words) for row in rows.to_dict("records")],
        has_wells=bool(rows["well_km"].notna().any()),
        missing=_missing(rows),
        sources=sources,
        notices=notices,
        tenure_as_of=run.record["tenure_as_of"],
    )


def _span(record: Mapping[str, Any]) -> str:
    first, last = record["approved_from"], record["approved_to"]
    return "" if first is None else f"{first}" if first == last else f"{first}{RANGE}{last}"


def _table(
    caption: str,
    head: str,
    rows: gpd.GeoDataFrame,
    by: pd.Series,
    words: Language,
    *,
    order: str = "",
) -> dict[str, Any]:
    """Return a table of totals as the page prints it."""
    added = totals(rows, by)
    if order:
        added = pd.concat([added[added.index.notna()].sort_index(), added[added.index.isna()]])
    return {
        "caption": caption,
        "head": head,
        "rows": [
            {
                "name": _group(name, words),
                "listed": int(row["listed"]),
                "with_tonnage": int(row["with_tonnage"]),
                "without_tonnage": int(row["without_tonnage"]),
                "tonnage": written_tonnage(row["tonnage_mt"], words) if row["with_tonnage"] else "",
            }
            for name, row in added.iterrows()
        ],
    }


def _group(name: object, words: Language) -> str:
    """Return what a row of totals is called: a decade by its first year and its last; empty for a blank."""
    if name is None or name != name:
        return ""
    if isinstance(name, int | float):
        return f"{int(name)}{RANGE}{int(name) + 9}"
    return words.told(str(name))


def _row(row: Mapping[str, Any], words: Language) -> dict[str, Any]:
    """Return a row as the page prints it; texts are empty where nothing is stated."""
    text = _texts(row)
    return {
        "name": text("register_name"),
        "id": text("register_id"),
        "operator": words.told(text("operator")),
        "resource": ", ".join(map(words.told, parted(text("resource")))),
        "kind": words.told(text("deposit_kind")),
        "tonnage": written_tonnage(row["tonnage_mt"], words),
        "authorised": written_tonnage(row["authorised_mt"], words),
        "approved": "" if pd.isna(row["approval_year"]) else str(int(row["approval_year"])),
        "age": "" if pd.isna(row["approval_age_y"]) else int(row["approval_age_y"]),
        "commune": text("lies_in") or text("register_commune"),
        "town": text("nearest_town"),
        "port": text("nearest_port"),
        "town_km": kilometres(row["town_km"], words),
        "port_km": kilometres(row["port_km"], words),
        "road_km": kilometres(row["road_km"], words),
        "well_km": kilometres(row["well_km"], words),
        "depth": "" if pd.isna(row["depth_to_water_m"])
        else f"{words.number(row['depth_to_water_m'], 0)}{NARROW}m",
        "tenure": words.told(TENURE_WORDS[row["tenure_class"]]),
        "holders": words.names(text("holders")),
        "protection": words.told(PROTECTION_WORDS[row["protection"]]),
    }  # fmt: skip


def _texts(row: Mapping[str, Any]) -> Callable[[str], str]:
    return lambda name: "" if row[name] is None or pd.isna(row[name]) else str(row[name])


def metals(rows: gpd.GeoDataFrame, words: Language) -> pd.Series:
    """Return the metals of each row as they are printed, the first named first; missing where none is."""
    named = [", ".join(map(words.told, parted(text))) or None for text in rows["resource"]]
    return pd.Series(named, index=rows.index, dtype=object)


def kilometres(distance: float, words: Language) -> str:
    """Return a distance with its unit; empty where it is not known."""
    return "" if pd.isna(distance) else f"{words.kilometres(distance)}{NARROW}km"


def _missing(rows: gpd.GeoDataFrame) -> list[tuple[str, int]]:
    """Return what the register leaves blank, with how often, the most frequent first."""
    columns = ("tonnage_mt", "approval_year", "resource", "deposit_kind")
    counts = [(name, int(rows[name].isna().sum())) for name in columns]
    return sorted([pair for pair in counts if pair[1]], key=lambda pair: -pair[1])
