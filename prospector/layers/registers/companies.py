"""Decide whether a holder's name is that of a company: by its legal form, or as a public body."""

from __future__ import annotations

import re
from collections.abc import Collection

from prospector.layers.registers.company_words import (
    BRANCHES,
    GROUND,
    PLACES,
    SURE,
    SURE_BESIDE,
    SURE_NUMBERS,
    TELLING,
    TRADE,
)
from prospector.layers.registers.folding import fold
from prospector.layers.registers.legal_forms import (
    ARTICLES,
    BEGINNINGS,
    HONORIFICS,
    HYPHEN,
    INITIALS,
    INNER,
    JOINED,
    LEADS,
    MINING_SOCIETY,
    NAME_ENDINGS,
    NAME_LEADS,
    NUMBERED,
    OTHERS,
    PARTICLES,
    PARTNERS,
    PLACES_BEHIND,
    PRIVATE_FORMS,
    SAINTS,
    SHORT_SURNAME_FORMS,
    STRONG,
    SURE_PLACES,
    SURNAME_FORMS,
    SURNAMES_WITH_ARTICLE,
    TAILS,
    TWO_NAMES,
    WEAK,
    WITHIN,
    WOUND_UP,
)
from prospector.layers.registers.public_bodies import PUBLIC_LEADS, is_known, public_body


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
    if public_body(folded) or is_known(folded):
        return True
    strong = strong_ending(name)
    if strong:
        before = folded[: strong.start()]
        return not (
            _is_hollow(before) or goes_on_as_person(before) or _is_person_of_two_forms(before)
        )
    weak = WEAK.search(folded)
    if weak:
        return _is_company_by_weak_form(name, folded[: weak.start()], weak)
    return bool(PUBLIC_LEADS.match(folded)) or has_leading_form(folded) or _is_trade_name(folded)


def strong_ending(name: str) -> re.Match[str] | None:
    """Return the legal form that makes a company of any name; None where it may be a surname.

    Its place is that in the folded name without a branch.

    Examples
    --------
    >>> [bool(strong_ending(name)) for name in ("Rene Valdez S.R.L.", "Belisario Quiroga Saa", "Eva de Sá")]
    [True, False, False]
    """
    folded = without_branch(fold(name))
    form = STRONG.search(folded)
    if form is None:
        return None
    before, written = folded[: form.start()].split(), _as_written(form["form"], name)
    surname = form["form"] in SURNAME_FORMS or (
        form["form"].startswith("SA") and written.istitle() and written.isalpha()
    )
    if before[-1:] and before[-1] in PARTICLES:
        return None
    if surname and written.isalpha() and (could_be_person(folded) or has_person_within(folded)):
        return None
    return None if _is_name_and_surname(before, form["form"]) else form


def _is_name_and_surname(before: list[str], form: str) -> bool:
    """Whether a form that is a surname as well stands behind one word that may be a name: "Jordi Sau"."""
    words = [word for word in before if word not in PARTICLES]
    folded = " ".join([*before, form])
    short = form in SHORT_SURNAME_FORMS and len(words) == 1
    return short and could_be_person(folded) and has_person_within(folded)


def _as_written(form: str, name: str) -> str:
    """Return the last word that folds to a legal form, as it is written; the form if there is none."""
    words = [word for word in name.split() if fold(word) == form]
    return words[-1].strip(",;") if words else form


def _is_person_of_two_forms(before: str) -> bool:
    """Whether what stands before a legal form is a person's name with another: "Eva Lopez UTE, S.A."."""
    weak = WEAK.search(before)
    return bool(weak and weak["form"] and _names_person(before[: weak.start()]))


def _names_person(folded: str) -> bool:
    """Whether what stands before a weak form may be a person's name, behind words of a trade or not.

    "Transportes Eva Lopez" may be, "Kachi Luna Mining" is none: it ends in a word of companies' names.
    """
    form = STRONG.search(folded)
    if form and (" " in form["form"] or not form["form"].startswith("SA")):
        return False
    ends_in_trade = folded.split()[-1:] and folded.split()[-1] in SURE | PLACES_BEHIND
    return could_be_person(folded) or (not ends_in_trade and has_person_within(folded))


def _is_company_by_weak_form(name: str, before: str, weak: re.Match[str]) -> bool:
    """Whether a name that ends in a form, or in initials, is a company's."""
    if _is_hollow(before) or before.split()[0] in HONORIFICS:
        return False
    if is_known(before):
        return True
    one_word = fold(HYPHEN.sub("", name)).count(" ") <= 1 or _is_one_name(before)
    if one_word and _may_close_a_person(weak):
        initials = len(before) > 2 and not re.search("[AEIOUY]", before)
        return initials or not (SURE | SURE_PLACES).isdisjoint(before.split())
    siblings = (
        weak["firm"] and before.split()[-1] in ("HNOS", "HERMANOS") and before.count(" ") == 1
    )
    return bool(one_word or siblings or TWO_NAMES.match(name)) or not _names_person(before)


def _is_one_name(folded: str) -> bool:
    """Whether a folded name is one word, which may have particles or a saint's title: "De la Rosa"."""
    words = [word for word in folded.split() if word not in (*PARTICLES, *SAINTS)]
    place = folded.split()[0] in ARTICLES and _is_place(folded)
    return len(words) <= 1 and not place


def _may_close_a_person(weak: re.Match[str]) -> bool:
    """Whether a weak ending may be a person's initials or name: that of "Rosa Cia", not of "Rosa & Cia"."""
    if weak["firm"]:
        return not weak["joined"]
    return weak["form"] in NAME_ENDINGS or weak["form"].replace(" ", "") in INITIALS


def goes_on_as_person(folded: str) -> bool:
    """Whether a legal form within a folded name is followed by what may be a person's."""
    return any(could_be_person(folded[form.end() :]) for form in INNER.finditer(folded))


def _is_hollow(words: str) -> bool:
    """Whether nothing is named: no word, partners alone, or others."""
    every = words.split()
    return set(every) <= PARTNERS | PARTICLES or every[0] in OTHERS


_LEADABLE = SURE_BESIDE | SURE_PLACES | SURE_NUMBERS
"""Words that tell a company behind a form that is a given name as well."""


def has_leading_form(folded: str) -> bool:
    """Whether a folded name begins with a legal form, and goes on as no person's does.

    Examples
    --------
    >>> [has_leading_form(name) for name in ("SLM EVA UNO DE LA SIERRA", "SCM EVA LOPEZ", "SCM CERRO NEGRO")]
    [True, False, True]
    >>> has_leading_form("UTE MEYER"), has_leading_form("UTE LITIO NORTE"), has_leading_form("U T E MEYER")
    (False, True, True)
    """
    form = LEADS.match(folded)
    rest = folded[form.end() :].removesuffix(" R L") if form else ""
    if form is None or not rest or rest.split()[0] in OTHERS:
        return False
    if form["form"] in NAME_LEADS and _LEADABLE.isdisjoint(rest.split()):
        return False
    if MINING_SOCIETY.match(folded):
        if NUMBERED.search(rest):
            return True
        rest = rest.removesuffix(" DE LA SIERRA")
    return _is_place(rest) or not has_person_within(rest, WITHIN)


def _is_trade_name(folded: str) -> bool:
    """Whether a folded name without a legal form is made of words of companies' names alone."""
    first, _, rest = folded.partition(" ")
    words = [word for word in folded.split() if word not in PARTICLES | JOINED]
    if len(words) < 2 or TRADE.isdisjoint(words):
        return False
    named_by_article = first in TRADE and rest.split()[0] in ARTICLES and _is_place(rest)
    return named_by_article or set(words) <= TELLING | PLACES | SURE_NUMBERS


def _is_place(folded: str) -> bool:
    """Whether a folded name is that of a place: "Cerro Negro", "Las Breas Coloradas", "Santa Rosa"."""
    words = folded.split()
    named = [word for word in words if word not in PARTICLES]
    ground = words[0] in GROUND and len(named) == 2
    article = words[0] in ARTICLES and len(named) <= 2 and named[0] not in SURNAMES_WITH_ARTICLE
    return ground or article or (words[0] in SAINTS and len(named) == 2)


def has_person_within(
    folded: str, known: Collection[str] = SURE | SURE_PLACES | SURE_NUMBERS
) -> bool:
    """Whether two words in a row may be a person's name, whatever stands beside them.

    Examples
    --------
    >>> has_person_within("TRANSPORTES EVA LOPEZ"), has_person_within("TRANSPORTES EVA")
    (True, False)
    """
    run, before = 0, ""
    for word in folded.split():
        before, saint = word, before in SAINTS
        if word in PARTICLES or saint:
            continue
        run = 0 if word in known or word.isdigit() or word in JOINED else run + 1
        if run > 1:
            return True
    return False


def could_be_person(folded: str, known: Collection[str] = SURE) -> bool:
    """Whether a folded name may be a person's: two words or more, none of which tells a company.

    A country or town tells one where it does not come first: Argentina is a given name.

    Examples
    --------
    >>> [could_be_person(name) for name in ("EVA LOPEZ", "LOPEZ", "PUNA MINING", "LAS BREAS", "SANTA ROSA")]
    [True, False, False, False, False]
    >>> could_be_person("LUIS PAMPA"), could_be_person("AGUA NEGRA"), could_be_person("LITHEA ARGENTINA")
    (True, False, False)
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
    if set(words) <= TELLING | PLACES and words[0] not in ("ARGENTINA", "AMERICA"):
        return False
    place_behind = known is SURE and not PLACES_BEHIND.isdisjoint(words[1:])
    return not (place_behind or (every[0] in (*SAINTS, *ARTICLES) and _is_place(folded)))


def begins_as_company(folded: str) -> bool:
    """Whether a folded name begins as a company's does, so that it may stand beside a person's."""
    first = folded.split()[0] if folded else ""
    return first in BEGINNINGS or bool(LEADS.match(folded))


def without_branch(folded: str) -> str:
    """Return a folded name without what says where a branch is, what a company does, or that it is wound up.

    Examples
    --------
    >>> without_branch("LITHEA INC SUCURSAL ARGENTINA"), without_branch("PUNA S A EN LIQUIDACION")
    ('LITHEA INC', 'PUNA S A')
    >>> without_branch("EL AGUILAR S A MINERA E INDUSTRIAL")
    'EL AGUILAR S A'
    >>> without_branch("PUNA S A SUC EVA LOPEZ")
    'PUNA S A SUC EVA LOPEZ'
    """
    bare = WOUND_UP.sub("", folded)
    for form in INNER.finditer(bare):
        if set(bare[form.end() :].split()) <= SURE | JOINED | PARTICLES:
            return bare[: form.end()]
    words = bare.split()
    kept = len(words)
    while kept and words[kept - 1] in TAILS:
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
