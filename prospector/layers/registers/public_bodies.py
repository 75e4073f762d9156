"""Bodies of the state, and companies that everybody knows: names that need no legal form."""

from __future__ import annotations

import re

from prospector.layers.registers.company_words import (
    KNOWN,
    PLACES,
    SURE_BESIDE,
    SURNAMES,
)

_OF_THE_STATE = r"(?: S ?E| SOCIEDAD DEL ESTADO| S ?A ?P ?E ?M| S ?A| S ?A ?U)?"
_CODELCO = (
    r"(?:CORP(?:ORACION)? NAC(?:IONAL)? DEL? COBRE(?: (?:DE )?CHILE)?(?: CODELCO)?|CODELCO)"
    r"(?: (?:DE )?CHILE)?(?: (?:DIV(?:ISION)? )?(?:CODELCO NORTE|NORTE|ANDINA|(?:EL )?TENIENTE|CHUQUICAMATA"
    r"|RADOMIRO TOMIC|MINISTRO HALES|GABRIELA MISTRAL|(?:EL )?SALVADOR|VENTANAS|CASA MATRIZ))?"
)
_CORFO = r"CORP(?:ORACION)? DE FOMENTO(?: DE LA PRODUCCION)?"
PUBLIC_BODIES = {
    name: re.compile(rf"^(?:{spellings})$")
    for name, spellings in {
        "CODELCO": _CODELCO,
        "ENAMI": r"(?:EMPRESA NAC(?:IONAL)? DE MINERIA(?: ENAMI)?|E ?N ?A ?M ?I)(?: (?:DE )?CHILE)?",
        "CORFO": rf"(?:{_CORFO}(?: CORFO)?|CORFO)(?: (?:DE )?CHILE)?",
        "FISCO": r"FISCO(?: (?:DE )?CHILE)?",
        "CCHEN": r"COMISION CHILENA DE ENERGIA NUCLEAR(?: CCHEN)?|CCHEN",
        "ENAP": r"(?:EMPRESA NAC(?:IONAL)? DEL? PETROLEO(?: ENAP)?|E ?N ?A ?P)(?: (?:DE )?CHILE)?",
        "SERNAGEOMIN": r"(?:SERVICIO NACIONAL DE GEOLOGIA Y MINERIA(?: SERNAGEOMIN)?|SERNAGEOMIN)",
        "BIENES NACIONALES": r"(?:MINISTERIO DE )?BIENES NACIONALES",
        "YLB": r"YACIMIENTOS DE LITIO BOLIVIANOS(?: YLB)?|YLB",
        "COMIBOL": r"CORPORACION MINERA DE BOLIVIA(?: COMIBOL)?|COMIBOL",
        "YMAD": r"YACIMIENTOS MINEROS (?:DE )?AGUA(?:S)? DE DIONISIO(?: YMAD)?|Y ?M ?A ?D",
        "REMSA": rf"(?:R ?E ?M ?S ?A|RECURSOS ENERGETICOS Y MINEROS(?: DE)? SALTA){_OF_THE_STATE}(?: REMSA)?",
        "JEMSE": rf"(?:J ?E ?M ?S ?E|JUJUY ENERGIA Y MINERIA){_OF_THE_STATE}(?: JEMSE)?",
        "CAMYEN": rf"(?:CAMYEN|CATAMARCA MINERA Y ENERGETICA){_OF_THE_STATE}(?: CAMYEN)?",
        "INGEMMET": r"INSTITUTO GEOLOGICO MINERO Y METALURGICO(?: (?:DEL PERU|INGEMMET))?|INGEMMET",
        "SEGEMAR": r"SERVICIO GEOLOGICO MINERO ARGENTINO(?: SEGEMAR)?|SEGEMAR",
    }.items()
}
"""Bodies of the state in their usual spellings, folded; those of one body are one holder."""

_COMMUNITY = (
    "ABORIGEN|INDIGENA|ORIGINARIA|CAMPESINA|AGRICOLA|ATACAMENA|DIAGUITA|KOLLA|COLLA|AYMARA|QUECHUA"
)
PUBLIC_LEADS = re.compile(
    r"^(?:UNIVERSIDAD|(?:I |ILTMA |ILUSTRE )?MUNICIPALIDAD(?: DISTRITAL| PROVINCIAL)?"
    r"|MUNICIPIO|GOBIERNO(?: REGIONAL| PROVINCIAL)?"
    r"|INTENDENCIA|GOBERNACION|MINISTERIO|SUBSECRETARIA|SECRETARIA|DELEGACION PRESIDENCIAL"
    r"|DIRECCION (?:GENERAL|NACIONAL|PROVINCIAL|REGIONAL)|PROVINCIA"
    r"|(?:DIRECCION (?:PROVINCIAL |NACIONAL )?DE |ADMINISTRACION DE )?VIALIDAD) D[EO]L? \w"
    r"|^(?:ARMADA|EJERCITO|ESTADO) (?:(?:PLURINACIONAL )?DE )?(?:LA REPUBLICA (?:DE )?)?"
    r"(?:CHILE|ARGENTIN[AO]|BOLIVIA|PERU)$|^ESTADO DE LA PROVINCIA D[EO]L? \w"
    r"|^(?:UNIVERSIDAD|EMPRESA) NACIONAL D[EO]L? \w"
    r"|^(?:DIRECCION (?:PROVINCIAL |NACIONAL )?DE )?VIALIDAD (?:NACIONAL|PROVINCIAL)$"
    r"|^(?:ESTADO|FISCO|GOBIERNO) (?:NACIONAL|PROVINCIAL|ARGENTINO)(?: ARGENTINO)?$"
    r"|^UNIVERSIDAD (?:CATOLICA|TECNICA|TECNOLOGICA|AUSTRAL) D[EO]L? \w"
    rf"|^COMUNIDAD (?:{_COMMUNITY})(?: (?:{_COMMUNITY}))? (?:D[EO]L? )?\w"
)
"""What the name of a public body or of a community begins with."""

_BEHIND_KNOWN = SURE_BESIDE | (PLACES - SURNAMES - {"AMERICA"}) | {"DE"}
"""What may stand behind a known name, which may be a surname: words that nobody is called."""

_KNOWN = re.compile(rf"^(?:{'|'.join(sorted(KNOWN, key=len, reverse=True))})(?= |$)")


def public_body(folded: str) -> str:
    """Return the name that all spellings of a body of the state share; '' for any other name."""
    return next((name for name, spelled in PUBLIC_BODIES.items() if spelled.match(folded)), "")


def is_known(folded: str) -> bool:
    """Whether a folded name is that of a company which needs no legal form.

    Places, and words of companies' names that are no surnames, may stand behind it.

    Examples
    --------
    >>> is_known("GLENCORE CHILE"), is_known("GLENCORE LOPEZ"), is_known("HALDEMAN COLORADO")
    (True, False, False)
    """
    known = _KNOWN.match(folded)
    return known is not None and set(folded[known.end() :].split()) <= _BEHIND_KNOWN
