"""Names of holders as they may be kept: companies and bodies of the state, and no person."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd

from prospector.errors import Notice
from prospector.layers.registers.companies import canonical
from prospector.layers.registers.folding import fold
from prospector.layers.registers.joint_holders import OTHERS_NAMED, PRIVATE, holders_in, named_in
from prospector.layers.registers.legal_forms import BARE_FORM
from prospector.layers.registers.tax_numbers import without_personal_marks
from prospector.name_lists import joined

_FIGURES = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{1,3}(?:[. ]\d{3}){2}|\d{7,11}[\dK]?)(?![0-9A-Za-z])", re.IGNORECASE
)
"""Seven figures and more, which beside a name are somebody's number; elsewhere they may be a file's."""

_LABEL_LEFT = re.compile(
    r"\b(?:R\.?U\.?[TC]|C\.?U\.?I\.?[TL]|D\.?N\.?I)\b[.:°º\s]*$", re.IGNORECASE
)
"""The label of a number that was cut."""

_NUMBERED = re.compile(
    r"^\s*\d[\d. ]*(?=\s(?:CANADA|ONTARIO|ALBERTA|QUEBEC|MANITOBA|YUKON|B\.?\s?C\b))", re.IGNORECASE
)
"""The figures that a company of Canada is called by."""

_LINES = re.compile(r"[\r\n]+")


def is_company(name: str) -> bool:
    """Whether a text names companies and bodies of the state alone; others that it does not name are no one.

    A legal form after the name (S.A., SpA, Ltda, ...) makes a company of any name. One that stands before
    it (SLM, SCM, Compania Minera, ...), and one that may be a word or initials as well (SE, AG, UTE, INC),
    does so where the rest does not look like a person's name: two words or more, none of which is known
    from names of companies. A sole trader (E.I.R.L.) and a person's heirs are never one.

    Joint holders stand apart: see `read_holders`.

    Examples
    --------
    >>> [is_company(name) for name in ("Lithea Inc Sucursal Argentina", "SLM Rosario Uno", "Rosa Rojas")]
    [True, True, False]
    >>> [is_company(name) for name in ("Sal y Agua S.A.", "Eva Rojas y Minera Uno S.A.", "Rosa y otros S.A.")]
    [True, False, False]
    """
    named = [holder for holder in holders_in(name) if holder != OTHERS_NAMED]
    return bool(named) and PRIVATE not in named


def company_key(name: str) -> str:
    """Return a name as spellings of it agree: case, accents, points, forms in full, a state's body.

    Examples
    --------
    >>> company_key("Bolland Minera S.A.") == company_key("BOLLAND  MINERA, SA")
    True
    >>> company_key("Corporación Nacional del Cobre de Chile"), company_key("Plan B S.A.")
    ('CODELCO', 'PLAN B SA')
    """
    return canonical(name)


def read_holders(names: pd.Series) -> tuple[pd.Series, list[Notice]]:
    """Return holders as they may be kept, and a notice of the rows that each rule touched.

    Tax numbers and shares are cut out; a holder without a legal form becomes "private holder"; spellings
    that agree but for case, accents, points, spaces and abbreviations of the legal form become the
    commonest of them; joint holders stand in order, parted by "; ". No holder is "".

    Joint holders are parted at ";", "/", brackets, and after a legal form. At "y", "&", "-" and a comma
    before it, a name of two words or more that is not known from companies' names may be a person's, and is
    parted off; what follows is kept only where it begins as a company's name does. So "Eva Lopez y Minera
    Uno S.A." is a private holder and Minera Uno S.A., "Sal y Agua S.A." and "Perez y Asociados Ltda" are
    one company each, and of "Lopez, Eva S.A." and "Eva Lopez y otros S.A." nothing is kept: where the
    rule cannot tell, it takes a name for a person's.

    Examples
    --------
    >>> names = ["Eva Lopez y Minera Uno S.A.", "Minera Uno S/A (50 %)", "Lopez, Eva S.A."]
    >>> read_holders(pd.Series(names))[0].tolist()
    ['Minera Uno S.A.; private holder', 'Minera Uno S.A.', 'private holder']
    """
    texts = names.map(lambda value: "" if fold(value) == "" else str(value))
    bare = {text: _without_numbers(text) for text in texts.unique()}
    named = {text: named_in(bare[text]) for text in bare}
    counted = Counter(name for text in texts for name in named[text] if name != PRIVATE)
    spelling = _commonest(counted)
    kept = {
        text: joined(sorted({spelling.get(company_key(name), name) for name in holders}))
        for text, holders in named.items()
    }
    holders = texts.map(kept)
    private = {
        text
        for text, parts in named.items()
        if PRIVATE in parts and fold(PRIVATE) not in fold(text)
    }
    respelt = {
        text
        for text, parts in named.items()
        if any(name != PRIVATE and spelling[company_key(name)] != name for name in parts)
    }
    cut = {text for text in bare if bare[text] != text}
    notices = [
        Notice("tax-numbers-cut-from-holders", "note", count=int(texts.isin(cut).sum())),
        Notice("holders-made-private", "note", count=int(texts.isin(private).sum())),
        Notice("holder-spellings-folded", "note", count=int(texts.isin(respelt).sum())),
    ]
    return holders, [notice for notice in notices if notice.count]


def _without_numbers(holders: str) -> str:
    """Return holders without tax numbers, line by line; figures that are a company's name stay."""
    return "\n".join(map(_line_without_numbers, _LINES.split(holders)))


def _line_without_numbers(line: str) -> str:
    bare = _LABEL_LEFT.sub("", without_personal_marks(line))
    if _NUMBERED.match(bare) or BARE_FORM.match(fold(_FIGURES.sub("", bare))):
        return bare
    return _FIGURES.sub("", bare)


def _commonest(counted: Counter[str]) -> dict[str, str]:
    """Return the commonest spelling of each company, the first in the alphabet among equals."""
    spelling: dict[str, str] = {}
    for name in sorted(counted, key=lambda name: (-counted[name], name)):
        spelling.setdefault(company_key(name), name)
    return spelling
