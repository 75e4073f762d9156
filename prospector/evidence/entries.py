"""The entries of deposit models that name a kind: whether each fits it, all at once."""

from __future__ import annotations

from collections.abc import Iterable

from prospector.errors import ModelError
from prospector.evidence.kind import Parameters, validate_parameters
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


def entry_faults(models: Iterable[DepositModel]) -> list[str]:
    """Return what is wrong in evidence and permissive conditions of models, by what their kinds take."""
    faults: list[str] = []
    for model in models:
        for table, key in entry_keys(model):
            try:
                entry_parameters(model, table, key)
            except ModelError as error:
                faults += error.lines
    return faults
