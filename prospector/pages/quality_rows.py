"""The quality of each evidence as rows of text."""

from __future__ import annotations

from typing import Any

from prospector.errors import Reason
from prospector.numerals import inflation
from prospector.pages.skill_rows import MINUS
from prospector.words.language import Language


def quality_rows(figures: dict[str, Any], words: Language) -> list[dict[str, Any]]:
    """Return the quality of each evidence as run.json holds it, worst first, as text."""
    labels = [evidence["label"] for evidence in figures["evidence"]]
    return [
        {
            "label": labels[quality["column"]],
            "cover": words.number(100 * quality["cover"], 0),
            "one_value": words.number(100 * quality["one_value"], 0),
            "correlation": _number(quality["correlation"], words, 2),
            "inflation": _inflation(quality["inflation"], words),
            "plane": words.number(quality["plane"], 2),
            "quadratic": words.number(quality["quadratic"], 2),
            "findings": [Reason.from_record(finding) for finding in quality["findings"]],
        }
        for quality in figures["quality"]
    ]


def _inflation(value: float | None, words: Language) -> str:
    return "" if value is None else inflation(value).replace(".", words.point)


def _number(value: float | None, words: Language, decimals: int) -> str:
    return "" if value is None else words.number(value, decimals).replace("-", MINUS)
