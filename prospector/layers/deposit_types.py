"""Compare the deposit types in a layer with those that deposit models use."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

import pandas as pd

from prospector.errors import Notice
from prospector.layers.numbers.notices import first_words
from prospector.layers.registers import fold
from prospector.region.deposit_model import DepositModel

ALIKE = 0.8
"""From this likeness on (0-1, difflib's) a type may be another spelling of a named one."""


def deposit_types(models: Iterable[DepositModel]) -> set[str]:
    """Return the deposit types that deposit models name."""
    names = set()
    for model in models:
        group = model.labels.target_group
        names |= {*model.labels.types, *(group if isinstance(group, list) else ())}
    return names


def unnamed_types(deposits: pd.DataFrame, named: Collection[str]) -> list[Notice]:
    """Return notices of deposits whose type no deposit model names: those spelt much like one apart.

    Examples
    --------
    >>> deposits = pd.DataFrame({"deposit_type": ["iocg", "IOCG", "Porphyry copper", "tin"]})
    >>> for notice in unnamed_types(deposits, ["iocg", "porphyry_copper"]):
    ...     print(notice)
    deposit-type-spelling: deposit_type=iocg, words=IOCG (1) (1)
    deposit-type-spelling: deposit_type=porphyry_copper, words=Porphyry copper (1) (1)
    deposit-types-unnamed: words=tin (1) (1)
    """
    counts = deposits["deposit_type"].dropna().astype(str).value_counts()
    strange = sorted(
        ((str(word), int(n)) for word, n in counts.items() if word not in named),
        key=lambda pair: (-pair[1], pair[0]),
    )
    folded = {fold(name): name for name in sorted(named)}
    meant = {word: _meant(word, folded) for word, _ in strange}
    notices = []
    for name in sorted(set(meant.values()) - {""}):
        words = [pair for pair in strange if meant[pair[0]] == name]
        about = {"deposit_type": name, "words": first_words(words)}
        notices.append(Notice("deposit-type-spelling", "caution", about, _total(words)))
    others = [pair for pair in strange if not meant[pair[0]]]
    if others:
        about = {"words": first_words(others)}
        notices.append(Notice("deposit-types-unnamed", "note", about, _total(others)))
    return notices


def _meant(word: str, folded: dict[str, str]) -> str:
    """Return the named type that a word is spelt much like; nothing where there is none."""
    near = get_close_matches(fold(word), folded, n=1, cutoff=ALIKE)
    return folded[near[0]] if near else ""


def _total(words: Iterable[tuple[str, int]]) -> int:
    return sum(count for _, count in words)
