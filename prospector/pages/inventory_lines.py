"""What report and terminal say of an inventory, in a line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from prospector.inventory.listing import INVENTORY_ROLES, Inventory
from prospector.numerals import tonnage
from prospector.words.language import Language

PAGE_WORDS: dict[str, dict[str, str]] = {
    "tailings": {
        "title": "{region}: tailings as a secondary resource",
        "name": "Tailings",
        "what": "Tailings deposits that the register lists in the region. What is in them was not assayed "
        "here, and no model scores them.",
    }
}
"""What the page of each role is called and says first."""


def page_name(role: str) -> str:
    """Return the name of the page of an inventory."""
    return f"{role}.html"


def inventory_pages(inventories: Iterable[Inventory]) -> dict[str, str]:
    """Return the name of the page of each inventory, by what it is called."""
    return {PAGE_WORDS[listed.role]["name"]: page_name(listed.role) for listed in inventories}


def inventory_facts(record: Mapping[str, Any], words: Language) -> list[dict[str, Any]]:
    """Return what the report says of each inventory of a run's record."""
    return [
        {
            **found,
            "name": PAGE_WORDS[role]["name"],
            "page": page_name(role),
            "total": written_tonnage(found["tonnage_mt"], words),
        }
        for role, found in record.get("inventory", {}).items()
    ]


def inventory_lines(record: Mapping[str, Any]) -> list[str]:
    """Return a line for each inventory of a run's record, for a terminal.

    Examples
    --------
    >>> inventory_lines({"inventory": {"tailings": {"listed": 230, "with_tonnage": 52}}})
    ['Tailings: 230 listed, 52 with a tonnage; no score']
    """
    return [
        f"{INVENTORY_ROLES[role]}: {found['listed']} listed, {found['with_tonnage']} with a tonnage; no score"
        for role, found in record.get("inventory", {}).items()
    ]


def written_tonnage(megatonnes: float | None, words: Language) -> str:
    """Return a tonnage as it is printed; empty where none is stated."""
    if megatonnes is None or pd.isna(megatonnes):
        return ""
    return tonnage(float(megatonnes)).replace(".", words.point)
