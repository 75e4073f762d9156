"""Where a key stands in the shape of a table: what may stand there, and what holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo

from prospector.region.spelling import as_key


@dataclass(frozen=True)
class Place:
    """A place in a table: its key as TOML writes it, and what is to stand there.

    Parameters
    ----------
    shape
        What is to stand there, as annotated; None where it is not known.
    table
        Shape of the table that holds it.
    field, field_key
        The key of that table which it is, or lies within, with its examples.
    choice
        Which of the shapes that a value may have was tried, where it is one of several.
    chosen_at
        The key at which the last of such choices was made.
    """

    key: tuple[str, ...] = ()
    shape: Any = None
    table: type[BaseModel] | None = None
    field: FieldInfo | None = None
    field_key: tuple[str, ...] = ()
    choice: str = ""
    chosen_at: tuple[str, ...] | None = None

    def within(self, part: str | int) -> Place:
        """Return the place one step further in, as pydantic's locations step."""
        arms = arms_of(self.shape)
        if len(arms) > 1:
            shape = arm_of(arms, str(part))
            return replace(self, shape=shape, choice=str(part), chosen_at=self.key)
        if part == "[key]":
            return replace(self, shape=str)
        shape = arms[0] if arms else None
        return self._below(shape, part)

    def _below(self, shape: Any, part: str | int) -> Place:
        inner, origin = get_args(shape), get_origin(shape)
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            return self._key_of(shape, str(part))
        if origin is dict:
            return replace(self, key=(*self.key, as_key(part)), shape=inner[1], choice="")
        if origin in (list, tuple) and isinstance(part, int):
            shape = inner[0 if origin is list else min(part, len(inner) - 1)]
            numbered = (str(part),) if is_table(shape) else ()
            return replace(self, key=(*self.key, *numbered), shape=shape, choice="")
        return replace(self, key=(*self.key, as_key(part)), shape=None, choice="")

    def _key_of(self, table: type[BaseModel], name: str) -> Place:
        info = next(
            (info for own, info in table.model_fields.items() if name in (own, info.alias)), None
        )
        shape = None if info is None else info.annotation
        key = (*self.key, as_key(name))
        return Place(key, shape, table, info, key, chosen_at=self.chosen_at)

    @property
    def known(self) -> list[str]:
        """Keys of the table that holds it."""
        return [] if self.table is None else keys_of(self.table)


def keys_of(table: type[BaseModel]) -> list[str]:
    """Return the keys of a table as TOML writes them, in the order in which they are defined.

    Examples
    --------
    >>> from prospector.region.region_tables import WindowEntry
    >>> keys_of(WindowEntry)
    ['west', 'south', 'east', 'north']
    """
    return [info.alias or name for name, info in table.model_fields.items()]


def arms_of(shape: Any) -> list[Any]:
    """Return the shapes that a value may have, None apart: one for most."""
    if get_origin(shape) is Annotated:
        return arms_of(get_args(shape)[0])
    if isinstance(shape, type) and issubclass(shape, RootModel):
        return arms_of(shape.model_fields["root"].annotation)
    if get_origin(shape) in (Union, UnionType):
        return [inner for arm in get_args(shape) if arm is not NoneType for inner in arms_of(arm)]
    return [shape]


def only_arm(shape: Any) -> Any:
    """Return the shape of a value that has one; the first of several."""
    return arms_of(shape)[0]


def arm_of(arms: Sequence[Any], tag: str) -> Any:
    """Return the shape that a part of a location names, e.g. ``"list[str]"``.

    That of a table with a check of its own is named behind the check: ``"function-after[check(), Table]"``.
    """
    for arm in arms:
        name = getattr(get_origin(arm) or arm, "__name__", "").lower()
        if name in (tag.lower().split("[")[0], tag.lower().rpartition(", ")[2].rstrip("]")):
            return arm
    return arms[0]


def is_table(shape: Any) -> bool:
    """Whether a shape is a table with keys of its own."""
    arm = only_arm(shape)
    return isinstance(arm, type) and issubclass(arm, BaseModel)


def tables_of(shape: type[BaseModel], above: str = "") -> Iterator[tuple[str, list[str]]]:
    """Give every table of a shape that has a name of its own, with its keys."""
    yield above, keys_of(shape)
    for name, info in shape.model_fields.items():
        if is_table(info.annotation):
            yield from tables_of(only_arm(info.annotation), f"{above}.{name}".strip("."))


def holds_tables(shape: Any) -> bool:
    """Whether a shape is of tables by name."""
    arm = only_arm(shape)
    return get_origin(arm) is dict and is_table(get_args(arm)[1])
