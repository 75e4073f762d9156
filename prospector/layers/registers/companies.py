"""What makes a name that of a company: legal forms after or before it, and the bodies of the state."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable
from importlib import resources

from prospector.layers.registers.folding import fold

ABBREVIATIONS = (
    "SA", "SAU", "SAS", "SAC", "SAA", "SACI", "SACIF", "SACIFI", "SACIFIA", "SAIC", "SAICF", "SAMI", "SAPEM",
    "SADECV", "SPA", "SRL", "SDERL", "SCRL", "LTDA", "LTD", "LLC", "LLP", "ULC", "CORP", "PLC", "GMBH", "PTY",
    "SCM", "SCA", "SCC", "SLM",
)  # fmt: skip
FORMS = (
    "LIMITADA", "LIMITED", "INCORPORATED", "CORPORATION", "SOCIEDAD ANONIMA", "SOCIEDAD ANONIMA CERRADA",
    "SOCIEDAD ANONIMA ABIERTA", "SOCIEDAD POR ACCIONES", "SOCIEDAD DEL ESTADO", "EMPRESA DEL ESTADO",
    "SOCIEDAD CONTRACTUAL MINERA", "SOCIEDAD LEGAL MINERA",
)  # fmt: skip
"""Endings that make a name that of a company, whatever stands before them: "Rene Valdez S.R.L." is one. The
abbreviations come with points and spaces as well. A sole trader's (E.I.R.L.) is not among them: such a
company carries its owner's name."""

WEAK_ABBREVIATIONS = ("SE", "AG", "UTE", "INC", "NV", "BV", "SL", "AB", "OY")
PARTNERSHIP = ("CIA", "COMPANIA", "CO", "COMPANY")
"""Endings that are as well a word or initials of a person: what stands before them must not look like a
person's name. Those of a partnership follow "y" or "&"."""

LEADING_FORMS = (
    "SLM", "S L M", "SCM", "S C M", "(?:SOC|SOCIEDAD) (?:LEGAL|CONTRACTUAL) MINERA",
    "(?:SOC|SOCIEDAD) MINERA", "(?:CIA|COMPANIA)(?: CONTRACTUAL)?(?: MINERA)?",
    "(?:SOC|SOCIEDAD) QUIMICA Y MINERA", "SOCIEDAD ANONIMA", "EMPRESA NACIONAL",
    "EMPRESA MINERA", "COOPERATIVA", "UTE",
)  # fmt: skip
"""Forms that stand before a name. What follows must not look like a person's: "SCM Tambillos" is a company,
"SCM Eva Lopez" may be somebody's entry. "Minera" alone is no form."""

PUBLIC_LEADS = re.compile(
    r"^(?:UNIVERSIDAD|(?:ILUSTRE )?MUNICIPALIDAD|GOBIERNO|MINISTERIO"
    r"|DIRECCION (?:GENERAL|NACIONAL|PROVINCIAL)|PROVINCIA|ESTADO) D[EO]L? \w"
    r"|^(?:UNIVERSIDAD|EMPRESA) NACIONAL D[EO]L? \w"
)
"""What a public body's name begins with."""

PRIVATE_FORMS = re.compile(
    r"\bE ?I ?R ?L\b|\bEMPRESA INDIVIDUAL\b"
    r"|\b(?:SUCESION|SUCESIONES|SUCESORES|HEREDEROS|HERENCIA|HEREDITARIA)\b"
    r"|^(?:LA )?(?:SUC|SUCS|HDROS|VIUDA|VDA)\b"
)
"""A sole trader, and the heirs of a person: never a company, whatever else stands there."""

OTHERS = frozenset({"OTRO", "OTRA", "OTROS", "OTRAS", "OTS", "OTHER", "OTHERS"})
PARTNERS = frozenset(
    {*PARTNERSHIP, "ASOCIADOS", "ASOCIADAS", "ASSOCIATES", "SOCIOS", "PARTNERS", "HIJO", "HIJOS", "HERMANO",
     "HERMANOS", "HNOS", "SONS", "BROS", "BROTHERS"}
)  # fmt: skip
"""Words that close the name of a firm: "Perez y Cia. Ltda" names one, "Perez y otros" does not."""

PARTICLES = frozenset({"DE", "DEL", "LA", "LAS", "LOS", "EL", "DI", "DA", "DO", "THE", "OF", "EN"})
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
        "YLB": r"YACIMIENTOS DE LITIO BOLIVIANOS(?: YLB)?|YLB",
        "COMIBOL": r"CORPORACION MINERA DE BOLIVIA(?: COMIBOL)?|COMIBOL",
        "YMAD": r"YACIMIENTOS MINEROS (?:DE )?AGUA(?:S)? DE DIONISIO(?: YMAD)?|YMAD",
        "REMSA": r"REMSA",
        "JEMSE": r"JEMSE",
        "CAMYEN": r"CAMYEN",
    }.items()
}
"""Bodies of the state in their usual spellings, folded; those of one body are one holder."""


def _words(name: str) -> frozenset[str]:
    text = (resources.files("prospector.layers.registers") / "company_words.toml").read_text(
        "utf-8"
    )
    return frozenset(str(tomllib.loads(text)[name]).split())


PLACES, BRANCHES, NUMBERS = _words("places"), _words("branches"), _words("numbers")
TELLING = _words("trade") | _words("minerals") | _words("ground")
"""Words that no person is called."""

_WITHIN = (TELLING | PLACES) - {"COMPANIA", "CIA", "COMPANY", "SOCIEDAD", "EMPRESA"}
_TAILS = PLACES | PARTICLES
_BEGINNINGS = TELLING | PLACES | FIRMS | {"EL", "LOS", "LAS"}


def _ending(abbreviations: Iterable[str], forms: Iterable[str] = ()) -> str:
    """Return the pattern of endings, abbreviations spaced or not: "S A" as "SA"."""
    spaced = [" ?".join(letters) for letters in sorted(abbreviations, key=len, reverse=True)]
    return "|".join([*sorted(forms, key=len, reverse=True), *spaced])


STRONG = re.compile(rf"(?:^| )(?P<form>{_ending(ABBREVIATIONS, FORMS)})$")
WEAK = re.compile(
    rf"(?:^| )(?P<form>{_ending(WEAK_ABBREVIATIONS)})$"
    rf"|(?: (?:Y|E|AND|&|\+))? (?P<firm>{'|'.join(PARTNERSHIP)})$"
)
INNER = re.compile(r" (?:S ?A|S ?P ?A|S ?R ?L|LTDA|LTD|LIMITADA|LIMITED|INC|S ?C ?M|S ?L ?M)(?= )")
BARE_FORM = re.compile(rf"^(?:{_ending((*ABBREVIATIONS, *WEAK_ABBREVIATIONS), FORMS)}|E ?I ?R ?L)$")
LEADS = re.compile(
    rf"^(?P<form>{'|'.join(sorted(LEADING_FORMS, key=len, reverse=True))})(?: DE)?(?: |$)"
)
MINING_SOCIETY = re.compile(r"^(?:S ?L ?M|S ?C ?M|(?:SOC|SOCIEDAD) (?:LEGAL|CONTRACTUAL) MINERA)\b")
"""Forms after which no other form follows."""

SURNAME_SA = re.compile(r"\b[Ss][áÁ]\W*$")
WOUND_UP = re.compile(r" EN (?:LIQUIDACION|FORMACION|QUIEBRA|CONCURSO(?: PREVENTIVO)?)$")
HYPHEN = re.compile(r"(?<=\w)-(?=\w)")


def is_company_name(name: str) -> bool:
    """Whether one name is known to be that of a company or of a body of the state.

    Examples
    --------
    >>> [is_company_name(name) for name in ("Plan B S.A.", "SLM Rosario Uno de la Sierra", "CODELCO")]
    [True, True, True]
    >>> [is_company_name(name) for name in ("Eva Lopez AG", "SCM Eva Lopez", "Rosa Rojas E.I.R.L.")]
    [False, False, False]
    """
    folded = without_branch(fold(name))
    if PRIVATE_FORMS.search(folded):
        return False
    if public_body(folded):
        return True
    strong = None if SURNAME_SA.search(name) else STRONG.search(folded)
    if strong:
        before = folded[: strong.start()]
        return not (_is_hollow(before) or goes_on_as_person(before))
    weak = WEAK.search(folded)
    if weak:
        before = folded[: weak.start()]
        one_word = fold(HYPHEN.sub("", name)).count(" ") <= 1
        return not _is_hollow(before) and (one_word or not could_be_person(before))
    return bool(PUBLIC_LEADS.match(folded)) or has_leading_form(folded)


def goes_on_as_person(folded: str) -> bool:
    """Whether a legal form within a folded name is followed by what may be a person's."""
    return any(could_be_person(folded[form.end() :]) for form in INNER.finditer(folded))


def _is_hollow(words: str) -> bool:
    """Whether nothing is named: no word, or others."""
    return not words or words.split()[0] in OTHERS


def public_body(folded: str) -> str:
    """Return the name that all spellings of a body of the state share; '' for any other name."""
    return next((name for name, spelled in PUBLIC_BODIES.items() if spelled.match(folded)), "")


def has_leading_form(folded: str) -> bool:
    """Whether a folded name begins with a legal form, and goes on as no person's does."""
    form = LEADS.match(folded)
    rest = folded[form.end() :] if form else ""
    if not rest or rest.split()[0] in OTHERS:
        return False
    numbered = any(word.isdigit() or word in NUMBERS for word in rest.split())
    return numbered or not could_be_person(rest, _WITHIN)


def could_be_person(folded: str, known: Collection[str] = TELLING | PLACES) -> bool:
    """Whether a folded name may be a person's: two words or more, none of which tells a company.

    Examples
    --------
    >>> [could_be_person(name) for name in ("EVA LOPEZ", "LOPEZ", "PUNA MINING", "LAS BREAS", "SANTA ROSA")]
    [True, False, False, False, False]
    """
    every = folded.split()
    inner = {place for place, word in enumerate(every[1:-1], 1) if word in JOINED}
    words = [
        word
        for place, word in enumerate(every)
        if place not in inner and word not in PARTICLES and not word.isdigit()
    ]
    if len(words) < 2 or not set(words).isdisjoint(known):
        return False
    named_of_ground = every[0] in ("EL", "LOS", "LAS")
    saint = every[0] in ("SAN", "SANTA", "SANTO") and len(words) == 2
    return not (named_of_ground or saint)


def begins_as_company(folded: str) -> bool:
    """Whether a folded name begins as a company's does, so that it may stand beside a person's."""
    first = folded.split()[0] if folded else ""
    return first in _BEGINNINGS or bool(LEADS.match(folded))


def without_branch(folded: str) -> str:
    """Return a folded name without what says where a branch is, or that the company is wound up.

    Examples
    --------
    >>> without_branch("LITHEA INC SUCURSAL ARGENTINA"), without_branch("PUNA S A EN LIQUIDACION")
    ('LITHEA INC', 'PUNA S A')
    >>> without_branch("PUNA S A SUC EVA LOPEZ")
    'PUNA S A SUC EVA LOPEZ'
    """
    bare = WOUND_UP.sub("", folded)
    words = bare.split()
    kept = len(words)
    while kept and words[kept - 1] in _TAILS:
        kept -= 1
    if kept and words[kept - 1] in BRANCHES:
        kept -= 1
    shorter = " ".join(words[:kept])
    return shorter if STRONG.search(shorter) or WEAK.search(shorter) else bare


def canonical(name: str) -> str:
    """Return a name as all spellings of it agree: forms as their abbreviations, without points.

    Examples
    --------
    >>> canonical("Bolland Minera S.A.") == canonical("BOLLAND  MINERA, SA")
    True
    >>> canonical("S.L.M. Rosario"), canonical("Sociedad Legal Minera Rosario"), canonical("Codelco-Chile")
    ('SLM ROSARIO', 'SLM ROSARIO', 'CODELCO')
    """
    folded = fold(name)
    body = public_body(folded)
    if body:
        return body
    for pattern, short in LONG_FORMS:
        folded = pattern.sub(short, folded)
    ending = STRONG.search(folded) or WEAK.search(folded)
    if ending and ending["form"]:
        folded = f"{folded[: ending.start('form')]}{ending['form'].replace(' ', '')}"
    return folded


LONG_FORMS = tuple(
    (re.compile(pattern), short)
    for pattern, short in (
        (r"^(?:S L M|(?:SOC|SOCIEDAD) LEGAL MINERA)\b", "SLM"),
        (r"^(?:S C M|(?:SOC|SOCIEDAD) CONTRACTUAL MINERA)\b", "SCM"),
        (r"\b(?:SOC|SOCIEDAD) ANONIMA$", "SA"),
        (r"\bSOCIEDAD POR ACCIONES$", "SPA"),
        (r"\b(?:SOC|SOCIEDAD) CONTRACTUAL MINERA$", "SCM"),
        (r"\b(?:SOC|SOCIEDAD) LEGAL MINERA$", "SLM"),
        (r"\b(?:SOCIEDAD DE RESPONSABILIDAD LIMITADA)$", "SRL"),
        (r"\bLIMITADA\b", "LTDA"),
        (r"\bLIMITED\b", "LTD"),
        (r"^COMPANIA\b", "CIA"),
    )
)
"""Legal forms in full, and their abbreviations."""
