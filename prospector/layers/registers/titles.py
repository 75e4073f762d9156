"""A register's table as titles in one form: read by its mapping, every choice noticed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from prospector.errors import LayerError, Notice
from prospector.layers.registers.dates import read_dates
from prospector.layers.registers.datums import crs_of, placed_by_row
from prospector.layers.registers.mapping import (
    LAPSED,
    PLACE_COLUMNS,
    REGISTER_COLUMNS,
    TITLE_CLASSES,
    Register,
)
from prospector.layers.registers.words import fold, is_tax_column, read_holders, without_tax_numbers

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
    columns["concession_id"] = reader.ids(columns["concession_id"], columns["file_number"])
    reader.tell_dropped()
    ordered = {name: columns[name] for name in REGISTER_COLUMNS}
    titles = gpd.GeoDataFrame(ordered, geometry=placed.geometry.array, crs=placed.crs)
    missing = tuple(one for one in register.register_.expects if one not in set(columns["kind"]))
    for kind in missing:
        reader.tell(f"no title of kind '{kind}' in the file: ground without title is unknown")
    return Titles(titles, missing, tuple(reader.notices))


def tidy_titles(table: gpd.GeoDataFrame, *, where: str) -> tuple[gpd.GeoDataFrame, list[Notice]]:
    """Return titles that came in our own columns, without tax numbers and natural persons.

    A tenure class that is none of ours becomes unknown.
    """
    notices = []
    tax = [name for name in table.columns if is_tax_column(str(name))]
    if tax:
        notices.append(Notice(where, f"columns with tax numbers dropped: {', '.join(tax)}"))
        table = table.drop(columns=tax)
    if "holder" in table.columns:
        holders, told = read_holders(table["holder"])
        notices += [Notice(where, what, count) for what, count in told.items() if count]
        table = table.assign(holder=holders)
    known = table["tenure_class"].isin([*TITLE_CLASSES, LAPSED])
    if not known.all():
        words = _some(table.loc[~known, "tenure_class"])
        notices.append(Notice(where, f"tenure class {words} is none: unknown", int((~known).sum())))
        table = table.assign(tenure_class=table["tenure_class"].where(known, "unknown"))
    return table, notices


class _TitleReader:
    """Reads one register's table and gathers the notices on the way."""

    def __init__(self, table: gpd.GeoDataFrame, register: Register, where: str) -> None:
        self.table = table
        self.register = register
        self.where = where
        self.notices: list[Notice] = []
        self.fields = {our: self._fields(our) for our in (*REGISTER_COLUMNS, *PLACE_COLUMNS)}
        if not self.fields["state"] and not self.fields["kind"]:
            has = ", ".join(one for one in table.columns if one != "geometry")
            raise LayerError(
                f"{where}, key 'columns': the file has neither the field of the state nor that of the kind "
                f"of title. It has: {has}. Name them: columns = {{state = '...', kind = '...'}}."
            )

    def tell(self, what: str, count: int | None = None) -> None:
        if count is None or count:
            self.notices.append(Notice(self.where, what, count))

    # fields ----------------------------------------------------------------------------------

    def _fields(self, our: str) -> list[str]:
        """Return the file's fields of one of our columns, case and a Shapefile's cut forgiven."""
        asked = self.register.columns.get(our, our)
        wanted = [asked] if isinstance(asked, str) else asked
        has = {str(name).casefold(): str(name) for name in self.table.columns}
        found = []
        for one in wanted:
            cut = one.casefold()[:SHAPEFILE_NAME].strip()
            name = has.get(one.casefold()) or has.get(cut)
            if name is None and our in self.register.columns:
                self.tell(f"the file has no field '{one}': {our} left empty")
            found += [name] if name is not None else []
        return found

    def _texts(self, our: str) -> pd.Series:
        """Return one of our columns as text, '' where there is nothing."""
        parts = [self.table[name].map(_text) for name in self.fields[our]]
        if not parts:
            return pd.Series("", index=self.table.index)
        joined: pd.Series = parts[0]
        for part in parts[1:]:
            joined = joined.where(part == "", joined + "-" + part)
        return joined

    def tell_dropped(self) -> None:
        used = {name for names in self.fields.values() for name in names} | {
            self.table.geometry.name
        }
        left = [str(name) for name in self.table.columns if name not in used]
        tax = [name for name in left if is_tax_column(name)]
        other = [name for name in left if name not in tax]
        if tax:
            self.tell(f"columns with tax numbers dropped: {', '.join(tax)}")
        if other:
            self.tell(f"fields not kept: {', '.join(other)}")

    # columns ---------------------------------------------------------------------------------

    def plain_columns(self) -> dict[str, pd.Series]:
        """Return the columns that need no rule of the register."""
        columns = {our: self._texts(our) for our in REGISTER_COLUMNS}
        for our in ("date", "expires"):
            if self.fields[our]:
                columns[our], unreadable = read_dates(self.table[self.fields[our][0]])
                what = f"dates in '{self.fields[our][0]}' that are none (such as 00/00/0000) left empty"
                self.tell(what, unreadable)
        if self.fields["area_ha"]:
            stated = self.table[self.fields["area_ha"][0]].map(_number)
            columns["area_ha"] = stated.round(4)
        else:
            columns["area_ha"] = pd.Series(float("nan"), index=self.table.index)
        columns["holder"], told = read_holders(columns["holder"])
        for what, count in told.items():
            self.tell(what, count)
        return columns

    def kinds(self) -> pd.Series:
        """Return the kind of each title in our words, "other" where its word is not known."""
        words = self._texts("kind")
        kinds: pd.Series = words.map(lambda one: self.register.kinds.get(fold(one), "other"))
        strange = (kinds == "other") & (words != "")
        self.tell(f"kind of title {_some(words[strange])} is not known: other", int(strange.sum()))
        return kinds

    def classes(
        self, kinds: pd.Series, states: pd.Series, expires: pd.Series, as_of: str | None
    ) -> pd.Series:
        """Return the tenure class of each title: by its state, its kind, and whether it has expired."""
        absent, register = self.register.register_.state_absent, self.register
        if not self.fields["state"]:
            self.tell(f"the register states no state: its titles count as {absent}")
        folded = states.map(fold)
        classes = folded.map(lambda one: register.states.get(one, "unknown") if one else absent)
        strange = (folded != "") & ~folded.isin(register.states.keys())
        self.tell(
            f"state {_some(states[strange])} is not known: tenure unknown", int(strange.sum())
        )
        blank = (folded == "") & bool(self.fields["state"])
        self.tell(f"titles without a state count as {absent}", int(blank.sum()))
        classes = self._expired(classes, kinds, expires, as_of)
        in_force = classes == "held"
        return classes.where(~in_force, kinds.map(lambda kind: register.held_as.get(kind, "held")))

    def _expired(
        self, classes: pd.Series, kinds: pd.Series, expires: pd.Series, as_of: str | None
    ) -> pd.Series:
        if not self.fields["expires"]:
            return classes
        if as_of is None:
            self.tell("expiry is not judged: as_of is not stated in region.toml")
            return classes
        past = (expires != "") & (expires < as_of) & (classes == "held")
        ruled = past & kinds.isin(self.register.expired.keys())
        for one in sorted(set(kinds[ruled])):
            become, rows = self.register.expired[one], ruled & (kinds == one)
            self.tell(
                f"{one}s in force by their state, expired before {as_of}: {become}", int(rows.sum())
            )
        self.tell(
            f"titles in force by their state, expired before {as_of}: still held",
            int((past & ~ruled).sum()),
        )
        return classes.where(~ruled, kinds.map(self.register.expired))

    def ids(self, given: pd.Series, numbers: pd.Series) -> pd.Series:
        """Return an id for each title: the register's, else made; one that repeats gets a number."""
        made, prefix = given == "", self.register.register_.prefix
        ids = given.map(lambda one: f"{prefix}-{one}" if prefix else one)
        ids = ids.mask(made, self._made_ids(numbers)) if made.any() else ids
        self.tell("ids made of file number and outline", int(made.sum()))
        repeat = ids.groupby(ids).cumcount()
        self.tell("ids that repeat got a number of their own", int((repeat > 0).sum()))
        suffix: pd.Series = repeat.map(lambda n: f"-{n + 1}" if n else "")
        return ids.str.cat(suffix)

    def _made_ids(self, numbers: pd.Series) -> pd.Series:
        outlines = shapely.to_wkb(self.table.geometry.array, byte_order=1)
        digests = [
            hashlib.sha256((outline or b"") + number.encode()).hexdigest()[:8].upper()
            for outline, number in zip(outlines, numbers, strict=True)
        ]
        prefix = self.register.register_.prefix or "C"
        return pd.Series([f"{prefix}-{one}" for one in digests], index=numbers.index)

    # place -----------------------------------------------------------------------------------

    def placed(self, crs: str | None) -> gpd.GeoDataFrame:
        """Return the table in the file's CRS, or row by row where that is asked or it has none."""
        datum, zone = (self.fields[one] for one in PLACE_COLUMNS)
        if crs == BY_ROW and not (datum and zone):
            raise LayerError(
                f"{self.where}, key 'crs': rows are to name their CRS, but the file lacks the fields of "
                "datum and zone. Name them: columns = {datum = '...', zone = '...'}, or give an EPSG code."
            )
        by_row = crs == BY_ROW or (crs is None and self.table.crs is None and datum and zone)
        if by_row:
            bare = self.table.set_crs(None, allow_override=True)
            table, told = placed_by_row(bare, self.table[datum[0]], self.table[zone[0]], self.where)
            self.notices += told
            return table
        if datum and zone:
            self._tell_other_datums(self.table[datum[0]], self.table[zone[0]])
        return self.table

    def _tell_other_datums(self, datum: pd.Series, zone: pd.Series) -> None:
        codes = {crs_of(*both) for both in zip(datum, zone, strict=True)} - {""}
        if codes:
            self.tell(
                f"datum and zone of the rows ({', '.join(sorted(codes))}) are taken as those of the papers: "
                "coordinates are in the layer's CRS. If they are in the rows', set crs = 'by row'"
            )


def _text(value: object) -> str:
    """Return a value as text: whole numbers without a point, white space folded."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _number(value: object) -> float:
    """Return a number, a decimal comma read as one; NaN where it is none."""
    text = _text(value)
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _some(words: pd.Series) -> str:
    """Return the first few distinct words, quoted."""
    found = sorted({without_tax_numbers(str(one)) for one in words})
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return ", ".join(f"'{one}'" for one in found[:SHOWN]) + more
