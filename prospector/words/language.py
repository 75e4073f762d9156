"""Languages of the report and the dossier: English as it is written, Spanish by words/es.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.errors import Level, Notice, OutputError, Reason
from prospector.name_lists import parted
from prospector.numerals import (
    area,
    decimals_apart,
    figure,
    fixed,
    inflation,
    kilometres,
    least_or_most_area,
    length,
    own_unit,
    percent,
    percentile,
    resolutions,
)
from prospector.region.commodities import commodity_word

if TYPE_CHECKING:
    from prospector.screening.steps import Screening

LANGUAGES = ("en", "es")
DECIMAL_COMMA = str.maketrans(".,", ",.")
DECIMALS = re.compile(r"\.\d+f")
"""How a number with so many decimals is asked for."""

HOLE = re.compile(r"\{(\w+)\}")
FIGURES = {"percent": percent, "inflation": inflation}
"""How holes that say so write a number."""

AREAS = {"area": area, "bound": least_or_most_area}
"""How holes that say so write an area in km2."""

MEASURE = "measure"
"""How holes that say so write a value with the unit that stands beside it."""

VALUE = re.compile(r"\{(\w+)(?::([^}]*))?\}")
"""A hole of a sentence: the name of a value, and how a number is written."""

EMPTY_UNIT = re.compile(r"(?<=\d) (?=[.,;)](?:\s|$))")
"""What a number without a unit leaves before a mark."""

HOUSE_WORDS = {
    "label",
    "because",
    "expected",
    "geometry",
    "tenure_class",
    "kind",
    "kinds",
    "run",
    "runs",
    "unit",
}
"""Values that have a phrase; all others are what a user wrote or names, and stay as they are."""

NAMELESS = ("unnamed", "private holder")
"""What the reader puts in the place of a name."""


Sentence = str | Mapping[str, str]
"""A sentence with holes; or, where it counts, its forms ``one`` and ``other``."""


@dataclass(frozen=True)
class Piece:
    """A piece of a sentence: a text of its own, or what fills a hole of that name."""

    text: str
    hole: str = ""


class Standing(NamedTuple):
    """What every output says, in this order: a sentence each.

    Parameters
    ----------
    reporting
        That no reporting code is met.
    resolution
        How finely the evidence resolves.
    tenure
        The date of the register.
    """

    reporting: str
    resolution: str
    tenure: str


@dataclass(frozen=True, eq=False)
class Language:
    """A language with its phrases.

    Parameters
    ----------
    code
        Code of the language, as in the attribute ``lang``.
    phrases
        Phrase by English phrase. Both may have holes, such as ``{name}``, of the same names.
    columns
        Alias of each column of the tables.
    sentences
        Tables ``notices``, ``reasons`` and ``levels``: a sentence, or its forms, for each code.
    meanings
        What a column means by what it means in English.
    values
        What the codes in the tables' cells are called.
    """

    code: str
    phrases: Mapping[str, str]
    columns: Mapping[str, str]
    sentences: Mapping[str, Mapping[str, Sentence]]
    meanings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def point(self) -> str:
        """The decimal mark."""
        return "." if self.code == "en" else ","

    def label(self, column: str, sheet: str = "") -> str:
        """Return the alias of a column of the tables, or of a sheet; its name where it has none.

        Examples
        --------
        >>> language("es").label("area_km2"), language("en").label("area_km2")
        ('superficie (km²)', 'area (km²)')
        >>> language("en").label("area_ha"), language("en").label("area_ha", "Concessions")
        ('area (ha)', 'area in the register (ha)')
        """
        alias = self.columns.get(f"{sheet}.{column}") or self.columns.get(column)
        return alias or column.replace("_", " ")

    def meaning(self, text: str) -> str:
        """Return what a column means, from what it means in English.

        Examples
        --------
        >>> language("es").meaning("date of expiry"), language("en").meaning("date of expiry")
        ('fecha de vencimiento', 'date of expiry')
        """
        return self.meanings.get(text, text)

    def value(self, code: str) -> str:
        """Return what a code in a cell of the tables is called.

        Examples
        --------
        >>> language("es").value("applied_for"), language("en").value("applied_for")
        ('en trámite', 'applied for')
        """
        return self.values.get(code) or self._found(code) or self.told(code.replace("_", " "))

    def say(self, phrase: str, **values: object) -> str:
        """Return one of the house's own phrases with its holes filled; English where there is none.

        Examples
        --------
        >>> language("es").say("{n} targets", n=8)
        '8 blancos'
        """
        found = self.phrases.get(phrase, phrase)
        return HOLE.sub(lambda hole: str(values[hole[1]]), found) if values else found

    def told(self, text: str) -> str:
        """Return a text that was made elsewhere, or itself where no phrase fits it.

        Examples
        --------
        >>> language("es").told("elevation"), language("es").told("Salar de Atacama")
        ('elevación', 'Salar de Atacama')
        """
        return self._found(text) or text

    def names(self, text: str) -> str:
        """Return names, parted by "; ", with the word of the language in place of one that is not shown.

        Examples
        --------
        >>> language("es").names("El Abra; unnamed"), language("es").names("ARLI S.A.; private holder")
        ('El Abra; sin nombre', 'ARLI S.A.; titular particular')
        """
        return "; ".join(map(self.name, parted(text)))

    def name(self, name: str) -> str:
        """Return a name, or the word of the language where it has none, or a person's is not shown."""
        return self.told(name) if name in NAMELESS else name

    def kilometres(self, km: float) -> str:
        """Return a distance in kilometres as it is printed, without the unit.

        Examples
        --------
        >>> language("es").kilometres(8.16), language("en").kilometres(23.4)
        ('8,2', '23')
        """
        return kilometres(km).replace(".", self.point)

    def level(self, notice: Notice) -> str:
        """Return how grave a notice is, in a word.

        Examples
        --------
        >>> language("es").level(Notice("geometries-repaired", "note"))
        'nota'
        """
        return self.level_word(notice.level)

    def level_word(self, level: Level) -> str:
        """Return a level of notices in a word."""
        return str(self.sentences["levels"][level])

    def levels(self, level: Level, count: int) -> str:
        """Return how many notices of a level there are.

        Examples
        --------
        >>> language("en").levels("note", 1), language("es").levels("problem", 3)
        ('1 note', '3 problemas')
        """
        return f"{count} {self.sentences['levels'][level if count == 1 else f'{level}s']}"

    def sentence(self, stated: Notice | Reason) -> str:
        """Return a notice or a reason as a sentence.

        Examples
        --------
        >>> repaired = Notice("geometries-repaired", "note", {"layer": "faults"}, 2)
        >>> language("en").sentence(repaired)
        "Layer 'faults': 2 invalid geometries repaired."
        >>> language("es").sentence(Reason("no-layer", role="faults"))
        "falta una capa de funci\u00f3n 'faults'"
        """
        table = "notices" if isinstance(stated, Notice) else "reasons"
        form = self.sentences[table].get(stated.code)
        if form is None:  # of another version, or of a package that brings a kind
            return str(stated)
        if not isinstance(form, str):
            form = form["one" if _counted(stated) == 1 else "other"]
        return self.tidy("".join(piece.text for piece in self._filled(form, stated)))

    def pieces(self, notices: Sequence[Notice]) -> list[list[Piece]]:
        """Return the sentences of notices of one code in pieces: texts and filled holes in turn.

        Examples
        --------
        >>> two = [Notice("geometries-repaired", "note", {"layer": name}, 2) for name in ("a", "b")]
        >>> [piece.text for piece in language("en").pieces(two)[1]]
        ["Layer '", 'b', "': ", '2', ' invalid geometries repaired.']
        >>> language("en").pieces(two)[1][1]
        Piece(text='b', hole='layer')
        """
        form = self.sentences["notices"].get(notices[0].code)
        if form is None:
            return [[Piece(str(notice))] for notice in notices]
        if not isinstance(form, str):
            alone = all(notice.count == 1 for notice in notices)
            form = form["one" if alone else "other"]
        return [self._filled(form, notice) for notice in notices]

    def _filled(self, form: str, stated: Notice | Reason) -> list[Piece]:
        """Return a sentence in pieces, its holes filled."""
        values = dict(stated.about)
        if isinstance(stated, Notice):
            values["count"] = stated.count
        pieces, end = list[Piece](), 0
        for hole in VALUE.finditer(form):
            name, how = hole[1], hole[2] or ""
            value = self._filled_in(values, name, how) if name in values else hole[0]
            pieces += [Piece(form[end : hole.start()]), Piece(value, name)]
            end = hole.end()
        return [*pieces, Piece(form[end:])]

    def tidy(self, sentence: str) -> str:
        """Return a sentence without the space that a number without a unit leaves before a mark."""
        return EMPTY_UNIT.sub("", sentence)

    def measured(self, stated: Notice | Reason, name: str) -> str:
        """Return a value of a notice or a reason with its unit, as its sentence has it.

        Examples
        --------
        >>> warm = Notice("too-warm", "note", {"low": 6.69, "unit": "ln(ppm)"})
        >>> language("en").measured(warm, "low")
        '804 ppm'
        """
        return self._filled_in(dict(stated.about), name, MEASURE)

    def _filled_in(self, values: Mapping[str, Any], name: str, form: str) -> str:
        """Return what fills a hole; a measure has its unit beside it, and is a text in earlier runs."""
        if form == MEASURE and isinstance(values[name], int | float):
            return self.measure(values[name], values["unit"])
        return self._value(name, values[name], form)

    def _value(self, name: str, value: Any, form: str) -> str:
        """Return what fills a hole of a sentence: a reason, a list, a number, a phrase or a name."""
        if isinstance(value, Reason):
            return self.sentence(value)
        if isinstance(value, tuple):
            mark = "; " if any(isinstance(part, Reason) for part in value) else ", "
            return mark.join(self._value(name, part, form) for part in value)
        if isinstance(value, int | float):
            if DECIMALS.fullmatch(form):
                return self.number(value, int(form[1:-1]))
            if form in FIGURES:
                return FIGURES[form](value).replace(".", self.point)
            if form in AREAS:
                unit = "km2" if self.code == "en" else "km\u00b2"
                return AREAS[form](value, unit).replace(".", self.point)
            written = format(value, form or ("" if isinstance(value, int) else "g"))
            return written if self.code == "en" else written.translate(DECIMAL_COMMA)
        if form == "commodity":
            return commodity_word(value, self.code)
        text = self.told(value) if name in HOUSE_WORDS else str(value)
        return f"'{text}'" if form == "quoted" else text

    def standing(
        self,
        resolution: Sequence[tuple[str, float | None]],
        cell_size_m: float,
        tenure_as_of: str,
    ) -> Standing:
        """Return what every page says.

        Parameters
        ----------
        resolution
            Each evidence with its effective resolution in metres, None where it is not stated.
        cell_size_m
            Side of a cell in metres.
        tenure_as_of
            Date of the register, or ``"unknown"``.

        Examples
        --------
        >>> language("es").standing([("elevation", 5560.0)], 1000.0, "2026-01").resolution
        'Resolución efectiva de la evidencia: elevación 5,6 km. Las celdas de 1000 m no le agregan detalle.'
        """
        named = [(self.told(label), metres) for label, metres in resolution]
        words = resolutions(named, not_stated=self.say("not stated"), point=self.point)
        return Standing(
            self.say(
                "Screening output. Not a mineral resource, exploration target or exploration result "
                "under any CRIRSCO code."
            ),
            self.say(
                "Effective resolution of the evidence: {resolution}. Cells of {size} m do not add "
                "detail to it.",
                resolution=words,
                size=f"{cell_size_m:g}",
            ),
            self.say("No register of titles with a date. Unknown ground is not open ground.")
            if tenure_as_of == "unknown"
            else self.say(
                "Tenure as of {date}. Unknown ground is not open ground.",
                date=self.told(tenure_as_of),
            ),
        )

    def number(self, value: float, decimals: int) -> str:
        """Return a number with the language's decimal mark."""
        return fixed(value, decimals).replace(".", self.point)

    def beside(self, value: float, other: float | None) -> tuple[str, str]:
        """Return a figure and what it is held against, with the decimals that tell them apart.

        Examples
        --------
        >>> language("es").beside(0.93, 0.65), language("en").beside(0.8462, 0.8457)
        (('0,93', '0,65'), ('0.8462', '0.8457'))
        """
        if other is None:
            return self.number(value, 2), ""
        decimals = decimals_apart(value, other)
        return self.number(value, decimals), self.number(other, decimals)

    def length(self, metres: float) -> str:
        """Return a length with its unit, to two figures.

        Examples
        --------
        >>> language("es").length(5560.0)
        '5,6 km'
        """
        return length(metres).replace(".", self.point)

    def percentile(self, value: float) -> str:
        """Return a percentile with one decimal, never higher than it is.

        Examples
        --------
        >>> language("es").percentile(99.96)
        '99,9'
        """
        return percentile(value).replace(".", self.point)

    def unit(self, text: str) -> str:
        """Return a unit as it is printed.

        Examples
        --------
        >>> language("en").unit("per 1000 km2")
        'per 1000 km²'
        """
        return self.told(text).replace("km2", "km\u00b2")

    def figure(self, value: float) -> str:
        """Return a value without a unit as it is printed, to three figures.

        Examples
        --------
        >>> language("es").figure(0.3395), language("en").figure(3159.7)
        ('0,34', '3160')
        """
        return figure(value).replace(".", self.point)

    def measure(self, value: float, unit: str, *, within: bool = False) -> str:
        """Return a value with its unit as it is printed; one on a log scale in its own unit.

        Parameters
        ----------
        value
            As the evidence has it.
        unit
            Of the evidence, empty where it has none.
        within
            Whether it is a distance that its layer does not resolve.

        Examples
        --------
        >>> language("es").measure(0.3395, "per 1000 km2"), language("en").measure(6.69, "ln(ppm)")
        ('0,34 por 1000 km²', '804 ppm')
        >>> language("en").measure(10.0, "km", within=True)
        'within 10 km'
        """
        own, of = own_unit(float(value), unit)
        measure = f"{self.figure(own)} {self.unit(of)}".rstrip()
        return self.say("within {measure}", measure=measure) if within else measure

    def area(self, square_km: float) -> str:
        """Return an area with its unit as it is printed.

        Examples
        --------
        >>> language("es").area(4.25), language("en").area(0.0064)
        ('4,3 km²', '0.6 ha')
        """
        return area(square_km, "km\u00b2").replace(".", self.point)

    def translations(self, texts: Iterable[str]) -> dict[str, str]:
        """Return the phrase for each text that has one; a text of a user's own has none."""
        pairs = ((text, self._found(text)) for text in dict.fromkeys(texts))
        return {text: found for text, found in pairs if found}

    def _found(self, text: str) -> str:
        """Return the phrase of a text; nothing where it has none."""
        return self.phrases.get(text, "")


def _counted(stated: Notice | Reason) -> Any:
    """Return how many a notice touched, or the count that a reason states; None where there is none."""
    return stated.count if isinstance(stated, Notice) else dict(stated.about).get("count")


@cache
def language(code: str) -> Language:
    """Return a language by its code.

    Raises
    ------
    OutputError
        There is none of that code.
    """
    if code not in LANGUAGES:
        raise OutputError(f"Unknown language '{code}'. Use one of: {', '.join(LANGUAGES)}.")
    words = tomllib.loads(_text(f"{code}.toml"))
    sentences = {name: words[name] for name in ("notices", "reasons", "levels")}
    phrases, columns = words.get("phrases", {}), words.get("columns", {})
    tables = tomllib.loads(_text("columns.toml"))
    labels, meanings, values = (
        tables[name].get(code, {}) for name in ("labels", "meanings", "values")
    )
    return Language(code, phrases, columns | labels, sentences, meanings, values)


def _text(file: str) -> str:
    """Return the text of a file of words."""
    return (resources.files("prospector.words") / file).read_text(encoding="utf-8")


def standing_sentences(screening: Screening, words: Language) -> Standing:
    """Return what every output of a screening says, in a language."""
    return words.standing(
        screening.resolution,
        screening.grid.cell_size_m,
        screening.tenure_as_of,
    )


def translations(texts: Iterable[str], code: str = "es") -> dict[str, str]:
    """Return the phrase in a language for each text made in Python that has one.

    Examples
    --------
    >>> translations(["depth of the slab", "a layer of one's own"])
    {'depth of the slab': 'profundidad de la placa'}
    """
    return language(code).translations(texts)


def sentence(stated: Notice | Reason, code: str = "en") -> str:
    """Return a notice or a reason as a sentence of a language.

    Parameters
    ----------
    stated
        A notice of a check, a screening or a run, or the reason that one holds.
    code
        ``"en"`` or ``"es"``.

    Returns
    -------
    str
        The sentence, as the report has it.

    Examples
    --------
    >>> sentence(Notice("no-open-ground", "caution", {"reason": Reason("register-without-coverage")}))
    'Open ground not known: the register does not state its coverage.'
    """
    return language(code).sentence(stated)
