"""Lists of critical minerals as data: what each says of a commodity, with date, source and grade."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field

from prospector.region.cited import Grade, InWords
from prospector.region.commodities import commodities, commodity_word, known_commodity
from prospector.region.toml_values import Frozen

Status = Literal[
    "listed", "strategic", "critical", "group_a", "group_b", "group_c", "no", "not_seen"
]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]

UNLISTED: tuple[Status, ...] = ("no", "not_seen")


class StatusEntry(InWords):
    """What a list says of one commodity.

    Parameters
    ----------
    status
        By a code; see `CriticalFlag`.
    members
        Of a group, those that the list names; the whole group where empty.
    """

    status: Status
    members: list[str] = Field(default_factory=list)


class CriticalList(Frozen):
    """One list of critical_minerals.toml.

    Parameters
    ----------
    name
        The list goes by it, e.g. ``"us_2025"``.
    label, title
        Its name in short, and in full.
    publication, beside
        Where and when it was published, and what else belongs to that.
    date
        Of the list.
    grade
        Of the pages that it was taken from.
    complete
        Whether all that it names was seen: what is not named is then ``"no"``, else ``"not_seen"``.
    sources
        Addresses of the pages that it was taken from.
    status
        What it says, by commodity.
    """

    name: str
    label: InWords
    title: InWords
    publication: str
    beside: str = ""
    date: Day
    grade: Grade
    complete: bool
    sources: list[str] = Field(min_length=1)
    status: dict[str, StatusEntry]

    def entry(self, commodity: str) -> StatusEntry:
        """Return what the list says of a commodity by its name, or of the group that it belongs to."""
        group = commodities()[commodity].part_of
        of_group = self.status.get(group)
        if commodity in self.status:
            return self.status[commodity]
        if of_group is not None and (not of_group.members or commodity in of_group.members):
            return of_group
        return StatusEntry(status="no" if self.complete else "not_seen")


class CriticalFlag(Frozen):
    """What one list says of one commodity.

    Parameters
    ----------
    commodity
        By its name, e.g. ``"Li"``.
    list
        Name of the list, e.g. ``"us_2025"``.
    status
        ``"listed"`` (United States); ``"strategic"`` or ``"critical"`` (European Union); ``"group_a"``,
        ``"group_b"`` or ``"group_c"`` (Chile); ``"no"``: not on the list; ``"not_seen"``: the pages at hand
        do not tell, which is not a no.
    detail
        What is said beside the status, e.g. battery grade; empty where nothing is.
    date
        Of the list.
    source
        Address of the first page that it was taken from.
    grade
        Of that page: A official text, B reputable secondary source, C news.
    label, title
        Name of the list in short, and in full.
    """

    commodity: str
    list: str
    status: Status
    detail: InWords
    date: Day
    source: str
    grade: Grade
    label: InWords
    title: InWords

    @property
    def is_on_it(self) -> bool:
        """Whether the list names the commodity."""
        return self.status not in UNLISTED

    def sentence(self, language: str = "en") -> str:
        """Return the flag in a few words of ``"en"`` or ``"es"``.

        Examples
        --------
        >>> flags("Li")[1].sentence(), flags("Mo")[1].sentence("es")
        ('European Union 2024: strategic, battery grade', 'Unión Europea 2024: no visto')
        """
        words = (_file()[1][self.status].of(language), self.detail.of(language))
        return f"{self.label.of(language)}: {', '.join(filter(None, words))}"


def critical_lists() -> tuple[CriticalList, ...]:
    """Return the lists in the order of the file.

    Examples
    --------
    >>> [(critical.name, critical.date) for critical in critical_lists()]
    [('us_2025', '2025-11-07'), ('eu_2024', '2024-04-11'), ('chile_2026', '2026-01-27')]
    """
    return _file()[0]


def flags(commodity: str) -> tuple[CriticalFlag, ...]:
    """Return what each list says of a commodity; nothing for a word that no commodity is called by.

    Parameters
    ----------
    commodity
        A symbol, or an English or Spanish word.

    Examples
    --------
    >>> [(flag.list, flag.status) for flag in flags("molibdeno")]
    [('us_2025', 'no'), ('eu_2024', 'not_seen'), ('chile_2026', 'group_a')]
    >>> flags("marble")
    ()
    """
    name = known_commodity(commodity)
    if name is None:
        return ()
    return tuple(_flag(critical, name) for critical in critical_lists())


def flags_line(named: Iterable[str], language: str = "en") -> str:
    """Return one line for several commodities: for each, the lists that name it.

    Examples
    --------
    >>> flags_line(["Co"])
    'cobalt: United States 2025, European Union 2024 (strategic), Chile 2026 (group B)'
    >>> flags_line(["Mo"])
    'molybdenum: Chile 2026 (group A), European Union 2024 not seen'
    """
    parts = [_line_of(commodity, language) for commodity in named if known_commodity(commodity)]
    return "; ".join(dict.fromkeys(parts))


def _line_of(commodity: str, language: str) -> str:
    words = _file()[1]
    own = flags(commodity)
    named = [_named(flag, language) for flag in own if flag.is_on_it]
    unseen = [
        f"{flag.label.of(language)} {words['not_seen'].of(language)}"
        for flag in own
        if flag.status == "not_seen"
    ]
    none = {"en": "on none of the lists", "es": "en ninguna de las listas"}[language]
    return f"{commodity_word(commodity, language)}: {', '.join([*(named or [none]), *unseen])}"


def _named(flag: CriticalFlag, language: str) -> str:
    label = flag.label.of(language)
    if flag.status == "listed":
        return label
    return f"{label} ({_file()[1][flag.status].of(language)})"


def _flag(critical: CriticalList, commodity: str) -> CriticalFlag:
    entry = critical.entry(commodity)
    return CriticalFlag(
        commodity=commodity,
        list=critical.name,
        status=entry.status,
        detail=InWords(en=entry.en, es=entry.es),
        date=critical.date,
        source=critical.sources[0],
        grade=critical.grade,
        label=critical.label,
        title=critical.title,
    )


@cache
def _file() -> tuple[tuple[CriticalList, ...], dict[str, InWords]]:
    """Return the lists, and the words for each status."""
    source = resources.files("prospector.region") / "critical_minerals.toml"
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    lists = tuple(CriticalList.model_validate(table) for table in tables["lists"])
    return lists, {code: InWords(**words) for code, words in tables["words"].items()}
