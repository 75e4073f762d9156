"""Deposit models: the shape of their files, and the shipped ones with a region's overrides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr, model_validator

from prospector.region.faults import MisfitError
from prospector.region.model_evidence import AppliesEntry, EvidenceEntry, PermissiveEntry, Weight
from prospector.region.model_tables import (
    DensityEntry,
    EstimatorEntry,
    LabelEntry,
    ModelEntry,
    NumberEntry,
    TargetEntry,
)
from prospector.region.quantities import (
    LONGEST_LIST,
)
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import Frozen, Name

RolesOf = Callable[[str, dict[str, Any]], Iterable[str]]
"""Says which roles an evidence of a kind with such parameters reads."""

CELL = "cell"
"""The unit of a model that scores the cells of the grid; any other is the role of a polygon layer."""

TRAINING_COLUMNS = ("deposit", "easting", "northing", "district", "belt", "fold")
"""Columns of training.csv before those of the evidence."""

HELD_OUT_COLUMNS = ("deposit", "draw", "easting", "northing", "district")
"""Columns of held_out.csv before those of the folds and of the evidence."""

FOLD_COLUMNS = tuple(f"fold_{number}" for number in range(1, 21))
"""Columns of held_out.csv for the folds, one a split of the headline figure, as many as there may be."""


@dataclass(frozen=True)
class Stated:
    """What one file states of a deposit model, under a prefix of its keys."""

    file: Path
    tables: dict[str, Any]
    prefix: str = ""
    shipped: bool = False


class DepositModel(Frozen):
    """A mineral system as data.

    Parameters
    ----------
    deposit_model
        What the model is called, what it scores, and what outputs print about it.
    labels
        Which known deposits belong to it.
    applies
        Conditions without which the model does not apply in a region at all.
    permissive
        Conditions without which ground is not scored.
    evidence
        By a name of your choice: what is measured, and what favours a deposit.
    estimator
        How evidence becomes a score.
    density
        How many deposits well-explored areas of the type hold.
    number
        How many deposits the scored ground holds, found and unfound.
    targets
        How the score is cut into targets.
    comparisons
        For index overlay in place of weights: how many times as important one evidence is as
        another, each pair once.
    """

    deposit_model: ModelEntry
    labels: LabelEntry
    applies: list[AppliesEntry] = Field(
        default_factory=list,
        max_length=LONGEST_LIST,
        examples=[
            [
                {
                    "kind": "surface",
                    "role": "relief",
                    "at_least": 0,
                    "label": "height",
                    "reason": "dry",
                }
            ]
        ],
    )
    permissive: list[PermissiveEntry] = Field(
        default_factory=list,
        max_length=LONGEST_LIST,
        examples=[[{"kind": "share", "role": "land", "at_least": 0.5, "reason": "land"}]],
    )
    evidence: dict[Name, EvidenceEntry] = Field(
        min_length=1,
        examples=[{"fault_distance": {"kind": "distance", "role": "faults", "label": "..."}}],
    )
    comparisons: dict[Name, dict[Name, Weight]] = Field(
        default_factory=dict, examples=[{"fault_distance": {"elevation": 3}}]
    )
    estimator: EstimatorEntry
    density: DensityEntry | None = None
    number: NumberEntry | None = None
    targets: TargetEntry
    _stated: tuple[Stated, ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _names_its_evidence(self) -> DepositModel:
        taken = tuple(dict.fromkeys([*TRAINING_COLUMNS, *HELD_OUT_COLUMNS, *FOLD_COLUMNS]))
        faults = {
            f"evidence.{name}": f"must not have the name {', '.join(taken)}"
            for name in taken
            if name in self.evidence
        }
        compared = [*self.comparisons, *(name for row in self.comparisons.values() for name in row)]
        for key, names in (
            ("comparisons", compared),
            ("estimator.evidence", self.estimator.evidence),
        ):
            strange = next((name for name in names if name not in self.evidence), None)
            if strange is not None:
                faults[key] = (
                    f"must be evidence of the model, not '{strange}'. "
                    f"{did_you_mean(strange, self.evidence)}It has: {', '.join(self.evidence)}"
                )
        faults |= self._misused_columns()
        if faults:
            raise MisfitError(faults)
        return self

    def _misused_columns(self) -> dict[str, str]:
        """Return faults of carried columns: of cells, or measured as evidence too."""
        unit, carried = self.deposit_model.unit, self.targets.carry
        if carried and unit == CELL:
            return {"targets.carry": "must be empty if the unit is cell: cells have no columns"}
        return {
            f"evidence.{name}.column": f"must not be '{entry.parameters['column']}', which "
            "targets.carry uses as a description: a column can be only one of the two"
            for name, entry in self.evidence.items()
            if entry.parameters.get("role") == unit and entry.parameters.get("column") in carried
        }

    @property
    def name(self) -> str:
        """Name of the model, as on the command line."""
        return self.deposit_model.name

    @property
    def conditions(self) -> list[PermissiveEntry]:
        """Every condition that it states: of the region, then of the ground."""
        return [*self.applies, *self.permissive]

    def place(self, table: str, key: str | int) -> str:
        """Return the file and table that an entry stands in, for errors.

        An entry of which the region's override states any key stands in region.toml.

        Parameters
        ----------
        table
            Table of the deposit model, e.g. ``"evidence"``.
        key
            Name of the entry in it, or its number.

        Returns
        -------
        str
            File and key, as an error names them.

        Examples
        --------
        >>> from prospector.region.shipped_models import load_deposit_model
        >>> load_deposit_model("porphyry_copper").place("evidence", "slab_depth")
        'porphyry_copper.toml, evidence.slab_depth'
        """
        file, table_key = self.place_of(table, key)
        return f"{file.name}, {table_key}"

    def place_of(self, table: str, key: str | int) -> tuple[Path, str]:
        """Return the same as the path of the file and the key in it.

        Parameters
        ----------
        table, key
            As `place` takes them.

        Returns
        -------
        file : Path
            The file that states it.
        key : str
            The key in that file.

        Examples
        --------
        >>> from prospector.region.shipped_models import load_deposit_model
        >>> load_deposit_model("porphyry_copper").place_of("evidence", "slab_depth")[1]
        'evidence.slab_depth'
        """
        stated = self._stating(table, key)
        if stated is None:
            last = self._stated[-1].file if self._stated else Path(f"{self.name}.toml")
            return last, f"{table}.{key}"
        return stated.file, f"{stated.prefix}{table}.{key}"

    def _stating(self, table: str, key: str | int) -> Stated | None:
        """Return what states an entry, nearest first; None where nothing is known to."""
        for stated in self._stated:
            entries = stated.tables.get(table, {})
            if entries and (isinstance(entries, list) or key in entries):
                return stated
        return None

    def file_stating(self, table: str, key: str | int, parameter: str) -> Path | None:
        """Return the file that states a parameter of an entry; None where that is shipped, or nobody does.

        Parameters
        ----------
        table, key
            As `place` takes them.
        parameter
            A key of the entry.

        Returns
        -------
        Path or None
            The file.
        """
        for stated in self._stated:
            entries = stated.tables.get(table, {})
            by_key = dict(enumerate(entries)) if isinstance(entries, list) else entries
            entry = by_key.get(key, {})
            if parameter in {**entry, **entry.get("parameters", {})}:
                return None if stated.shipped else stated.file
        return None

    def words_about(self, role: str, layer: str, roles_of: RolesOf) -> set[str]:
        """Return every text in the parameters of what reads a layer: a column among them is used.

        Parameters
        ----------
        role
            Role of the layer.
        layer
            Name of the layer.
        roles_of
            Returns the roles that a kind of evidence reads.

        Returns
        -------
        set of str
            The texts.
        """
        entries = [*self.evidence.values(), *self.conditions]
        reading = (
            entry.parameters
            for entry in entries
            if role in roles_of(entry.kind, entry.parameters)
            and _may_read(layer, role, entry.parameters)
        )
        carried = self.targets.carry if role == self.deposit_model.unit else []
        return {*carried, *(word for parameters in reading for word in _texts(parameters))}


def named_roles(kind: str, parameters: dict[str, Any]) -> Iterable[str]:  # noqa: ARG001
    """Return every text in the parameters of an evidence: the roles that it names are among them."""
    return _texts(parameters)


def _may_read(layer: str, role: str, parameters: dict[str, Any]) -> bool:
    """Return whether parameters leave a layer of a role open: they name it, or none of the role's."""
    named = parameters.get("layer")
    return named is None or parameters.get("role") != role or layer in list(_texts(named))


def _texts(value: Any) -> Iterator[str]:
    """Give every text in tables and lists within one another, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in _texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in _texts(part))
