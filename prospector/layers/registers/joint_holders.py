"""Joint holders: separated, then each judged as a company, a person, or unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prospector.layers.registers.companies import (
    begins_as_company,
    could_be_person,
    has_leading_form,
    has_person_within,
    is_company_name,
    strong_ending,
    without_branch,
)
from prospector.layers.registers.company_words import (
    BRANCHES,
    NUMBERS,
    PLACES,
    SURE_BESIDE,
    TELLING,
)
from prospector.layers.registers.folding import PLAIN, fold
from prospector.layers.registers.legal_forms import (
    BARE_FORM,
    FIRMS,
    INNER,
    JOINED,
    LEADS,
    MINING_SOCIETY,
    OTHERS,
    PARTICLES,
    PARTNERS,
    PARTNERSHIP,
    PRIVATE_FORMS,
    STRONG,
    TWO_NAMES,
    WEAK,
)
from prospector.layers.registers.public_bodies import PUBLIC_LEADS, public_body

PRIVATE = "private holder"

_SHARE = re.compile(
    r"[(\[]?\s*(?<![\w.,/])(?:\d{1,3}(?:[.,]\d+)?\s*(?:%|por\s*ciento\b|percent\b)|\d{1,3}\s*/\s*\d{1,3}(?![\w/]))\s*[)\]]?",
    re.IGNORECASE,
)
"""A holder's share: 50 %, (33,3%), 1/2. It ends a name."""

_REWRITTEN = (
    (re.compile(r"\bS\s*/\s*A\b\.?", re.IGNORECASE), "S.A."),
    (re.compile(r"\by\s*/\s*o\b", re.IGNORECASE), ";"),
    (re.compile(r"\b(?:c\s*/\s*o|a\s*/\s*c|p\s*/\s*[pc])\b", re.IGNORECASE), ";"),
    (re.compile(r"(?<=GmbH)\s*&(?=\s*Co\b)", re.IGNORECASE), ""),
    (
        re.compile(
            r"\b(S\.\s?A\.(?:\s?[A-Z]\.){0,9})\s+[ey]\s+((?:[A-Z]\.\s?){1,9})(?=\s*(?:$|[,;|/)]))",
            re.IGNORECASE,
        ),
        r"\1\2",
    ),
    (
        re.compile(
            r"\brep(?:\.|:|resentad[oa]s?\s+por\b|resentante\b)(?:\s*legal\b)?:?", re.IGNORECASE
        ),
        ";",
    ),
    (
        re.compile(
            r"\b(?:en\s+representaci[oó]n|[ae]n?\s+nombre|por\s+cuenta)\s+del?\b", re.IGNORECASE
        ),
        ";",
    ),
    (re.compile(r"\bpor\b(?!\s+(?:acciones|ciento|cuenta)\b)", re.IGNORECASE), ";"),
    (re.compile(r",?\s+et\.?\s+al\b\.?", re.IGNORECASE), "; otros"),
    (_SHARE, ";"),
)

_FIGURES = re.compile(r"\s*\d{1,3}(?:[.,]\d+)?\s*")
"""A share that stands alone between marks."""

_PARTED = re.compile(r"[;|\n\r:/]+")
"""What parts joint holders, always."""

_JOINT = re.compile(
    r"(\s*,\s*|\s*[&+]\s*|\s*-\s+|\s+-|-(?!\d)|\s+(?:y|e|and|con)\s+)", re.IGNORECASE
)
"""What parts joint holders, or stands within a company's name."""

_ASIDE = re.compile(r"[(\[{]([^()\[\]{}]*)(?:[)\]}]|$)")
_KEPT_ASIDE = 0xE000
_SPACES = re.compile(r"[^\S\r\n]+")
_LINE_ENDS = re.compile(r" ?[\r\n][\r\n ]*")
_MARKS = re.compile("[\ue000-\uf8ff]")
_ADDED = PLACES | BRANCHES | PARTICLES | {"LIQUIDACION", "FORMACION", "QUIEBRA", "CONCURSO"}
"""Words of where a company is, or in what state."""

_HARMLESS = _ADDED | TELLING | NUMBERS | JOINED

LONGEST = 2000
"""Characters beyond which holders that no hard mark parts are not read: nobody is named."""

_LOOKED_BACK = 200
"""Characters before a bracket in which a name is looked for."""

OTHERS_NAMED = ""
"""Holders whom a text does not name: "y otros"."""

_Part = tuple[str, str]
"""A piece of a text of joint holders: what stands before it, and it."""


def named_in(text: str) -> list[str]:
    """Return the companies that a text names, and `PRIVATE` where it may name a person, or others."""
    return list(dict.fromkeys(holder or PRIVATE for holder in holders_in(text)))


def holders_in(text: str) -> list[str]:
    """Return each holder that a text names: a company, `PRIVATE`, or `OTHERS_NAMED`."""
    spaced = _SPACES.sub(" ", _MARKS.sub(" ", text.translate(PLAIN)))
    plain = _LINE_ENDS.sub("\n", spaced)
    for pattern, written in _REWRITTEN:
        plain = pattern.sub(written, plain)
    outer, harmless, apart = _asides(plain)
    chunks = [chunk for chunk in _PARTED.split(outer) if not _FIGURES.fullmatch(chunk)]
    holders = [holder for chunk in chunks for holder in _of_chunk(chunk)]
    restored = [
        _MARKS.sub(lambda mark: harmless[ord(mark[0]) - _KEPT_ASIDE], name) for name in holders
    ]
    restored += [holder for aside in apart for holder in holders_in(aside)]
    return [" ".join(holder.split()).strip(" ,-&+") for holder in restored]


def _asides(text: str) -> tuple[str, list[str], list[str]]:
    """Return a text without what its brackets hold: that which names nobody, behind marks, and the rest."""
    harmless: list[str] = []
    apart: list[str] = []

    def moved(aside: re.Match[str]) -> str:
        before = text[max(0, aside.start() - _LOOKED_BACK) : aside.start()]
        folded = fold(aside[1])
        if not folded or folded.isdigit():
            return " "
        if _is_harmless(folded, fold(before)) and len(harmless) < 0x1000:
            harmless.append(_PARTED.sub(",", aside[0]))
            return chr(_KEPT_ASIDE + len(harmless) - 1)
        apart.append(aside[1])
        return ";" if _closes(before) else " "

    outer = _ASIDE.sub(moved, text)
    return _SPACES.sub(" ", re.sub(r"[()\[\]{}]", " ", outer)), harmless, apart


def _is_harmless(folded: str, before: str) -> bool:
    """Whether what stands in brackets names nobody: words of companies, an abbreviation, a former name."""
    if len(folded) > LONGEST:
        return False
    words = folded.split()
    initials = "".join(word[0] for word in before.split() if word not in PARTICLES | JOINED - {"E"})
    short = len(words) == 1 and 3 <= len(folded) <= 6 and folded in initials
    former = words[0] in ("EX", "ANTES") and is_company_name(" ".join(words[1:]))
    return short or former or set(words) <= _HARMLESS


def _of_chunk(chunk: str) -> list[str]:
    """Return the holders of a text that no hard mark parts; one that is too long to be read is private."""
    if len(chunk) > LONGEST:
        return [PRIVATE]
    holders: list[str] = []
    group: list[_Part] = []
    for mark, piece in _pieces(chunk):
        if (
            holders
            and not group
            and _is_addition(piece)
            and is_company_name(holders[-1] + mark + piece)
        ):
            holders[-1] += mark + piece
            continue
        group.append((mark, piece))
        if _closes(piece):
            holders += _of_company(group)
            group = []
    return holders + _of_names(group)


def _pieces(chunk: str) -> Iterator[_Part]:
    """Yield the pieces between joining marks; a legal form alone belongs to the name beside it."""
    split = ["", *_JOINT.split(chunk)]
    parts = [
        (mark, piece) for mark, piece in zip(split[::2], split[1::2], strict=True) if fold(piece)
    ]
    held: _Part | None = None
    for mark, piece in parts:
        if held is None:
            held = ("", piece)
        elif _is_form_after(mark, piece, held[1]) or _is_form_before(*held):
            held = (held[0], held[1] + mark + piece)
        else:
            yield held
            held = (mark, piece)
    if held is not None:
        yield held


def _is_form_after(mark: str, piece: str, name: str) -> bool:
    """Whether a piece is a legal form alone, and the name before it: "Andes, S.A.", "Minera Y S.A."."""
    if not BARE_FORM.match(fold(piece)):
        return False
    letter = mark.strip().upper() in ("Y", "E")
    return mark.strip() == "," or (letter and not could_be_person(fold(name)))


def _is_form_before(mark: str, piece: str) -> bool:
    """Whether a piece is a legal form alone that the name follows; after a mark "Cia" closes one."""
    folded = fold(piece)
    form = LEADS.match(folded)
    whole = form is not None and form.end() == len(folded)
    return whole and not (mark and folded in PARTNERSHIP)


def _is_addition(piece: str) -> bool:
    """Whether a piece says where or in what state a company is, and names nobody."""
    folded = fold(piece)
    return set(folded.split()) <= _ADDED or bool(public_body(f"CODELCO {folded}"))


def _closes(piece: str) -> bool:
    """Whether a name ends with a piece: a legal form, a body of the state."""
    folded = without_branch(fold(piece))
    ends = strong_ending(piece) or WEAK.search(folded) or folded in PARTNERSHIP
    return bool(ends or public_body(folded) or PRIVATE_FORMS.search(folded))


def _of_company(group: list[_Part]) -> list[str]:
    """Return the holders of pieces of which the last ends in a legal form: how far back its name goes."""
    last = fold(group[-1][1])
    if TWO_NAMES.match(_joined(group)):
        return [_joined(group)]
    if PRIVATE_FORMS.search(last) or public_body(without_branch(last)):
        own = PRIVATE if PRIVATE_FORMS.search(last) else group[-1][1]
        return [*_of_names(group[:-1]), own]
    start = len(group) - 1
    if start and _is_partner(last):
        start -= 1
        while start and strong_ending(last) and _lists_surnames(group[start - 1][1], *group[start]):
            start -= 1
    weak = last in PARTNERSHIP or WEAK.search(without_branch(last))
    if weak and not is_company_name(_joined(group[start:])):
        return [*_of_names(group[:start]), PRIVATE]
    while start and _belongs(group[start - 1][1], group[start], last):
        start -= 1
    name = _joined(group[start:])
    apart = start == 0 or begins_as_company(fold(name)) or _stands_apart(*group[start])
    known = is_company_name(name) and apart
    return [*_of_names(group[:start]), name if known else PRIVATE]


def _lists_surnames(before: str, mark: str, piece: str) -> bool:
    """Whether a comma parts two words of a firm's name: "Perez, Soto y Cia. Ltda"."""
    return mark.strip() == "," and " " not in f"{fold(before)}{fold(piece)}"


def _stands_apart(mark: str, name: str) -> bool:
    """Whether a company's name cannot be the end of a person's, or of a firm of partners, that goes before.

    It has a word of companies' names, or is one word and the form that of a company with shares.
    """
    form = strong_ending(name)
    words = fold(name)[: form.start()].split() if form else []
    if not SURE_BESIDE.isdisjoint(words):
        return True
    shares = form is not None and form["form"].startswith(("S A", "SA", "S P A", "SPA"))
    return shares and len(words) == 1 and "," not in mark


def _is_partner(folded: str) -> bool:
    """Whether a piece closes a firm's name: "Cia. Ltda", "Asociados S.A."."""
    form = STRONG.search(folded)
    words = (folded[: form.start()] if form else folded).split()
    return bool(words) and set(words) <= PARTNERS | PARTICLES


def _belongs(piece: str, follows: _Part, last: str) -> bool:
    """Whether a piece is part of the name that ends in the last one, and cannot be a person's."""
    mark = follows[0]
    folded, firm = fold(piece), last.split()[0] in FIRMS
    words = folded.split()
    if PRIVATE_FORMS.search(folded) or words[0] in OTHERS or INNER.search(folded):
        return False
    if set(words) <= PARTNERS - set(PARTNERSHIP):
        return False
    form = LEADS.match(folded) or PUBLIC_LEADS.match(folded)
    if form and form.end() < len(folded):
        alone = "," in mark and TELLING.isdisjoint(fold(follows[1]).split())
        return has_leading_form(folded) and not (firm or alone or MINING_SOCIETY.match(folded))
    if not set(words).isdisjoint(SURE_BESIDE):
        trade_behind = words[-1] in SURE_BESIDE and not firm
        listed = "," in mark and (firm or TELLING.isdisjoint(fold(follows[1]).split()))
        return not listed and (
            trade_behind or not has_person_within(folded.removesuffix(" DE LA SIERRA"))
        )
    if "," in mark or firm or last.split()[0] in OTHERS:
        return False
    return not could_be_person(folded, SURE_BESIDE)


def _of_names(group: list[_Part]) -> list[str]:
    """Return the holders of pieces without a legal form behind them."""
    if group and public_body(fold(_joined(group))):  # "Instituto Minero y Metalurgico"
        return [_joined(group)]
    holders: list[str] = []
    for mark, piece in group:
        folded = fold(piece)
        if folded.split()[0] in OTHERS:
            holders.append(OTHERS_NAMED)
        elif is_company_name(piece):
            holders.append(piece)
        elif holders and holders[-1] not in (PRIVATE, OTHERS_NAMED) and _continues(folded):
            holders[-1] += mark + piece
        else:
            holders.append(PRIVATE)
    return holders


def _continues(folded: str) -> bool:
    """Whether a piece goes on with the name of a company that a legal form began."""
    words = folded.split()
    telling = not set(words).isdisjoint(SURE_BESIDE)
    return words[0] not in FIRMS and telling and not has_person_within(folded)


def _joined(group: list[_Part]) -> str:
    return group[0][1] + "".join(mark + piece for mark, piece in group[1:])
