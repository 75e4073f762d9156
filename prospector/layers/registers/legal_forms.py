"""Legal forms of companies and the words around them: patterns on folded names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from prospector.layers.registers.company_words import (
    NUMBERS,
    PLACES,
    SURE,
    SURE_NUMBERS,
    SURNAMES,
    TELLING,
)

ABBREVIATIONS = (
    "SA", "SAU", "SAS", "SAC", "SAA", "SACI", "SACIF", "SACIFI", "SACIFIA", "SAIC", "SAICF", "SAMI", "SAPEM",
    "SADECV", "SAPI", "SAPIDECV", "SAB", "SABDECV", "SPA", "SRL", "SDERL", "SDERLDECV", "SCRL", "SMRL",
    "SARL", "LTDA", "LTD", "LLC", "LLP", "LLLP", "ULC", "CORP", "PLC", "GMBH", "PTY", "PTE", "BHD", "SCM",
    "SCA", "SCC", "SLM", "SLU",
)  # fmt: skip
FORMS = (
    "LIMITADA", "LIMITED", "INCORPORATED", "CORPORATION", "SOCIEDAD ANONIMA", "SOCIEDAD ANONIMA CERRADA",
    "SOCIEDAD ANONIMA ABIERTA", "SOCIEDAD POR ACCIONES", "SOCIEDAD DEL ESTADO", "EMPRESA DEL ESTADO",
    "SOCIEDAD CONTRACTUAL MINERA", "SOCIEDAD LEGAL MINERA", "GMBH CO KG",
    "S ?A CERRADA", "S ?A ABIERTA",
    "SOCIEDAD DE RESPONSABILIDAD LIMITADA", r"S A(?: [YE]?(?: ?[CIFAMGEY])){1,7}",
)  # fmt: skip
"""Endings that make a name that of a company, whatever stands before them: "Rene Valdez S.R.L." is one. The
abbreviations come with points and spaces as well. A sole trader's (E.I.R.L.) is not among them: such a
company carries its owner's name."""

INITIALS = ("SE", "AG", "NV", "BV", "SL", "AB", "OY", "AS", "KG", "LP", "SC")
WEAK_ABBREVIATIONS = ("UTE", "INC", "SEM", *INITIALS)
PARTNERSHIP = ("CIA", "COMPANIA", "CO", "COMPANY")
"""Endings that are as well a word or initials of a person: what stands before them must not look like a
person's name. Those of a partnership follow "y" or "&"."""

LEADING_FORMS = (
    "SLM", "S L M", "SCM", "S C M", "SMRL", "S M R L",
    "(?:SOC|SOCIEDAD) (?:LEGAL|CONTRACTUAL) (?:MINERA|MRA|MIN)",
    "(?:SOC|SOCIEDAD) (?:MINERA|MRA|MIN)", "(?:CIA|COMPANIA)(?: CONTRACTUAL)?(?: (?:MINERA|MRA|MIN))?",
    "(?:SOC|SOCIEDAD) QUIMICA Y MINERA", "SOCIEDAD ANONIMA", "EMPRESA NACIONAL",
    "EMPRESA MINERA", "SOCIEDAD COLECTIVA", "SOCIEDAD MINERA DE RESPONSABILIDAD LIMITADA",
    "COOPERATIVA", "COOP", "SINDICATO", "ASOCIACION", "FUNDACION", "FEDERACION", "CONSORCIO", "UTE", "U T E",
)  # fmt: skip
"""Forms that stand before a name. What follows must not look like a person's: "SCM Tambillos" is a company,
"SCM Eva Lopez" may be somebody's entry. "Minera" alone is no form."""

PRIVATE_FORMS = re.compile(
    r"\bE ?I ?R ?L(?: ?TDA)?\b|\bE ?I ?R LIMITADA\b|\bEMP(?:RESA)? (?:IND(?:IVIDUAL)?|UNIPERSONAL)\b"
    r"|\b(?:SUCN|SUCES|SUCESION|SUCESIONES|SUCESORES|SUCESORIO|SUCESORIA|HEREDEROS|HEREDERAS|HEREDERO|HEREDERA"
    r"|HERED|HERENCIA|HEREDITARIA)\b|\b(?:VIUDA|VDA) DE\b"
    r"|\bSOC(?:IEDAD)? DE HECHO\b|\bS ?H$|\bCONDOMINIO\b"
    r"|^(?:LA )?(?:SUC|SUCS|HDROS|HDOS|HRDOS|VIUDA|VDA)\b"
)
"""A sole trader, persons without a society, and heirs: never a company, whatever else stands there."""

OTHERS = frozenset({"OTRO", "OTRA", "OTROS", "OTRAS", "OTS", "OTHER", "OTHERS"})
PARTNERS = frozenset(
    {*PARTNERSHIP, "ASOCIADOS", "ASOCIADAS", "ASSOCIATES", "SOCIOS", "PARTNERS", "HIJO", "HIJOS", "HERMANO",
     "HERMANOS", "HNOS", "SONS", "BROS", "BROTHERS"}
)  # fmt: skip
"""Words that close the name of a firm: "Perez y Cia. Ltda" names one, "Perez y otros" does not."""

HONORIFICS = frozenset(
    {"DON", "DONA", "SR", "SRA", "SRTA", "DR", "DRA", "ING", "LIC", "ARQ", "CPN", "MR", "MRS", "MS"}
)
"""Words that stand before a person's name."""

PARTICLES = frozenset(
    {"DE", "DEL", "LA", "LAS", "LOS", "EL", "DI", "DA", "DO", "THE", "OF", "EN", "AL"}
)
JOINED = frozenset({"Y", "E", "AND", "&", "+", "CON"})
FIRMS = frozenset(
    {
        "MINERA",
        "COMPANIA",
        "CIA",
        "SOCIEDAD",
        "SOC",
        "SCM",
        "SLM",
        "EMPRESA",
        "INVERSIONES",
        "CORPORACION",
    }
)
"""Words that a company's name begins with: after "y" they begin another holder."""

TAILS = PLACES | PARTICLES
PLACES_BEHIND = PLACES - SURNAMES
SURE_PLACES = PLACES_BEHIND - {"ARGENTINA", "AMERICA"}
WITHIN = (SURE | SURE_PLACES | SURE_NUMBERS) - {
    "COMPANIA",
    "CIA",
    "COMPANY",
    "SOCIEDAD",
    "EMPRESA",
}
BEGINNINGS = TELLING | PLACES | FIRMS | {"EL", "LOS", "LAS"}


def _ending(abbreviations: Iterable[str], forms: Iterable[str] = ()) -> str:
    """Return the pattern of endings, abbreviations spaced or not: "S A" as "SA"."""
    spaced = [" ?".join(letters) for letters in sorted(abbreviations, key=len, reverse=True)]
    return "|".join([*sorted(forms, key=len, reverse=True), *spaced])


STRONG = re.compile(rf"(?:^| )(?P<form>{_ending(ABBREVIATIONS, FORMS)})$")
WEAK = re.compile(
    rf"(?:^| )(?P<form>{_ending(WEAK_ABBREVIATIONS)})$"
    rf"|(?P<joined> (?:Y|E|AND|&|\+))? (?P<firm>{'|'.join(PARTNERSHIP)})$"
)
INNER = re.compile(r" (?:S ?A|S ?P ?A|S ?R ?L|LTDA|LTD|LIMITADA|LIMITED|INC|S ?C ?M|S ?L ?M)(?= )")
BARE_FORM = re.compile(rf"^(?:{_ending((*ABBREVIATIONS, *WEAK_ABBREVIATIONS), FORMS)}|E ?I ?R ?L)$")
LEADS = re.compile(
    rf"^(?P<form>{'|'.join(sorted(LEADING_FORMS, key=len, reverse=True))})(?: DE)?(?: |$)"
)
MINING_SOCIETY = re.compile(
    r"^(?:S ?L ?M|S ?C ?M|S ?M ?R ?L|(?:SOC|SOCIEDAD) (?:LEGAL|CONTRACTUAL) (?:MINERA|MRA|MIN))\b"
)
"""Forms after which no other form follows."""

SURNAME_FORMS = ("SAA", "SAMI")
"""Forms that are surnames as well (Quiroga Saa), unless they are written with points."""

SHORT_SURNAME_FORMS = ("SAS", "SAU", "SAB")
"""Forms that are rare surnames: behind one other word (Jordi Sau) they make no company, unless they are
written with points."""

NAME_LEADS = ("UTE", "COOP", "CIA")
"""Leading forms that are names of persons as well (Ute Meyer): a word of companies' names must follow."""

NAME_ENDINGS = ("UTE", "SEM")
"""Weak endings that are given names as well, unless they are written with points."""

NUMBERED = re.compile(
    rf"\w (?:N |NO |NRO )?(?:{'|'.join(sorted(SURE_NUMBERS))}|\d+)(?= (?:DE|DEL|AL|A|Y|\d+)\b|$)"
    rf"|\w (?:{'|'.join(sorted(NUMBERS))})(?= DE LA SIERRA\b)"
)
"""A mine's number, and what may follow it: "Rosario Uno de la Sierra", "Sol 1 al 20"."""

SAINTS, ARTICLES = ("SAN", "SANTA", "SANTO"), ("EL", "LOS", "LAS")
SURNAMES_WITH_ARTICLE = frozenset({"HERAS", "CASAS", "SANTOS", "RIOS", "REYES", "ARCOS", "COBOS"})

TWO_NAMES = re.compile(
    r"^\W*\w+(?:\s+-\s+|\s*[&+]\s*|\s+[ye]\s+)\w+\W+(?:U\W?T\W?E|S\W?C)\W*$", re.IGNORECASE
)
"""A firm of two names: "Cruz y Tolaba S.C."."""

WOUND_UP = re.compile(r" EN (?:LIQUIDACION|FORMACION|QUIEBRA|CONCURSO(?: PREVENTIVO)?)$")
HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
