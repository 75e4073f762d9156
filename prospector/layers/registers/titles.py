"""A register's table as titles in one form: read by its mapping, every choice noticed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from prospector.errors import LayerError, Level, Notice, Reason
from prospector.layers.numbers.column import read_numbers
from prospector.layers.numbers.notices import number_notices
from prospector.layers.numbers.units import unit_of_column
from prospector.layers.registers.dates import notices_of_dates, read_dates
from prospector.layers.registers.datums import crs_of, placed_by_row
from prospector.layers.registers.folding import composed, fold
from prospector.layers.registers.ids import title_ids
from prospector.layers.registers.mapping import (
    LAPSED,
    OTHER,
    PLACE_COLUMNS,
    REGISTER_COLUMNS,
    TITLE_CLASSES,
    TITLE_FIELDS,
    Register,
)
from prospector.layers.registers.shares import read_shares
from prospector.layers.registers.tax_numbers import is_tax_column, without_personal_marks
from prospector.layers.registers.title_rows import one_row_each
from prospector.layers.registers.words import read_holders
from prospector.region.spelling import did_you_mean

BY_ROW = "by row"
"""What region.toml says for `crs` where each row names its own."""

SHAPEFILE_NAME = 10
SHOWN = 5


@dataclass(frozen=True)
class Titles:
    """Titles in one form.

    Parameters
    ----------
    table
        Columns of `REGISTER_COLUMNS`.
    missing_kinds
        Kinds that the whole register holds and this file does not.
    """

    table: gpd.GeoDataFrame
    missing_kinds: tuple[str, ...]
    notices: tuple[Notice, ...]


def read_titles(
    table: gpd.GeoDataFrame, register: Register, *, where: str, as_of: str | None, crs: str | None
) -> Titles:
    """Return a register's table as titles.

    Parameters
    ----------
    table
        As the file has it.
    register
        Which words mean what.
    where
        File and layer, as errors name them.
    as_of
        Date of the register: what expired is judged by. None judges nothing.
    crs
        What region.toml says; ``"by row"`` takes each row's datum and zone.

    Raises
    ------
    LayerError
        The file has neither the field of the state nor that of the kind, or rows are to name their
        CRS and do not.
    """
    reader = _TitleReader(table, register, where)
    placed = reader.placed(crs)
    columns = reader.plain_columns()
    columns["kind"] = reader.kinds()
    columns["tenure_class"] = reader.classes(
        columns["kind"], columns["state"], columns["expires"], as_of
    )
    reader.notice_dropped()
    ordered = {name: columns[name] for name in REGISTER_COLUMNS}
    rows = gpd.GeoDataFrame(ordered, geometry=placed.geometry.array, crs=placed.crs)
    titles, of_rows = one_row_each(rows, reader.given_holders())
    ids, of_ids = title_ids(
        titles["concession_id"], titles["file_number"], titles.geometry, register.register_.prefix
    )
    titles = titles.assign(concession_id=ids)
    reader.notices += [*of_rows, *of_ids]
    missing = tuple(kind for kind in register.register_.expects if kind not in set(columns["kind"]))
    for kind in missing:
        reader.notice("no-title-of-kind", "caution", {"kind": kind})
    return Titles(titles, missing, tuple(reader.notices))


def tidy_titles(
    table: gpd.GeoDataFrame, as_of: str | None = None
) -> tuple[gpd.GeoDataFrame, list[Notice]]:
    """Return titles that came in our own columns, without tax numbers and natural persons.

    A tenure class counts however it is capitalised or spaced; one that is none of ours becomes unknown. A
    date that is none is left empty, an id that is empty is made, one that repeats gets a number.
    """
    notices: list[Notice] = []
    tax = [name for name in table.columns if is_tax_column(str(name))]
    if tax:
        notices.append(Notice("tax-columns-dropped", "note", {"columns": tax}))
        table = table.drop(columns=tax)
    given_holders = table.get("holder", pd.Series("", index=table.index))
    if "holder" in table.columns:
        holders, of_holders = read_holders(given_holders)
        notices += of_holders
        table = table.assign(holder=holders)
    if "holder_shares" in table.columns:
        shares, of_shares = read_shares(
            table["holder_shares"].map(_text), table.get("holder", given_holders)
        )
        notices += of_shares
        table = table.assign(holder_shares=shares)
    for field in [name for name in ("date", "expires") if name in table.columns]:
        dates = read_dates(table[field])
        table = table.assign(**{field: dates.values})
        notices += notices_of_dates(dates, field)
    classes, of_classes = _own_classes(table["tenure_class"])
    given = table["concession_id"].map(_text)
    rows = table.assign(concession_id=given, tenure_class=classes)
    titles, of_rows = one_row_each(rows, given_holders)
    numbers = titles.get("file_number", pd.Series("", index=titles.index)).map(_text)
    ids, of_ids = title_ids(titles["concession_id"], numbers, titles.geometry, "")
    notices += [*of_classes, *of_rows, *of_ids]
    titles = titles.assign(concession_id=ids)
    return titles, [*notices, *_expired_but_held(titles, as_of)]


def _own_classes(words: pd.Series) -> tuple[pd.Series, list[Notice]]:
    """Return tenure classes in our spelling, unknown where a word is none of them."""
    ours = {fold(name.replace("_", " ")): name for name in (*TITLE_CLASSES, LAPSED)}
    classes = words.map(lambda word: ours.get(fold(word)))
    strange = classes.isna()
    if not strange.any():
        return classes, []
    about = {"words": _some(words[strange])}
    notice = Notice("unknown-tenure-class", "caution", about, int(strange.sum()))
    return classes.where(~strange, "unknown"), [notice]


def _expired_but_held(titles: gpd.GeoDataFrame, as_of: str | None) -> list[Notice]:
    """Return the notice of titles in force that expired before the register's date."""
    if as_of is None or "expires" not in titles.columns:
        return []
    expires = titles["expires"].fillna("")
    past = (expires != "") & (expires < as_of) & (titles["tenure_class"] == "held")
    count = int(past.sum())
    return [Notice("expired-but-held", "caution", {"date": as_of}, count)] if count else []


class _TitleReader:
    """Reads one register's table and gathers the notices on the way."""

    def __init__(self, table: gpd.GeoDataFrame, register: Register, where: str) -> None:
        self.table = table
        self.register = register
        self.where = where
        self.notices: list[Notice] = []
        self.fields = {our: self._fields(our) for our in TITLE_FIELDS}
        if not self.fields["state"] and not self.fields["kind"]:
            has = ", ".join(column for column in table.columns if column != "geometry")
            raise LayerError(
                f"{where}, key 'columns': the file has no field for the state of titles and none "
                f"for their kind. It has: {has}. Name them: columns = {{state = '...', kind = "
                "'...'}."
            )

    def notice(
        self,
        code: str,
        level: Level,
        about: Mapping[str, Any] | None = None,
        count: int | None = None,
    ) -> None:
        if count is None or count:
            self.notices.append(Notice(code, level, about, count))

    # fields ----------------------------------------------------------------------------------

    def _fields(self, our: str) -> list[str]:
        """Return the file's fields of one of our columns."""
        asked = self.register.columns.get(our, our)
        fields = []
        for column in [asked] if isinstance(asked, str) else asked:
            field = self._field(column, our)
            if field is not None:
                fields.append(field)
            elif our in self.register.mapped:
                raise LayerError(
                    f"{self.where}, key 'columns.{our}': the file has no field '{column}'. "
                    f"{self._has(column)}"
                )
            elif our in self.register.columns:
                self.notice("field-absent", "caution", {"field": column, "column": our})
        return fields

    def _field(self, column: str, our: str) -> str | None:
        """Return the field of that name: exactly it, else but for case, else as a Shapefile cuts it."""
        names, column = [str(name) for name in self.table.columns], composed(column)
        for wanted in (column, column[:SHAPEFILE_NAME].strip()):
            if wanted in names:
                return wanted
            twins = [name for name in names if name.casefold() == wanted.casefold()]
            if len(twins) > 1:
                both = " and ".join(f"'{name}'" for name in twins)
                raise LayerError(
                    f"{self.where}, key 'columns.{our}': the file's fields {both} differ only by "
                    f"case. Write the right one exactly as in the file: columns = {{{our} = "
                    f"'{twins[0]}'}}."
                )
            if twins:
                return twins[0]
        return None

    def _has(self, column: str) -> str:
        """Return what fields the file has, the one that is spelled nearest first."""
        names = [str(name) for name in self.table.columns if name != self.table.geometry.name]
        return f"{did_you_mean(column, names)}It has: {', '.join(names)}."

    def _texts(self, our: str, of: Callable[[object], str] | None = None) -> pd.Series:
        """Return one of our columns as text, '' where there is nothing."""
        parts = [self.table[name].map(of or _text) for name in self.fields[our]]
        if not parts:
            return pd.Series("", index=self.table.index)
        joined: pd.Series = parts[0]
        for part in parts[1:]:
            joined = joined.where(part == "", joined + "-" + part)
        return joined

    def notice_dropped(self) -> None:
        used = {name for names in self.fields.values() for name in names} | {
            self.table.geometry.name
        }
        left = [str(name) for name in self.table.columns if name not in used]
        tax = [name for name in left if is_tax_column(name)]
        other = [name for name in left if name not in tax]
        if tax:
            self.notice("tax-columns-dropped", "note", {"columns": tax})
        if other:
            self.notice("fields-not-kept", "note", {"columns": other})

    # columns ---------------------------------------------------------------------------------

    def plain_columns(self) -> dict[str, pd.Series]:
        """Return the columns that need no rule of the register."""
        columns = {our: self._texts(our) for our in self.fields if our in REGISTER_COLUMNS}
        for our in ("date", "expires"):
            if self.fields[our]:
                columns[our] = self._dates(self.fields[our][0])
        if self.fields["area_ha"]:
            columns["area_ha"] = self._areas(self.fields["area_ha"][0])
        else:
            columns["area_ha"] = pd.Series(float("nan"), index=self.table.index)
        columns["holder"], of_holders = read_holders(self.given_holders())
        columns["holder_shares"], of_shares = read_shares(
            columns["holder_shares"], columns["holder"]
        )
        self.notices += [*of_holders, *of_shares]
        return columns

    def given_holders(self) -> pd.Series:
        """Return holders as the register writes them; no one is to see them."""
        return self._texts("holder", of=_lines)

    def _areas(self, field: str) -> pd.Series:
        """Return the areas of a field in hectares, as people write them; NaN where there is none."""
        read = read_numbers(
            self.table[field], never_negative=True, negative_limits=False, unit="ha",
            bare=unit_of_column(field),
        )  # fmt: skip
        self.notices += number_notices(read, field, shown=False)
        return pd.Series(read.values, index=self.table.index).round(4)

    def _dates(self, field: str) -> pd.Series:
        dates = read_dates(self.table[field])
        self.notices += notices_of_dates(dates, field)
        return dates.values

    def kinds(self) -> pd.Series:
        """Return the kind of each title in our words, "other" where its word is not known."""
        words = self._texts("kind")
        kinds: pd.Series = words.map(lambda word: self.register.kinds.get(fold(word), OTHER))
        self._notice_unused("kinds", words)
        strange = (kinds == OTHER) & (words != "")
        about = {"words": _some(words[strange])}
        self.notice("unknown-kind-of-title", "caution", about, int(strange.sum()))
        return kinds

    def classes(
        self, kinds: pd.Series, states: pd.Series, expires: pd.Series, as_of: str | None
    ) -> pd.Series:
        """Return the tenure class of each title: by its state, its kind, and whether it has expired."""
        absent, register = self.register.register_.state_absent, self.register
        if not self.fields["state"]:
            self.notice("register-without-state", "caution", {"tenure_class": absent})
        folded = states.map(fold)
        self._notice_unused("states", states)
        classes = folded.map(lambda word: register.states.get(word, "unknown") if word else absent)
        strange = (folded != "") & ~folded.isin(register.states.keys())
        about = {"words": _some(states[strange])}
        self.notice("unknown-state", "caution", about, int(strange.sum()))
        for state in sorted(set(folded) & set(register.states_by_use)):
            by_use = {"state": state, "tenure_class": register.states[state]}
            self.notice("state-by-use", "caution", by_use, int((folded == state).sum()))
        blank = (folded == "") & bool(self.fields["state"])
        counted = {"tenure_class": absent}
        self.notice("titles-without-state", "caution", counted, int(blank.sum()))
        classes = self._expired(classes, kinds, expires, as_of)
        in_force = classes == "held"
        return classes.where(~in_force, kinds.map(lambda kind: register.held_as.get(kind, "held")))

    def _notice_unused(self, key: str, words: pd.Series) -> None:
        """Note the words that region.toml states and no title has: often one that is spelt otherwise."""
        there = {fold(word) for word in words}
        unused = [word for word in self.register.own_words.get(key, []) if fold(word) not in there]
        if unused:
            there_as_written = _some(words[words != ""])
            about = {"key": key, "words": unused, "values": there_as_written}
            self.notice("register-words-not-found", "note", about)

    def _expired(
        self, classes: pd.Series, kinds: pd.Series, expires: pd.Series, as_of: str | None
    ) -> pd.Series:
        if not self.fields["expires"]:
            return classes
        if as_of is None:
            self.notice("expiry-not-judged", "caution")
            return classes
        past = (expires != "") & (expires < as_of) & (classes == "held")
        ruled = past & kinds.isin(self.register.expired.keys())
        for kind in sorted(set(kinds[ruled])):
            become, rows = self.register.expired[kind], ruled & (kinds == kind)
            about = {"kind": kind, "date": as_of, "tenure_class": become}
            self.notice("expired-by-rule", "caution", about, int(rows.sum()))
        kept = int((past & ~ruled).sum())
        self.notice("expired-but-held", "caution", {"date": as_of}, kept)
        return classes.where(~ruled, kinds.map(self.register.expired))

    # place -----------------------------------------------------------------------------------

    def placed(self, crs: str | None) -> gpd.GeoDataFrame:
        """Return the table in the file's CRS, or row by row where that is asked or it has none."""
        datum, zone = (self.fields[column] for column in PLACE_COLUMNS)
        if crs == BY_ROW and not (datum and zone):
            raise LayerError(
                f"{self.where}, key 'crs': with 'by row' each row names its datum and zone, but "
                "the file has no such fields. Name them: columns = {datum = '...', zone = '...'}, "
                "or give an EPSG code."
            )
        by_row = crs == BY_ROW or (crs is None and self.table.crs is None and datum and zone)
        if by_row:
            bare = self.table.set_crs(None, allow_override=True)
            table, placed = placed_by_row(bare, self.table[datum[0]], self.table[zone[0]])
            self.notices += placed
            return table
        if datum and zone:
            self._notice_other_datums(self.table[datum[0]], self.table[zone[0]])
        return self.table

    def _notice_other_datums(self, datum: pd.Series, zone: pd.Series) -> None:
        codes = {crs_of(*both) for both in zip(datum, zone, strict=True)} - {""}
        if codes:
            self.notice("datum-of-papers", "caution", {"crs": sorted(codes)})


def _text(value: object) -> str:
    """Return a value as text: whole numbers without a point, white space folded."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _lines(value: object) -> str:
    """Return a value as text whose lines are parted by ';': each may name a holder."""
    return "; ".join(map(_text, value.splitlines())) if isinstance(value, str) else _text(value)


def _some(words: pd.Series) -> list[str] | Reason:
    """Return the distinct words; the first few and how many more where they are many."""
    distinct = sorted({without_personal_marks(str(word)) for word in words})
    if len(distinct) <= SHOWN:
        return distinct
    return Reason("words-and-more", words=distinct[:SHOWN], more=len(distinct) - SHOWN)
