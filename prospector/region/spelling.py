"""How keys and values are spelt in TOML, and the spelling that was meant."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any


def folded(text: str) -> str:
    """Return text in small letters without accents, its words and figures with single blanks between.

    Examples
    --------
    >>> folded("  Níquel-COBALTO ")
    'niquel cobalto'
    """
    parts = unicodedata.normalize("NFKD", text)
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", plain.casefold()).split())


def nearest(word: object, known: Collection[str]) -> str | None:
    """Return the spelling among the known that is nearest to a word; None where none is near.

    Examples
    --------
    >>> nearest("cell_size", ["crs", "cell_size_m"]), nearest("colour", ["crs"])
    ('cell_size_m', None)
    """
    text = str(word)[:100]
    small = {name.lower(): name for name in known}
    near = get_close_matches(text.lower().replace("-", "_"), small, n=1, cutoff=0.6)
    return small[near[0]] if near else None


def did_you_mean(word: object, known: Collection[str]) -> str:
    """Return the sentence that offers the nearest spelling, with a blank after it; else none.

    Examples
    --------
    >>> did_you_mean("falts", ["faults", "geology"])
    "Did you mean 'faults'? "
    """
    near = nearest(word, known)
    return f"Did you mean '{near}'? " if near else ""


def as_toml(value: Any) -> str:
    """Return a value as TOML writes it.

    Examples
    --------
    >>> print(as_toml({"west": -71, "names": ["a", "b"], "deep": True}))
    { west = -71, names = ["a", "b"], deep = true }
    """
    if isinstance(value, dict):
        pairs = ", ".join(f"{as_key(key)} = {as_toml(part)}" for key, part in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_toml, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else f"{value}"


def as_key(part: object) -> str:
    """Return a part of a location as TOML writes it: quoted where it is no bare key."""
    text = str(part)
    bare = re.fullmatch(r"[A-Za-z0-9_-]+", text)
    return text if bare else f'"{repr(text)[1:-1]}"'
