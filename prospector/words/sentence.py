"""Names as they stand within a sentence."""

from __future__ import annotations

import re

PLAIN_START = re.compile(r"^[^\W\d_](?=[^\W\d_A-ZÁÉÍÓÚÑÜ]{2})")
"""The first letter of a word that is no abbreviation and no symbol of an element."""


def within_sentence(name: str) -> str:
    """Return a name with a small first letter, but abbreviations and symbols of elements as they are.

    Examples
    --------
    >>> [within_sentence(name) for name in ("Porphyry copper", "Gold of the Miocene belt")]
    ['porphyry copper', 'gold of the Miocene belt']
    >>> [within_sentence(name) for name in ("IOCG", "VMS copper", "Cu-Mo porphyry", "Li")]
    ['IOCG', 'VMS copper', 'Cu-Mo porphyry', 'Li']
    """
    return PLAIN_START.sub(lambda first: first[0].lower(), name)
