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
        "what": "Tailings deposits listed by the register in the region. Their content was not "
        "assayed here, and no model scores them.",
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


def inventory_lines(record: Mapping[str, Any], words: Language) -> list[str]:
    """Return a line for each inventory of a run's record, for a terminal.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> record = {"inventory": {"tailings": {"listed": 230, "with_tonnage": 52}}}
    >>> inventory_lines(record, language("en"))
    ['Tailings: 230 listed (not scored), 52 of them with a tonnage.']
    """
    return [
        words.say(
            "{inventory}: {n} listed (not scored), {known} of them with a tonnage.",
            inventory=words.told(INVENTORY_ROLES[role]),
            n=found["listed"],
            known=found["with_tonnage"],
        )
        for role, found in record.get("inventory", {}).items()
    ]


def written_tonnage(megatonnes: float | None, words: Language) -> str:
    """Return a tonnage as it is printed; empty where none is stated."""
    if megatonnes is None or pd.isna(megatonnes):
        return ""
    return tonnage(float(megatonnes)).replace(".", words.point)
