"""Text of registers as it can be compared: accents, case and spacing folded; legal forms; tax numbers."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pandas as pd

from prospector.errors import Notice

PRIVATE = "private holder"

LEGAL_FORMS = (
    "SA", "SAU", "SAS", "SAC", "SAPEM", "SPA", "SRL", "LTDA", "LIMITADA", "LIMITED", "LTD", "LLC", "INC",
    "INCORPORATED", "CORP", "CORPORATION", "PLC", "GMBH", "NV", "BV", "AG", "PTY", "SCM", "SCA", "SCC",
    "SLM", "SE", "UTE", "SOCIEDAD ANONIMA", "SOCIEDAD DEL ESTADO",
    "SOCIEDAD DE RESPONSABILIDAD LIMITADA", "SOCIEDAD CONTRACTUAL MINERA",
)  # fmt: skip
"""Endings that make a name that of a company. A sole trader's (E.I.R.L.) is not among them: such a
company carries its owner's name."""

LEADING_FORMS = ("SOCIEDAD CONTRACTUAL MINERA", "SCM")
"""Forms that stand before the name as well."""

PUBLIC_BODIES = (
    "CORPORACION NACIONAL DEL COBRE", "CORPORACION NACIONAL DEL COBRE DE CHILE", "CODELCO CHILE",
    "EMPRESA NACIONAL DE MINERIA", "ENAMI", "CORPORACION DE FOMENTO DE LA PRODUCCION", "CORFO",
    "FISCO DE CHILE", "COMISION CHILENA DE ENERGIA NUCLEAR", "YACIMIENTOS DE LITIO BOLIVIANOS",
    "CORPORACION MINERA DE BOLIVIA", "COMIBOL",
)  # fmt: skip
"""Bodies of the state, which have no such ending."""

TAX_COLUMNS = re.compile(
    r"(?:^|_)(?:RUT?|RUN|RUC|CUIT|CUIL|DNI|NIT|NIF|CPF|CNPJ|CEDULA|TAX|TAXID|FISCAL|DOCUMENTO|NRODOC|NUMDOC"
    r"|(?:NRO|NUM|N)_?(?:DOC|RUT|DNI|CUIT)|PASAPORTE|PASSPORT"
    r"|(?:RUT|CUIT|CUIL|DNI|RUC|NIT)_?(?:TITULAR|DUENO|PROPIETARIO|SOLICITANTE|CONCESIONARIO|EMPRESA|DV))(?:$|_|\d)|^CI$"
)
"""Names of columns that hold a tax or personal number, folded, `_` between words."""

_STARTS, _ENDS = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_LABEL = (
    r"(?<![A-Za-z])(?:R\.?U\.?[TNC]\.?|C\.?U\.?I\.?[TL]\.?|D\.?N\.?I\.?|N\.?I\.?T\.?|C\.?I\.?|C[ée]dula)"
    r"(?![A-Za-z])[\s:.NO°º#=(\-]*"
)
_SHAPES = (
    r"\d{1,2}[. ]?\d{3}[. ]?\d{3}\s?[-/]\s?[\dK]",  # a Chilean RUT
    r"\d{2}[-/. ]\d{8}[-/. ]\d",  # an Argentine CUIT
)
TAX_NUMBER = re.compile(
    rf"{_LABEL}(?:\d[./\- ]{{0,2}}){{6,12}}[\dK]{_ENDS}\)?|{_STARTS}(?:{'|'.join(_SHAPES)}){_ENDS}",
    re.IGNORECASE,
)
"""A number with its label, or one that is written as a Chilean RUT or an Argentine CUIT."""

BARE_NUMBER = re.compile(
    rf"{_STARTS}(?:\d{{1,3}}(?:[. ]\d{{3}}){{2}}|\d{{8,11}}[\dK]?){_ENDS}", re.IGNORECASE
)
"""Eight figures and more, which beside a name are somebody's number; elsewhere they may be a file's."""

PLAIN = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u00a0\u2007\u202f\u2009", " ")
)
"""The other dashes and spaces that a number may be written with."""

CUIT_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
CUIT_BARE = re.compile(rf"{_STARTS}(?:2[0-7]|3[034])\d{{9}}{_ENDS}")

BRANCH = re.compile(
    r"(?: SUCURSAL(?: [A-Z]+){0,2}| SUC(?: [A-Z]+){0,2}| SEE| AGENCIA(?: EN)? CHILE| DE CHILE)$"
)
ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
"""What stands in brackets after a name."""

ENDS = re.compile(rf"(?:^| )(?:{'|'.join(sorted(LEGAL_FORMS, key=len, reverse=True))})$")
LEADS = re.compile(rf"^(?:{'|'.join(LEADING_FORMS)}) ")
PARTED = re.compile(
    r"[;/|\n]|,(?!\s*(?:S\.?\s*A|S\.?\s*R\.?\s*L|LTDA|LTD|INC|LLC|S\.?P\.?A|S\.?C\.?M)\b)",
    re.IGNORECASE,
)
"""What parts joint holders: a comma too, unless a legal form follows it at once."""


def fold(text: object) -> str:
    """Return text in capitals without accents, punctuation as single spaces; '' for what is missing.

    Examples
    --------
    >>> fold("  En   Trámite "), fold("Minera Ñandú S.A."), fold(None)
    ('EN TRAMITE', 'MINERA NANDU S A', '')
    """
    if text is None or text is pd.NA or text != text:
        return ""
    plain = unicodedata.normalize("NFKD", str(text))
    plain = "".join(word for word in plain if not unicodedata.combining(word))
    return " ".join(re.sub(r"[^0-9A-Za-z&+]+", " ", plain).upper().split())


def is_company(name: str) -> bool:
    """Whether a name ends in a legal form, a branch's after it allowed, or is a body of the state.

    Examples
    --------
    >>> [is_company(one) for one in ("Lithea Inc Sucursal Argentina", "Puna Mining S.A.", "Rosa Rojas")]
    [True, True, False]
    """
    folded = fold(ASIDE.sub("", name))
    bare = _without_points(BRANCH.sub("", folded))
    return bool(ENDS.search(bare) or LEADS.match(folded)) or folded in PUBLIC_BODIES


def company_key(name: str) -> str:
    """Return a name as spellings of it agree: legal forms without their points.

    Examples
    --------
    >>> company_key("Bolland Minera S.A.") == company_key("BOLLAND  MINERA, SA")
    True
    """
    folded = _without_points(fold(name))
    return folded.replace(" LIMITADA", " LTDA").replace(" LIMITED", " LTD")


def _without_points(folded: str) -> str:
    """Return a folded name with the single letters at its end as one word: "S A" as "SA"."""
    return re.sub(r"\b((?:[A-Z] )+[A-Z])$", lambda one: one[1].replace(" ", ""), folded)


def is_tax_column(name: str) -> bool:
    """Whether a column's name says that it holds a tax or personal number.

    Examples
    --------
    >>> is_tax_column("TITULAR_RUT"), is_tax_column("rutTitular"), is_tax_column("RUTA")
    (True, True, False)
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return bool(TAX_COLUMNS.search(fold(parted).replace(" ", "_")))


def without_tax_numbers(text: str) -> str:
    """Return text with tax and personal numbers cut out, white space folded where one was.

    Eleven figures in a row are cut where they are a CUIT by their check digit.

    Examples
    --------
    >>> [without_tax_numbers(one) for one in ("Rosa 11.222.333-4", "RUT: 112223334 Rosa", "File 20240131")]
    ['Rosa', 'Rosa', 'File 20240131']
    >>> without_tax_numbers("20-11222333-9; 20112223348; 20112223330")
    '; ; 20112223330'
    """
    plain = text.translate(PLAIN)
    bare = CUIT_BARE.sub(lambda found: "" if _is_cuit(found[0]) else found[0], plain)
    bare = TAX_NUMBER.sub("", bare)
    return text if bare == plain else " ".join(bare.split())


def _is_cuit(figures: str) -> bool:
    """Whether the last of eleven figures checks the others, by the rule of Argentine CUITs."""
    total = sum(weight * int(figure) for weight, figure in zip(CUIT_WEIGHTS, figures, strict=False))
    return (11 - total % 11) % 11 == int(figures[-1])


def read_holders(names: pd.Series) -> tuple[pd.Series, list[Notice]]:
    """Return holders as they may be kept, and a notice of the rows that each rule touched.

    Tax numbers are cut out; a holder without a legal form becomes "private holder"; spellings that
    agree but for case, accents, points and spaces become the commonest of them; joint holders
    stand in order, parted by "; ". No holder is "".
    """
    texts = names.map(lambda one: "" if fold(one) == "" else str(one))
    bare = texts.map(_without_numbers)
    cut = int((bare != texts).sum())
    parts = bare.map(
        lambda one: [" ".join(part.split()).strip(" ,-") for part in PARTED.split(one)]
    )
    parts = parts.map(lambda one: [part for part in one if fold(part)])
    spelling = _commonest(Counter(part for item in parts for part in item if is_company(part)))
    kept = parts.map(
        lambda one: [spelling.get(company_key(p), p) if is_company(p) else PRIVATE for p in one]
    )
    private = kept.map(lambda one: PRIVATE in one)
    already = texts.map(lambda one: fold(one) == fold(PRIVATE))
    respelt = [
        any(k != PRIVATE and k != p for k, p in zip(*both, strict=True))
        for both in zip(kept, parts, strict=True)
    ]
    notices = [
        Notice("tax-numbers-cut-from-holders", "note", count=cut),
        Notice("holders-made-private", "note", count=int((private & ~already).sum())),
        Notice("holder-spellings-folded", "note", count=sum(respelt)),
    ]
    holders = kept.map(lambda names: "; ".join(sorted(set(names))))
    return holders, [notice for notice in notices if notice.count]


def _without_numbers(holder: str) -> str:
    """Return holders without tax numbers; a figure that a company's name begins with is its name."""
    bare = without_tax_numbers(holder)
    return bare if is_company(bare) and bare[:1].isdigit() else BARE_NUMBER.sub("", bare)


def _commonest(counted: Counter[str]) -> dict[str, str]:
    """Return the commonest spelling of each company, the first in the alphabet among equals."""
    found: dict[str, str] = {}
    for name in sorted(counted, key=lambda one: (-counted[one], one)):
        found.setdefault(company_key(name), name)
    return found
