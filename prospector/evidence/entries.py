"""Check that each evidence entry of a deposit model fits its kind; report all faults at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from prospector.errors import Fault, ModelError, Notice, Reason
from prospector.evidence.kind import (
    Parameters,
    evidence_roles,
    known_kinds,
    role_of,
    validate_parameters,
)
from prospector.layers import Layers
from prospector.layers.registers import fold
from prospector.layers.roles import ROLES, Role, unknown_role
from prospector.region.deposit_model import DepositModel
from prospector.region.model_evidence import AppliesEntry, EvidenceEntry, PermissiveEntry

DEPOSITS = "deposits"
"""The role of known deposits: an entry may read those of other types than the model's own."""

EXAMPLES = ("porphyry_copper", "epithermal_gold", "iocg")
"""Types that an error gives one of as an example."""


def entry_keys(model: DepositModel) -> list[tuple[str, str | int]]:
    """Return the tables and keys of a model's evidence and conditions."""
    return [
        *(("evidence", name) for name in model.evidence),
        *(("applies", number) for number in range(len(model.applies))),
        *(("permissive", number) for number in range(len(model.permissive))),
    ]


def entry_of(model: DepositModel, table: str, key: str | int) -> EvidenceEntry | PermissiveEntry:
    """Return an evidence or a condition: see `entry_parameters`."""
    if isinstance(key, str):
        return model.evidence[key]
    return model.applies[key] if table == "applies" else model.permissive[key]


def entry_parameters(model: DepositModel, table: str, key: str | int) -> Parameters:
    """Return the parameters of an evidence or a condition, as its kind takes them.

    Parameters
    ----------
    model
        The deposit model that the entry stands in.
    table, key
        ``"evidence"`` and its name, or ``"applies"`` or ``"permissive"`` and its place in the list.

    Raises
    ------
    ModelError
        The kind is unknown, or keys or values do not fit it: a line for each.
    """
    entry = entry_of(model, table, key)
    file, prefix = model.place_of(table, key)
    beside = [name for name in type(entry).model_fields if name != "parameters"]
    return validate_parameters(
        entry.kind, entry.parameters, where=file, prefix=prefix, beside=beside
    )


@contextmanager
def at_entry(model: DepositModel, table: str, key: str | int) -> Iterator[None]:
    """Name the file, the key and the label of an entry in what goes wrong with it.

    Parameters
    ----------
    model, table, key
        As `entry_parameters` takes them.
    """
    try:
        yield
    except ModelError as error:
        if error.at_place:
            raise
        raise entry_error(error, model, table, key) from error


def entry_error(error: ModelError, model: DepositModel, table: str, key: str | int) -> ModelError:
    """Return an error with the file, the key and the label of the entry that it is about."""
    file, prefix = model.place_of(table, key)
    entry = entry_of(model, table, key)
    label = entry.label if isinstance(entry, EvidenceEntry | AppliesEntry) else entry.reason
    what, why = "evidence layer", Reason("evidence-layer", label=label, reason=error.reason)
    if table != "evidence":
        what, why = "condition", Reason("condition", label=label, reason=error.reason)
    said = f"{what} '{label}': {str(error).rstrip('.')}."
    return ModelError(Fault(f"{file}: key '{prefix}'", said), why if error.reason else None)


def refuse_cells(
    model: DepositModel, layers: Layers, names: Collection[str | int], cell_size_m: float
) -> None:
    """Refuse cells of a size that an evidence, or a condition that the region can judge, cannot take.

    Parameters
    ----------
    model, layers
        The deposit model and the layers of the region.
    names
        The evidence that is computed.
    cell_size_m
        Side of a cell.

    Raises
    ------
    ModelError
        A line for each key that does not fit.
    """
    faults = []
    for table, key in entry_keys(model):
        parameters = entry_parameters(model, table, key)
        if table == "evidence" and key not in names:
            continue
        if any(
            not layers.of_role(role)
            for role in evidence_roles(entry_of(model, table, key).kind, parameters)
        ):
            continue
        file, prefix = model.place_of(table, key)
        faults += [
            Fault(f"{file}: key '{prefix}.{name}'", what)
            for name, what in parameters.misfits(cell_size_m).items()
        ]
    if faults:
        raise ModelError(faults)


def entry_faults(
    models: Iterable[DepositModel], roles: Mapping[str, Role] | None = None
) -> list[str]:
    """Return what is wrong in evidence and conditions of models, by what their kinds take.

    Parameters
    ----------
    models
        The deposit models.
    roles
        Every role of the region; the shipped ones by default. An evidence reads no other.
    """
    known = ROLES if roles is None else roles
    faults: list[str] = []
    for model in models:
        for table, key in entry_keys(model):
            try:
                parameters = entry_parameters(model, table, key)
            except ModelError as error:
                faults += error.lines
            else:
                faults += _strange_roles(model, table, key, parameters, known)
                faults += own_deposits(model, table, key, parameters)
    return faults


def _strange_roles(
    model: DepositModel,
    table: str,
    key: str | int,
    parameters: Parameters,
    known: Mapping[str, Role],
) -> Iterator[str]:
    """Give a line for each role that an entry reads and no region can have, or of another geometry."""
    entry = entry_of(model, table, key)
    file, prefix = model.place_of(table, key)
    at = f"{prefix}.role" if "role" in entry.parameters else prefix
    for role in evidence_roles(entry.kind, parameters):
        if role not in known:
            yield f"{file}: key '{at}': {unknown_role(role, known)}"
        elif not _fits(entry.kind, known[role].geometry):
            yield f"{file}: key '{at}': {_unfit(entry.kind, role, known)}"


def own_deposits(
    model: DepositModel, table: str, key: str | int, parameters: Parameters
) -> Iterator[str]:
    """Give a line where an entry may read the deposits that the model is about: they are the answer.

    Deposits of other types may be read, chosen by `where`: a source upstream, say, is a control.
    """
    if DEPOSITS not in role_of(parameters):
        return
    types, own = other_types(parameters), {fold(name) for name in model.labels.types}
    named = [name for name in types if fold(name) in own]
    if types and not named:
        return
    file, prefix = model.place_of(table, key)
    fault = f"names '{named[0]}', the model's own type" if named else "is not stated"
    other = next((name for name in EXAMPLES if fold(name) not in own), EXAMPLES[0])
    yield (
        f"{file}: key '{prefix}.where.deposit_type': {fault}: known deposits of the model's own "
        "type show where deposits are, not why. Name deposits of other types that control where "
        f'these lie, e.g. where = {{ deposit_type = ["{other}"] }}, or remove the entry.'
    )


def other_types(parameters: Parameters) -> tuple[str, ...]:
    """Return the types of the known deposits that an entry reads, if it chooses some; else none.

    Examples
    --------
    >>> distance = validate_parameters(
    ...     "distance", {"role": "deposits", "where": {"deposit_type": ["porphyry_copper"]}}, where="x")
    >>> other_types(distance)
    ('porphyry_copper',)
    """
    named = dict(parameters.classes()).get("deposit_type", ())
    return tuple(map(str, named)) if DEPOSITS in role_of(parameters) else ()


def from_other_deposits(parameters: Parameters, model: str, label: str) -> list[Notice]:
    """Return the notice that an entry of a model is measured from known deposits of other types, if it is."""
    types = other_types(parameters)
    about = {"model": model, "label": label, "types": types}
    return [Notice("measured-from-deposits", "caution", about)] if types else []


def _fits(kind: str, geometry: str) -> bool:
    geometries = known_kinds()[kind].geometries
    return not geometries or geometry in geometries


def _unfit(kind: str, role: str, known: Mapping[str, Role]) -> str:
    """Return that a kind does not read what layers of a role hold, and what would fit."""
    geometry = known[role].geometry
    reads = " or ".join(f"{name}s" for name in known_kinds()[kind].geometries)
    kinds = ", ".join(name for name in known_kinds() if _fits(name, geometry))
    return (
        f"layers of the role '{role}' hold {geometry}s, but the kind '{kind}' reads {reads}. Name "
        f"a role that holds {reads}, or another kind: {kinds}."
    )
