"""What two runs were made of that differs: inputs, parameters, versions, deposit models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

CauseKind = Literal[
    "layer_new", "layer_gone", "layer_content", "parameter", "grid", "version", "tenure_as_of",
    "model_new", "model_gone", "evidence_new", "evidence_gone", "model_key",
]  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """One thing that two runs were made of, and that differs.

    Parameters
    ----------
    kind
        What it is.
    key
        Of the layer, parameter, library, evidence or key of the deposit model; "" where there is but one.
    role
        Of a layer.
    before, after
        The values, as the records have them; None where there is none.
    """

    kind: CauseKind
    key: str = ""
    role: str = ""
    before: Any = None
    after: Any = None


def causes_of(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Cause, ...]]:
    """Return what differs between the records of two runs, by deposit model; of the whole run under ""."""
    whole = [
        *_inputs(old["inputs"], new["inputs"]),
        *_values("parameter", old["parameters"], new["parameters"]),
        *_values("grid", old["grid"], new["grid"]),
        *_values("version", old["versions"], new["versions"]),
        *_values("version", old["libraries"], new["libraries"]),
    ]
    if old["tenure_as_of"] != new["tenure_as_of"]:
        dates = old["tenure_as_of"], new["tenure_as_of"]
        whole.append(Cause("tenure_as_of", before=dates[0], after=dates[1]))
    causes = {"": tuple(whole)}
    for name in sorted({*old["deposit_models"], *new["deposit_models"]}):
        models = [record["deposit_models"].get(name) for record in (old, new)]
        causes[name] = tuple(_models(models[0], models[1]))
    return {name: cause for name, cause in causes.items() if cause}


def _inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Cause]:
    for key in sorted(new.keys() - old.keys()):
        yield Cause("layer_new", key, new[key]["role"])
    for key in sorted(old.keys() - new.keys()):
        yield Cause("layer_gone", key, old[key]["role"])
    for key in sorted(old.keys() & new.keys()):
        if old[key]["sha256"] != new[key]["sha256"]:
            yield Cause("layer_content", key, new[key]["role"])


def _values(kind: CauseKind, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Cause]:
    for key in sorted(key for key in {*old, *new} if old.get(key) != new.get(key)):
        yield Cause(kind, key, before=old.get(key), after=new.get(key))


def _models(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Cause]:
    if old is None or new is None:
        yield Cause("model_new" if old is None else "model_gone")
        return
    before, after = (
        {evidence["name"] for evidence in figures["evidence"]} for figures in (old, new)
    )
    yield from (Cause("evidence_new", key) for key in sorted(after - before))
    yield from (Cause("evidence_gone", key) for key in sorted(before - after))
    yield from _values("model_key", old["model"], new["model"])
