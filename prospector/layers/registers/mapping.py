"""What a register calls things: its fields, states and kinds of title, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from prospector.errors import RegionError
from prospector.layers.registers.folding import fold
from prospector.layers.registers.tax_numbers import is_tax_column
from prospector.region.faults import explain_validation
from prospector.region.own_files import is_path, own_file
from prospector.region.quantities import Listed
from prospector.region.region_tables import LayerEntry
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import Frozen, faults_of, read_toml

TITLE_CLASSES = ("unknown", "held", "applied_for", "reserved", "vacant")
"""The tenure classes that a title can give to ground, in the order in which one goes before another."""

OTHER = "other"
"""The kind of a title whose word is not known."""

LAPSED = "lapsed"
"""The class of a title that holds no ground any more."""

TitleClass = Literal["unknown", "held", "applied_for", "reserved", "vacant", "lapsed"]

REGISTER_COLUMNS: dict[str, str] = {
    "concession_id": "id of the title in its register, or made of its file number and outline",
    "file_number": "file or roll number",
    "name": "name of the title",
    "kind": "kind of title: exploration permit, mine, discovery claim, quarry, agreement, other",
    "minerals": "minerals, as the register writes them",
    "state": "state, as the register writes it",
    "tenure_class": "held, applied_for, reserved, vacant, lapsed or unknown",
    "date": "date of grant or filing",
    "expires": "date of expiry",
    "area_ha": "area in hectares that the register states",
    "holder": "holder, where it is known for a company or public body; else private holder",
    "holder_shares": "share of each holder, as the register writes it, where it has a field of shares",
    "administrative_unit": "commune, department or province that the register states",
}
"""The columns of a title, in order, whatever its register calls them."""

PLACE_COLUMNS = ("datum", "zone")
"""Fields that say which CRS a row's coordinates are in."""

TITLE_FIELDS = (*(name for name in REGISTER_COLUMNS if name != "tenure_class"), *PLACE_COLUMNS)
"""What is read of a register's fields; the tenure class is made of the state."""


EXAMPLE = "registers/mine.toml"
START = "Put the file there or correct the path; `prospector schema register` lists its keys."

NO_REGISTERS = ("company_words.toml", "datums.toml")
"""Files beside those of registers."""


class RegisterEntry(Frozen):
    """The table ``[register]``.

    Parameters
    ----------
    prefix
        What ids begin with; as the register gives them where it is empty.
    title
        Its name for people.
    country
        Where it is kept.
    expects
        Kinds of title that the whole register holds: a file without one of them is not complete.
    state_absent
        The class of a title where the register states no state.
    by_use
        Its states that have their class by how the register uses them, not by law: a notice says so.
    """

    title: str = Field(examples=["Salta, mining register"])
    country: str = Field(default="", examples=["Argentina"])
    prefix: str = Field(default="", examples=["SLA"])
    expects: Listed[str] = Field(default_factory=list, examples=[["exploration permit", "mine"]])
    state_absent: TitleClass = Field(default="unknown", examples=["held"])
    by_use: Listed[str] = Field(default_factory=list, examples=[["ABANDONED"]])


class RegisterFile(Frozen):
    """The file of a register: what it calls things.

    Parameters
    ----------
    register
        What the register is called, and what it holds.
    columns
        Our column -> its field, or fields that are joined by "-".
    kinds, states
        Its words, folded -> ours.
    held_as
        Kind -> the class that a title in force of that kind counts as.
    expired
        Kind -> the class of a title in force whose date has passed.
    """

    register_: RegisterEntry = Field(
        alias="register", examples=[{"title": "Salta, mining register", "prefix": "SLA"}]
    )
    columns: dict[str, str | list[str]] = Field(
        default_factory=dict, examples=[{"state": "ESTADO", "file_number": ["ROL", "DV"]}]
    )
    kinds: dict[str, str] = Field(default_factory=dict, examples=[{"MINA": "mine"}])
    states: dict[str, TitleClass] = Field(default_factory=dict, examples=[{"Active": "held"}])
    held_as: dict[str, TitleClass] = Field(
        default_factory=dict, examples=[{"discovery claim": "applied_for"}]
    )
    expired: dict[str, TitleClass] = Field(
        default_factory=dict, examples=[{"exploration permit": "unknown"}]
    )


class Register(RegisterFile):
    """How a register is read: its file, and what region.toml states over it.

    Parameters
    ----------
    own_words
        Words of kinds and of states that region.toml itself states, as it writes them.
    mapped
        Our columns whose field region.toml names: it must be there.
    decided
        States, folded, whose class region.toml gives.
    """

    own_words: dict[str, list[str]] = Field(default_factory=dict)
    mapped: list[str] = Field(default_factory=list)
    decided: list[str] = Field(default_factory=list)

    @property
    def states_by_use(self) -> list[str]:
        """States, folded, that have their class by how the register uses them and nobody's decision."""
        return [state for state in map(fold, self.register_.by_use) if state not in self.decided]


def register_names() -> list[str]:
    """Return the names of the registers whose fields are known, sorted.

    Examples
    --------
    >>> register_names()
    ['catamarca', 'chile', 'ingemmet', 'jujuy', 'salta']
    """
    folder = resources.files("prospector.layers.registers")
    files = [path.name for path in folder.iterdir() if path.name.endswith(".toml")]
    return sorted(file.removesuffix(".toml") for file in files if file not in NO_REGISTERS)


def register_of(entry: LayerEntry, file: Path, layer: str) -> Register | None:
    """Return how a layer's register is read; None where the layer is in our own columns already.

    The tables ``columns``, ``kinds``, ``states``, ``held_as`` and ``expired`` of the layer go over
    those of the register that it names, key by key.

    Raises
    ------
    RegionError
        There is no such register, a table has a wrong value, ``held_as`` or ``expired`` name a kind that no
        word stands for, or ``columns`` names a column that titles do
        not have, or a field that must not be kept.
    """
    if entry.register_ is None and not entry.kinds and not entry.states:
        return None
    _refuse_mapping(entry.columns, f"{file}: key 'layers.{layer}.columns")
    known = (
        register_tables(entry.register_, file, layer)
        if entry.register_
        else {"register": {"title": layer}}
    )
    over: dict[str, Any] = {
        "columns": entry.columns,
        "kinds": _folded(entry.kinds),
        "states": _folded(entry.states),
        "held_as": entry.held_as,
        "expired": entry.expired,
    }
    tables = {key: {**known.get(key, {}), **table} for key, table in over.items()}
    _refuse_kinds(entry, tables["kinds"].values(), file, layer)
    try:
        return Register.model_validate(
            {
                "register": known["register"],
                "mapped": list(entry.columns),
                "decided": list(over["states"]),
                "own_words": {"kinds": list(entry.kinds), "states": list(entry.states)},
                **tables,
            }
        )
    except ValidationError as error:
        prefix = f"layers.{layer}"
        raise RegionError(explain_validation(error, Register, file, prefix=prefix)) from error


def register_tables(name: str, file: Path, layer: str) -> dict[str, Any]:
    """Return the tables of the register that a layer names: a shipped one, or a file of the region.

    Raises
    ------
    RegionError
        There is none of that name, or its file is missing or wrong: a line for each fault.
    """
    if is_path(name):
        return own_register(name, file, layer)
    if name not in register_names():
        known = ", ".join(register_names())
        raise RegionError(
            f"{file}: key 'layers.{layer}.register': unknown register '{name}'. Available: "
            f"{known}. {did_you_mean(name, register_names())}For another, give a file of your own, "
            f"e.g. {EXAMPLE}, or leave the key out and give the tables columns, kinds and states."
        )
    text = (resources.files("prospector.layers.registers") / f"{name}.toml").read_text(
        encoding="utf-8"
    )
    return tomllib.loads(text)


def own_register(path: str, region_file: Path, layer: str) -> dict[str, Any]:
    """Return the tables of a register of the region's own, its words folded as a register's are.

    Parameters
    ----------
    path
        From the folder of region.toml.
    region_file
        Path of region.toml.
    layer
        Name of the layer of concessions.

    Raises
    ------
    RegionError
        There is no such file in that folder, or its keys or values are wrong: a line for each.
    """
    folder = region_file.parent
    key = f"{region_file}: key 'layers.{layer}.register'"
    file = own_file(path, within=folder, root=folder, key=key, start=START, example=EXAMPLE)
    tables = read_toml(file)
    faults = faults_of(RegisterFile, tables, file)
    if not faults:
        faults = [
            *_mapping_faults(tables.get("columns", {}), f"{file}: key 'columns"),
            *_kind_faults(tables, {*tables.get("kinds", {}).values(), OTHER}, f"{file}: key '"),
        ]
    if faults:
        raise RegionError(faults)
    for key in ("kinds", "states"):
        tables[key] = _folded(tables.get(key, {}))
    return tables


def _refuse_mapping(columns: Mapping[str, Any], where: str) -> None:
    """Raise RegionError where a field is mapped onto no column of titles, or must not be kept."""
    faults = _mapping_faults(columns, where)
    if faults:
        raise RegionError(faults)


def _mapping_faults(columns: Mapping[str, Any], where: str) -> list[str]:
    """Return a line for each field that is mapped onto no column of titles, or must not be kept."""
    faults = []
    for our, fields in columns.items():
        at = f"{where}.{our}':"
        if our == "tenure_class":
            faults.append(
                f"{at} the tenure class is derived from the state. Map state instead, and list its "
                "words in the table states."
            )
        elif our not in TITLE_FIELDS:
            faults.append(
                f"{at} titles have no such column. {did_you_mean(our, TITLE_FIELDS)}"
                f"Use: {', '.join(TITLE_FIELDS)}."
            )
        for field in [fields] if isinstance(fields, str) else fields:
            if field == "geometry" or is_tax_column(field):
                what = (
                    "is the geometry" if field == "geometry" else "holds a tax or personal number"
                )
                faults.append(f"{at} '{field}' {what}. Remove it.")
    return faults


def _refuse_kinds(entry: LayerEntry, kinds: Iterable[str], file: Path, layer: str) -> None:
    """Raise RegionError where a rule is for a kind of title that no word of the register stands for."""
    rules = {"held_as": entry.held_as, "expired": entry.expired}
    faults = _kind_faults(rules, {*kinds, OTHER}, f"{file}: key 'layers.{layer}.")
    if faults:
        raise RegionError(faults)


def _kind_faults(tables: Mapping[str, Any], kinds: Iterable[str], where: str) -> list[str]:
    """Return a line for each rule for a kind of title that no word of the register stands for."""
    known = sorted(kinds)
    return [
        f"{where}{key}': the table kinds has no word for the kind '{kind}'. "
        f"{did_you_mean(kind, known)}Use one of: {', '.join(known)}, or add its word to the table "
        "kinds."
        for key in ("held_as", "expired")
        for kind in tables.get(key, {})
        if kind not in known
    ]


def _folded(words: dict[str, str]) -> dict[str, str]:
    return {fold(key): value for key, value in words.items()}
