"""Evidence, conditions and memberships of a deposit model: tables of its file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from prospector.region.faults import MisfitError
from prospector.region.quantities import (
    Metres,
    Quantity,
)
from prospector.region.toml_values import Frozen

Weight = Annotated[float, Field(gt=0, le=1e6)]


class MembershipEntry(Frozen):
    """A linear membership: 1 at `full` and beyond, 0 at `none` and beyond, in the evidence's unit.

    Of a logarithm they are in the unit before it.

    Parameters
    ----------
    full
        Here and beyond the membership is 1.
    none
        Here and beyond the membership is 0.
    """

    full: Quantity = Field(examples=[2])
    none: Quantity = Field(examples=[10])

    @model_validator(mode="after")
    def _apart(self) -> MembershipEntry:
        if self.full == self.none:
            raise MisfitError({"full": f"must differ from none ({self.none:g})"})
        return self


class _OfAKind(Frozen):
    """A table whose kind owns the keys that are not listed here: they go to `parameters`."""

    kind: str = Field(examples=["distance"])
    parameters: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather_parameters(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        own = {key: value for key, value in table.items() if key in cls.model_fields}
        rest = {key: value for key, value in table.items() if key not in cls.model_fields}
        stated = own.get("parameters", {})
        return {**own, "parameters": {**stated, **rest} if isinstance(stated, dict) else stated}


class EvidenceEntry(_OfAKind):
    """One table ``[evidence.NAME]`` of a deposit model.

    The keys that belong to the kind of evidence are gathered in `parameters`; the kind itself
    validates them.

    Parameters
    ----------
    kind
        What is measured; its other keys follow from it.
    parameters
        The keys that belong to the kind; in the file they stand beside the others.
    label
        What it is called in outputs, e.g. distance to faults.
    expected
        How the score is expected to move as the evidence rises.
    reason
        Why it favours a deposit. Every output repeats it.
    scale
        Whether an estimator that learns sees the value or log(1 + value).
    membership
        Values at which the evidence favours a deposit fully, and not at all. Fuzzy and index overlay
        need it.
    weight
        How much it counts in index overlay, beside the others.
    coarsest_m
        The coarsest effective resolution allowed: if no feature of its layers is that exact, the
        evidence is not used.
    if_unknown
        Where its value is unknown: unscored leaves the unit out, left_out scores it by its other evidence
        where memberships are stated. An estimator that learns needs every value.
    """

    label: str = Field(examples=["distance to faults"])
    expected: Literal["increasing", "decreasing", "any"] = Field(examples=["decreasing"])
    reason: str = Field(examples=["faults guide magma and fluid"])
    scale: Literal["linear", "log"] = Field(default="linear", examples=["log"])
    membership: MembershipEntry | None = Field(default=None, examples=[{"full": 2, "none": 10}])
    weight: Weight = Field(default=1.0, examples=[2])
    coarsest_m: Metres | None = Field(default=None, examples=[5000])
    if_unknown: Literal["unscored", "left_out"] = Field(default="unscored", examples=["left_out"])


class PermissiveEntry(_OfAKind):
    """One condition of permissive ground: an evidence that must not be below or above a value.

    Parameters
    ----------
    kind
        What is measured; its other keys follow from it.
    parameters
        The keys that belong to the kind; in the file they stand beside the others.
    reason
        What the condition means, e.g. at least half of the cell is land.
    at_least
        Ground with less is not scored.
    at_most
        Ground with more is not scored.
    """

    reason: str = Field(examples=["at least half of the cell is land"])
    at_least: Quantity | None = Field(default=None, examples=[0.5])
    at_most: Quantity | None = Field(default=None, examples=[0.5])

    @model_validator(mode="after")
    def _bounded(self) -> PermissiveEntry:
        if self.at_least is None and self.at_most is None:
            raise MisfitError({"at_least": "at_least or at_most must be given"})
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise MisfitError({"at_least": f"must not be above at_most ({self.at_most:g})"})
        return self


class AppliesEntry(PermissiveEntry):
    """One condition that some ground of a region must meet, or the model does not apply there.

    Where some ground meets it, only that ground and ground where nothing is known of it are scored.

    Parameters
    ----------
    kind
        What is measured; its other keys follow from it.
    parameters
        The keys that belong to the kind; in the file they stand beside the others.
    label
        What is measured, for people, e.g. mean annual rain.
    reason
        Why the model needs it: printed where the model does not apply.
    at_least
        Ground with less does not meet it.
    at_most
        Ground with more does not meet it.
    """

    label: str = Field(examples=["mean annual rain"])
    reason: str = Field(examples=["granite weathers to deep clay only under a humid climate"])
