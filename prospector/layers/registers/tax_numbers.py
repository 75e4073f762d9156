"""Find tax numbers and other personal data: columns to drop, and text to cut."""

from __future__ import annotations

import re

from prospector.layers.registers.folding import PLAIN, fold

TAX_COLUMNS = re.compile(
    r"(?:^|_)(?:RUT?|RUN|RUC|CUIT|CUIL|DNI|NIT|NIF|NIE|RFC|CURP|CPF|CNPJ|CEDULA|TAX|TAXID|FISCAL|DOCUMENTO|NRODOC|NUMDOC"
    r"|(?:NRO|NUM|N)_?(?:DOC|RUT|DNI|CUIT)|PASAPORTE|PASSPORT"
    r"|(?:RUT|CUIT|CUIL|DNI|RUC|NIT)_?(?:TITULAR|DUENO|PROPIETARIO|SOLICITANTE|CONCESIONARIO|EMPRESA|DV))(?:$|_|\d)|^CI$"
)
"""Names of columns that hold a tax or personal number, folded, `_` between words."""

_STARTS, _ENDS = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_LABEL = (
    r"(?<![A-Za-z])(?:R\.?U\.?[TNC]\.?|C\.?U\.?I\.?[TL]\.?|D\.?N\.?I\.?|N\.?I\.?T\.?|C\.?I\.?|C[ée]dula|CPF|CNPJ|RFC"
    r"|Doc(?:umento|\.)?(?:\s+(?:nacional|nac\.))?(?:\s+de\s+identidad|\s+ident\.)?)"
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

_PASSPORT = (
    rf"(?<![A-Za-z])(?:pasaporte|passport)[\s:.NO°º#=(\-]*[A-Z]{{0,3}}[ -]?\d{{5,9}}{_ENDS}\)?"
)
_E_MAIL = (
    r"(?:\b(?:e-?mail|correo|mail)\s*[:=]?\s*)?"
    r"[<(]?(?<![\w.+%\-])\w[\w.+%\-]*\s?(?:@|\(at\)|\[at\])\s?\w[\w\-]*(?:\.[\w\-]+)*\.[A-Za-z]{2,}[>)]?"
)
_TELEPHONE = (
    r"\b(?:tel(?:[ée]fonos?|f)?|fono|cel(?:ular)?|m[óo]vil|phone|mobile|whatsapp|wsp|fax)\b[\s:.NO°º#=]*"
    r"\+?(?:[\s()./\-]{0,2}\d){6,14}(?!\w)",
    r"(?<!\w)\+\s?\d{1,3}(?:[\s()./\-]{0,2}\d){7,11}(?!\w)",
    r"\(0\d{1,4}\)\s?(?:15[\s\-]?)?\d{3,4}[\s\-]?\d{4}(?!\w)",
)
CONTACT = re.compile("|".join((_PASSPORT, _E_MAIL, *_TELEPHONE)), re.IGNORECASE)
"""A passport and a telephone with its label, or with the sign of a country or an area; an e-mail."""

CUIT_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
CUIT_BARE = re.compile(rf"{_STARTS}(?:2[0-7]|3[034])\d{{9}}{_ENDS}")


MARKED = re.compile(r"\d|@|\bat\b", re.IGNORECASE)
"""What a text has in which anything is cut."""


def is_tax_column(name: str) -> bool:
    """Whether a column's name says that it holds a tax or personal number.

    Examples
    --------
    >>> is_tax_column("TITULAR_RUT"), is_tax_column("rutTitular"), is_tax_column("RUTA")
    (True, True, False)
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return bool(TAX_COLUMNS.search(fold(parted).replace(" ", "_")))


def without_personal_marks(text: str) -> str:
    """Return text without tax numbers, passports, e-mails and telephones, white space folded where one was.

    Eleven figures in a row are cut where they are a CUIT by their check digit.

    Examples
    --------
    >>> [without_personal_marks(text) for text in ("Sol 11.222.333-4", "RUT: 112223334 Sol", "File 20240131")]
    ['Sol', 'Sol', 'File 20240131']
    >>> without_personal_marks("20-11222333-9; 20112223348; 20112223330")
    '; ; 20112223330'
    >>> without_personal_marks("Sol eva@example.org"), without_personal_marks("Sol, tel. 9 1234 5678")
    ('Sol', 'Sol,')
    """
    if not MARKED.search(text):
        return text
    plain = text.translate(PLAIN)
    bare = TAX_NUMBER.sub("", CONTACT.sub("", plain))
    bare = CUIT_BARE.sub(lambda number: "" if _is_cuit(number[0]) else number[0], bare)
    return text if bare == plain else " ".join(bare.split())


def _is_cuit(figures: str) -> bool:
    """Whether the last of eleven figures checks the others, by the rule of Argentine CUITs."""
    total = sum(weight * int(figure) for weight, figure in zip(CUIT_WEIGHTS, figures, strict=False))
    return (11 - total % 11) % 11 == int(figures[-1])
