"""A layer of a region that is being drafted: what is guessed of it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pyproj import CRS

from prospector.drafting.columns import classes_of, column_for, guess_columns
from prospector.drafting.crs_guess import fitting_crs
from prospector.drafting.looks import RASTER, Look, with_crs
from prospector.drafting.names import free_name, legal_name
from prospector.drafting.roles import RoleGuess, guess_role
from prospector.layers.registers import fold
from prospector.layers.roles import ROLES

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
        What the role was guessed by; empty where it was asked for.
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
    because: str = ""
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


def draft_layers(looks: Iterable[Look], *, crs: str | None = None) -> list[DraftLayer]:
    """Return a layer for each look that can be one, each with a name of its own.

    Parameters
    ----------
    crs
        Of files that state none; by default one in which they lie where the others do is guessed.
    """
    looks = [look for look in looks if look.geometry]
    layers: list[DraftLayer] = []
    for look in looks:
        name = free_name(name_of(look), [layer.name for layer in layers])
        layers.append(draft_layer(look, name, crs=crs, beside=looks))
    return _one_raster_a_role(layers)


def draft_layer(
    look: Look,
    name: str,
    *,
    role: str | None = None,
    crs: str | None = None,
    beside: Sequence[Look] = (),
) -> DraftLayer:
    """Return a layer with its role, columns and counts, guessed where they are not given.

    Parameters
    ----------
    beside
        Other layers: where the file states no CRS, one is guessed in which it lies where they do.
    """
    guess = RoleGuess(role, "") if role else guess_role(look)
    values: dict[str, Any] = {}
    comments: dict[str, str] = {}
    if look.layer is not None:
        values["layer"] = look.layer
    if look.band is not None:
        values["band"] = look.band
    if look.crs is None:
        guessed = None if crs is not None else fitting_crs(look, beside)
        if crs is not None or guessed is not None:
            values["crs"] = str(crs or guessed)
            comments["crs"] = "given: the file states none" if crs is not None else CRS_GUESSED
            look = with_crs(look, values["crs"])
    draft = DraftLayer(name, look, guess.role, guess.because, guess.others, values, comments)
    if guess.role is None:
        return draft.without(guess.because)
    if look.crs is None:
        draft = draft.without("the file states no CRS. Give it with --crs, e.g. --crs EPSG:32719")
    return _with_columns(draft, guess.role)


def name_of(look: Look) -> str:
    """Return a legal name for a layer, after its own, its file's or its band's."""
    if look.layer is not None and not look.layer.isdigit():
        return legal_name(look.layer)
    stem = look.path.parent.name if look.path.suffix.lower() == ".adf" else look.path.stem
    part = look.words or (f"band {look.band}" if look.band else look.layer or "")
    return legal_name(f"{stem} {part}" if look.band or look.layer else stem)


def _with_columns(draft: DraftLayer, role: str) -> DraftLayer:
    """Return a layer with its columns guessed, and the classes of those that models choose by."""
    look = draft.look
    if look.geometry == RASTER:
        return replace(draft, remarks=_raster_remarks(look))
    if role == "concessions":
        return replace(draft, remarks=_feature_remarks(look, role, {}))
    columns = guess_columns(look, role)
    values, comments = dict(draft.values), dict(draft.comments)
    if columns:
        values["columns"] = columns
        comments["columns"] = "guessed by their names"
    return replace(
        draft, values=values, comments=comments, remarks=_feature_remarks(look, role, columns)
    )


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
                because = f"{layer.because}; another raster is the {layer.role} already"
                other = (str(layer.role), *layer.others)
                layer = replace(layer, role="surface", because=because, others=other)
            else:
                seen.add(str(layer.role))
        kept.append(layer)
    return kept


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
