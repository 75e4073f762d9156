"""The entries of deposit models that name a kind: whether each fits it, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from prospector.errors import ModelError
from prospector.evidence.kind import Parameters, evidence_roles, validate_parameters
from prospector.layers.roles import ROLES, Role, unknown_role
from prospector.region.deposit_model import DepositModel, EvidenceEntry, PermissiveEntry


def entry_keys(model: DepositModel) -> list[tuple[str, str | int]]:
    """Return the tables and keys of a model's evidence and permissive conditions."""
    return [
        *(("evidence", name) for name in model.evidence),
        *(("permissive", number) for number in range(len(model.permissive))),
    ]


def entry_of(model: DepositModel, key: str | int) -> EvidenceEntry | PermissiveEntry:
    """Return an evidence or a permissive condition: see `entry_parameters`."""
    return model.permissive[key] if isinstance(key, int) else model.evidence[key]


def entry_parameters(model: DepositModel, table: str, key: str | int) -> Parameters:
    """Return the parameters of an evidence or a permissive condition, as its kind takes them.

    Parameters
    ----------
    table, key
        ``"evidence"`` and its name, or ``"permissive"`` and its place in the list.

    Raises
    ------
    ModelError
        The kind is unknown, or keys or values do not fit it: a line for each.
    """
    entry = entry_of(model, key)
    file, prefix = model.place_of(table, key)
    beside = [name for name in type(entry).model_fields if name != "parameters"]
    return validate_parameters(
        entry.kind, entry.parameters, where=file, prefix=prefix, beside=beside
    )


def entry_faults(
    models: Iterable[DepositModel], roles: Mapping[str, Role] | None = None
) -> list[str]:
    """Return what is wrong in evidence and permissive conditions of models, by what their kinds take.

    Parameters
    ----------
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
    return faults


def _strange_roles(
    model: DepositModel,
    table: str,
    key: str | int,
    parameters: Parameters,
    known: Mapping[str, Role],
) -> Iterator[str]:
    """Give a line for each role that an entry reads and no region can have."""
    entry = entry_of(model, key)
    file, prefix = model.place_of(table, key)
    at = f"{prefix}.role" if "role" in entry.parameters else prefix
    for role in evidence_roles(entry.kind, parameters):
        if role not in known:
            yield f"{file}: key '{at}': {unknown_role(role, known)}"
