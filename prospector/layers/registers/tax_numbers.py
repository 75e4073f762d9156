"""Tax and personal numbers: the columns that hold them, and what is cut out of every text."""

from __future__ import annotations

import re

from prospector.layers.registers.folding import PLAIN, fold

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

CUIT_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
CUIT_BARE = re.compile(rf"{_STARTS}(?:2[0-7]|3[034])\d{{9}}{_ENDS}")


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
    >>> [without_tax_numbers(text) for text in ("Rosa 11.222.333-4", "RUT: 112223334 Rosa", "File 20240131")]
    ['Rosa', 'Rosa', 'File 20240131']
    >>> without_tax_numbers("20-11222333-9; 20112223348; 20112223330")
    '; ; 20112223330'
    """
    plain = text.translate(PLAIN)
    bare = TAX_NUMBER.sub("", plain)
    bare = CUIT_BARE.sub(lambda number: "" if _is_cuit(number[0]) else number[0], bare)
    return text if bare == plain else " ".join(bare.split())


def _is_cuit(figures: str) -> bool:
    """Whether the last of eleven figures checks the others, by the rule of Argentine CUITs."""
    total = sum(weight * int(figure) for weight, figure in zip(CUIT_WEIGHTS, figures, strict=False))
    return (11 - total % 11) % 11 == int(figures[-1])
