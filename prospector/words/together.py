"""Notices of one kind joined: one sentence for many, with their differences as a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from prospector.errors import LEVELS, Level, Notice
from prospector.words.language import Language, Piece

OPENING = "'\"(\u00ab"
BELONGS = re.compile(r"['\")\u00bb]*(?: ?(?:%|km\u00b2|km2|km|m|Ma|ha)(?!\w))?")
"""Marks and a unit that belong to the word before them."""

MODELS = ("model", "label", "deposit_type")
"""Holes that a deposit model fills where a sentence begins with it: its name, its label or its type."""

LONG = 240
"""A sentence of more letters is laid out as a list where there is room for one."""


@dataclass(frozen=True)
class Together:
    """Notices of one level and code in one sentence: what they share, with their parts between.

    Parameters
    ----------
    before, after
        What all of them say, before and after what they differ in.
    parts
        What each says of its own, at least one.
    count
        How many notices it holds.
    """

    level: Level
    before: str
    parts: tuple[str, ...]
    after: str
    count: int

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        return f"{self.before}{'; '.join(self.parts)}{self.after}"

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it in one line, or a line for each part where the parts are sentences of their own."""
        if self.before or len(self.after) > 1:
            return (self.sentence,)
        return tuple(f"{part}{self.after}" for part in self.parts)

    @property
    def is_long(self) -> bool:
        """Whether its parts read better as a list."""
        return len(self.parts) > 1 and len(self.sentence) > LONG


def together(notices: Iterable[Notice], words: Language) -> list[Together]:
    """Return notices gravest first, those of one level and code as one.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> alike = [
    ...     Notice("targets-alike", "caution", {"model": name, "targets": 17, "difference": 0.01}, count)
    ...     for name, count in (("iocg", 4), ("manto_copper", 17))
    ... ]
    >>> print(together(alike, language("en"))[0].sentence)  # doctest: +ELLIPSIS
    iocg: 4; manto_copper: 17 of 17 targets have scores within 0.01 of one another: ...
    """
    ordered = sorted(notices)
    kinds = groupby(ordered, key=lambda notice: (notice.level, notice.code))
    return [_joined(level, list(of_kind), words) for (level, _), of_kind in kinds]


def by_level(notices: Iterable[Notice], words: Language) -> list[tuple[Level, int, list[Together]]]:
    """Return each level that has notices, how many it has, and these together; gravest first."""
    every = together(notices, words)
    levels = [(level, [kind for kind in every if kind.level == level]) for level in LEVELS]
    return [(level, sum(kind.count for kind in own), own) for level, own in levels if own]


def _joined(level: Level, notices: Sequence[Notice], words: Language) -> Together:
    """Return notices of one code as one."""
    rows = _models_listed(words.pieces(notices))
    widths = {len(row) for row in rows}
    if len(rows) == 1 or len(widths) > 1:
        parts = tuple(words.tidy("".join(row)) for row in rows)
        return Together(level, "", parts, "", len(notices))
    differ = [at for at, texts in enumerate(zip(*rows, strict=True)) if len(set(texts)) > 1]
    first, last = differ[0], differ[-1] + 1
    before, after = "".join(rows[0][:first]), "".join(rows[0][last:])
    kept = before.rstrip(OPENING)
    closing = BELONGS.match(after)
    end = closing.end() if closing else 0
    whole = (before[len(kept) :] + "".join(row[first:last]) + after[:end] for row in rows)
    return Together(
        level, kept, tuple(map(words.tidy, whole)), words.tidy(after[end:]), len(notices)
    )


def _models_listed(rows: Sequence[Sequence[Piece]]) -> list[list[str]]:
    """Return sentences that differ in the model they begin with as one, with the models as a list."""
    models: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for row in rows:
        texts = tuple(piece.text for piece in row)
        begins = not texts[0] and len(row) > 1 and row[1].hole in MODELS
        name, rest = (texts[1], texts[2:]) if begins else ("", texts)
        models.setdefault((begins, rest), []).append(name)
    return [
        ["", ", ".join(dict.fromkeys(names)), *rest] if begins else list(rest)
        for (begins, rest), names in models.items()
    ]
