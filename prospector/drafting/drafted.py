"""A layer of a drafted region: what is guessed about it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from shlex import quote
from typing import Any

from pyproj import CRS

from prospector.drafting.clues import Clues, clue_words
from prospector.drafting.columns import classes_of, column_for, guess_columns, guess_register
from prospector.drafting.crs_guess import DEGREES, fitting_crs, misplaced, with_degrees
from prospector.drafting.looks import RASTER, Look, with_crs
from prospector.drafting.names import free_name, legal_name
from prospector.drafting.roles import RoleGuess, guess_role
from prospector.drafting.stated import NOTHING_STATED, Stated, StatedColumn
from prospector.errors import RegionError
from prospector.layers.registers import fold
from prospector.layers.registers.datums import crs_of
from prospector.layers.registers.mapping import TITLE_FIELDS
from prospector.layers.roles import ROLES
from prospector.layers.row_datums import datum_in
from prospector.region.spelling import did_you_mean

CLASS_COLUMNS = {
    "deposits": ("deposit_type",),
    "geology": ("lithology", "unit", "code", "age"),
    "intrusions": ("lithology", "unit", "age"),
    "faults": ("fault_system", "kind"),
    "protected": ("designation",),
    "concessions": ("tenure_class", "state", "kind"),
}
"""Columns of roles whose classes are counted in a comment."""


CRS_GUESSED = (
    "guessed: in it the file lies where the others do; an old datum (PSAD56, SAD69, AGD66) would shift it by "
    "100 to 500 m"
)


@dataclass(frozen=True)
class DraftLayer:
    """A layer as it is drafted.

    Parameters
    ----------
    name
        Of its table ``[layers.NAME]``.
    role
        As guessed or asked for; None where nothing says which.
    because
        What the role was guessed by; None where it was asked for.
    others
        What else it could be.
    values
        Keys and values of its table, `file` apart.
    comments
        By key: what is written behind it.
    remarks
        Lines of comment above the table.
    left_out
        Why it is written as a comment alone; empty where it is a layer.
    """

    name: str
    look: Look
    role: str | None
    because: Clues | None = None
    others: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    left_out: str = ""

    @property
    def used(self) -> bool:
        """Whether it is a layer of the region."""
        return not self.left_out and self.role is not None

    def without(self, reason: str) -> DraftLayer:
        """Return it as a comment alone, with the reason."""
        return replace(self, left_out=reason)


def draft_layers(looks: Iterable[Look], stated: Stated = NOTHING_STATED) -> list[DraftLayer]:
    """Return a layer for each look that can be one, each with a name of its own.

    Parameters
    ----------
    looks
        What was seen of each layer.
    stated
        What is not to be guessed. By default a file that states no CRS gets one in which it lies where
        the others do.

    Raises
    ------
    RegionError
        A column, or a type of deposits, is stated that no layer takes.
    """
    looks = [look for look in looks if look.geometry]
    beside = [_placed(look, stated.crs) for look in looks]
    layers: list[DraftLayer] = []
    for look in looks:
        name = free_name(name_of(look), [layer.name for layer in layers])
        layers.append(draft_layer(look, name, stated=stated, beside=beside))
    refuse_untaken(stated, layers)
    return _one_raster_a_role(layers)


def _placed(look: Look, crs: str | None) -> Look:
    """Return a look that states no CRS in the one that is given, or in degrees where it can be such."""
    return with_crs(look, crs) if crs is not None and look.crs is None else with_degrees(look)


def draft_layer(
    look: Look,
    name: str,
    *,
    role: str | None = None,
    stated: Stated = NOTHING_STATED,
    beside: Sequence[Look] = (),
) -> DraftLayer:
    """Return a layer with its role, columns and counts, guessed where they are not given.

    Parameters
    ----------
    look
        What was seen of it.
    name
        What the layer is to be called.
    role
        Its role; guessed where none is given.
    stated
        What a person said of its columns.
    beside
        Other layers: where the file states no CRS, one is guessed in which it lies where they do.
    """
    guess = RoleGuess(role) if role else guess_role(look)
    crs = stated.crs
    values: dict[str, Any] = {}
    comments: dict[str, str] = {}
    if look.layer is not None:
        values["layer"] = look.layer
    if look.band is not None:
        values["band"] = look.band
    if look.crs is None:
        guessed = None if crs is not None else _of_named_datum(look, fitting_crs(look, beside))
        if crs is not None or guessed is not None:
            values["crs"] = str(crs or guessed)
            comments["crs"] = _why_crs(look, guessed)
            look = with_crs(look, values["crs"])
    wrong = misplaced(look, beside, crs)
    if wrong is not None and crs is not None and wrong.crs == crs:
        values["crs"], comments["crs"] = crs, f"given: {wrong.reason}"
        look, wrong = with_crs(look, crs), None
    draft = DraftLayer(name, look, guess.role, guess.because, guess.others, values, comments)
    if guess.role is None:
        return draft.without(clue_words(guess.because or Clues()))
    if look.crs is None:
        draft = draft.without("the file states no CRS. Give it with --crs, e.g. --crs EPSG:32719")
    if wrong is not None:
        draft = draft.without(f"{wrong.reason}. {wrong.remedy}")
    return _with_columns(draft, guess.role, stated)


def _of_named_datum(look: Look, guessed: str | None) -> str | None:
    """Return a guessed CRS on the datum that the names of a table's coordinates say."""
    if guessed is None:
        return None
    zone = CRS.from_user_input(guessed).utm_zone
    codes = [crs_of(datum_in(name), zone) for name in look.places.values()]
    return next((code for code in codes if code), guessed)


def _why_crs(look: Look, guessed: str | None) -> str:
    """Return the comment on the CRS of a file that states none."""
    if guessed is None:
        return "given: the file states none"
    if guessed == DEGREES:
        return "guessed: the file states none, and its coordinates can be degrees"
    datum = next((word for name in look.places.values() if (word := datum_in(name))), "")
    if datum:
        return f"guessed: its columns name the datum {datum}, and in it the file lies where the others do"
    return CRS_GUESSED


def name_of(look: Look) -> str:
    """Return a legal name for a layer, after its own, its file's or its band's."""
    if look.layer is not None and not look.layer.isdigit():
        return legal_name(look.layer)
    stem = look.path.parent.name if look.path.suffix.lower() == ".adf" else look.path.stem
    part = look.words or (f"band {look.band}" if look.band else look.layer or "")
    return legal_name(f"{stem} {part}" if look.band or look.layer else stem)


def _with_columns(draft: DraftLayer, role: str, stated: Stated) -> DraftLayer:
    """Return a layer with its columns guessed, and the classes of those that models choose by."""
    look = draft.look
    if look.geometry == RASTER:
        return replace(draft, remarks=_raster_remarks(look))
    asked = _stated_columns(draft, role, stated)
    guessed = {} if role == "concessions" else guess_columns(look, role, asked)
    columns = {**look.places, **guessed, **asked}
    values, comments = dict(draft.values), dict(draft.comments)
    if columns:
        values["columns"] = columns
        comments["columns"] = _because_of_columns(columns, asked)
    register = guess_register(look) if role == "concessions" else None
    if register is not None:
        values["register"] = register
        comments["register"] = "guessed by its columns"
    drafted = replace(
        draft, values=values, comments=comments, remarks=_feature_remarks(look, role, columns)
    )
    return _with_constants(drafted, stated.deposit_type)


def _stated_columns(draft: DraftLayer, role: str, stated: Stated) -> dict[str, str]:
    """Return the columns that are stated of a layer, those that its role knows or that name the layer."""
    of_layer = {column.ours for column in stated.columns if column.layer == draft.name}
    known = (
        {*ROLES[role].known, *(TITLE_FIELDS if role == "concessions" else ())}
        if role in ROLES
        else set()
    )
    columns = stated.of(draft.name, [column.name for column in draft.look.columns])
    kept = known | of_layer | set(draft.look.places)
    return {ours: theirs for ours, theirs in columns.items() if ours in kept}


def _because_of_columns(columns: Mapping[str, str], asked: Mapping[str, str]) -> str:
    if len(asked) == len(columns):
        return "as given"
    given = f"; as given: {', '.join(asked)}" if asked else ""
    return f"guessed by their names and values{given}"


def refuse_untaken(stated: Stated, layers: Sequence[DraftLayer]) -> None:
    """Raise RegionError where a column, or a type of deposits, is stated that no layer takes."""
    for column in stated.columns:
        if not any(_takes(layer, column) for layer in layers):
            raise RegionError(_untaken(column, layers))
    deposits = [layer for layer in layers if layer.role == "deposits"]
    typed = any(layer.values.get("deposit_type") == stated.deposit_type for layer in deposits)
    if stated.deposit_type is not None and not typed:
        why = (
            "there is no layer of deposits"
            if not deposits
            else "its file has a column deposit_type"
        )
        raise RegionError(
            f"--deposit-type {quote(stated.deposit_type)}: {why}. Leave the option out, or give the file a "
            "role with: prospector add REGION FILE --role deposits."
        )


def _takes(layer: DraftLayer, column: StatedColumn) -> bool:
    mapped = layer.values.get("columns", {})
    return column.layer in ("", layer.name) and mapped.get(column.ours) == column.theirs


def _untaken(column: StatedColumn, layers: Sequence[DraftLayer]) -> str:
    if column.layer and column.layer not in [layer.name for layer in layers]:
        names = ", ".join(layer.name for layer in layers)
        return f"{column}: there is no layer '{column.layer}'. There are: {names}."
    asked = [layer for layer in layers if column.layer in ("", layer.name)]
    having = [layer for layer in asked if column.theirs in _names_of(layer)]
    if having:
        example = replace(column, layer=having[0].name)
        return (
            f"{column}: no role of a layer with such a column uses '{column.ours}'. To keep it "
            f"anyway, name the layer: {example}."
        )
    known = list(dict.fromkeys(name for layer in asked for name in _names_of(layer)))
    hint = did_you_mean(column.theirs, known)
    return f"{column}: no file has a column '{column.theirs}'. {hint}There are: {', '.join(known)}."


def _names_of(layer: DraftLayer) -> list[str]:
    return [column.name for column in layer.look.columns]


def _with_constants(draft: DraftLayer, deposit_type: str | None) -> DraftLayer:
    """Return a layer whose features all get a name, or a type, where its file has no column of them.

    A type that is stated goes before a column that was guessed.
    """
    if deposit_type is not None and draft.role == "deposits":
        draft = _of_one_type(draft, deposit_type)
    values, comments = dict(draft.values), dict(draft.comments)
    lacking = needs(draft)
    if "name" in lacking:
        values["name"] = draft.name.replace("_", " ").capitalize()
        comments["name"] = "no column of names was found: they are numbered"
    if "deposit_type" in lacking and "deposit_type" not in values:
        values["deposit_type"] = draft.name.replace("_", " ")
        comments["deposit_type"] = (
            "no column of types was found: all are of one type; name it with --deposit-type"
        )
    return replace(draft, values=values, comments=comments)


def _of_one_type(draft: DraftLayer, deposit_type: str) -> DraftLayer:
    """Return deposits of one type, unless their file has the column deposit_type itself."""
    if column_for(draft.look, "deposit_type", {}) is not None:
        return draft
    values = {**draft.values, "deposit_type": deposit_type}
    columns = {
        ours: theirs for ours, theirs in values.pop("columns", {}).items() if ours != "deposit_type"
    }
    if columns:
        values["columns"] = columns
    return replace(draft, values=values, comments={**draft.comments, "deposit_type": "as given"})


def _feature_remarks(look: Look, role: str, columns: dict[str, str]) -> tuple[str, ...]:
    remarks = [f"{look.count:,} {look.geometry}{'' if look.count == 1 else 's'}"]
    if look.extent is not None and look.extent.strays:
        count = look.extent.strays
        verb = "lies" if count == 1 else "lie"
        remarks.append(f"{count} of them {verb} far from all others: check the coordinates")
    for ours in CLASS_COLUMNS.get(role, ()):
        column = column_for(look, ours, columns)
        if column is not None and column.different > 0:
            remarks.append(f"{ours}: {classes_of(column)}")
    return tuple(remarks)


def _raster_remarks(look: Look) -> tuple[str, ...]:
    size = "" if look.cell_m is None else f", cells of {look.cell_m:.3g} m"
    return (f"{look.count:,} cells{size}",)


def _one_raster_a_role(layers: list[DraftLayer]) -> list[DraftLayer]:
    """Return layers of which one raster alone has a role that models read by its name."""
    seen, kept = set[str](), list[DraftLayer]()
    for layer in layers:
        single = layer.role is not None and ROLES[layer.role].geometry == RASTER
        if single and layer.role != "surface" and layer.used:
            if layer.role in seen:
                layer = with_role_taken(layer)
            else:
                seen.add(str(layer.role))
        kept.append(layer)
    return kept


def with_role_taken(layer: DraftLayer) -> DraftLayer:
    """Return a raster whose role another raster has already, as a surface."""
    taken = str(layer.role)
    because = (layer.because or Clues()).without_role(taken)
    return replace(layer, role="surface", because=because, others=(taken, *layer.others))


def needs(layer: DraftLayer) -> list[str]:
    """Return the columns that a layer's role needs and nothing in its file was taken for."""
    if layer.role is None or layer.look.geometry == RASTER:
        return []
    columns = layer.values.get("columns", {})
    required = ROLES[layer.role].required if layer.role in ROLES else ()
    return [ours for ours in required if column_for(layer.look, ours, columns) is None]


def crs_words(crs: CRS | None) -> str:
    """Return a CRS as a person names it."""
    if crs is None:
        return "none stated"
    code = crs.to_epsg()
    return f"{crs.name} (EPSG:{code})" if code else fold(crs.name).title()
