"""Deposit models of a region's own: files in its folder, and what they inherit on purpose."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field

from prospector.errors import RegionError
from prospector.region.deposit_model import DepositModel
from prospector.region.overrides import merged
from prospector.region.own_files import is_path, own_file
from prospector.region.quantities import Listed
from prospector.region.shipped_models import deposit_model_names, shipped_tables
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import faults_of, read_toml

NOT_INHERITED = ("name", "label", "code", "summary", "caution", "ranges", "papers")
"""Keys of ``[deposit_model]`` that a model states itself: what another says of itself is not true of it."""

SHIPPED = "A shipped model is listed by its name alone: '{name}'."
START = (
    "Put the file there or correct the path; `prospector models iocg` prints a model to start from."
)


class DepositModelFile(DepositModel):
    """A deposit model file in a region's folder: a deposit model, and what it takes from another.

    Parameters
    ----------
    from_
        The model that it inherits: a shipped one, or a file beside it. Tables are merged by key; name,
        label, code, summary, caution and papers are its own to state.
    without
        Keys of the inherited model that it has not, e.g. ``"evidence.magnetics"``.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    from_: str | None = Field(default=None, alias="from", examples=["iocg"])
    without: Listed[str] = Field(
        default_factory=list, examples=[["evidence.magnetics", "labels.age_ma"]]
    )


@dataclass(frozen=True)
class StatedIn:
    """What one file states of a deposit model.

    Parameters
    ----------
    file
        Its path from the region's folder, or the name of a shipped model.
    sha256
        Of the file; "" of a shipped model.
    """

    file: str
    tables: dict[str, Any]
    sha256: str = ""


@dataclass(frozen=True)
class OwnModel:
    """A deposit model of a region's own.

    Parameters
    ----------
    name
        Its `deposit_model.name`: outputs, the command line and overrides go by it.
    tables
        The whole model, what it inherits included.
    stated
        What each file states, its own first; none of a model that was made in Python.
    """

    name: str
    tables: dict[str, Any]
    stated: tuple[StatedIn, ...] = ()

    @property
    def file(self) -> str:
        """Path of its file from the region's folder; "" for one made in Python."""
        return self.stated[0].file if self.stated else ""

    @property
    def files(self) -> dict[str, str]:
        """The SHA-256 of every file of the region's folder that it is made of, by path."""
        return {stated.file: stated.sha256 for stated in self.stated if is_path(stated.file)}


@dataclass(frozen=True)
class _Whole:
    """A model file with what it inherits."""

    tables: dict[str, Any]
    stated: tuple[StatedIn, ...]


def read_own_models(
    entries: Sequence[object], region_file: Path
) -> tuple[dict[str, OwnModel], list[str]]:
    """Return the models of a region's own among its entries, by name, and a line for each fault.

    Parameters
    ----------
    entries
        What `region.deposit_models` lists: those that are paths are read.
    region_file
        Path of region.toml.
    """
    models: dict[str, OwnModel] = {}
    faults: list[str] = []
    for entry in entries:
        if isinstance(entry, str) and is_path(entry):
            try:
                model = _read(entry, region_file)
                refuse_taken(model, models, region_file.parent)
            except RegionError as error:
                faults += error.lines
            else:
                models[model.name] = model
    return models, faults


def _read(entry: str, region_file: Path) -> OwnModel:
    folder = region_file.parent
    key = f"{region_file}: key 'region.deposit_models'"
    file = own_file(entry, within=folder, root=folder, key=key, start=_start(entry))
    whole = _whole(file, folder, ())
    return OwnModel(
        name=whole.tables["deposit_model"]["name"], tables=whole.tables, stated=whole.stated
    )


def refuse_taken(model: OwnModel, models: Mapping[str, OwnModel], folder: Path) -> None:
    """Raise RegionError where another model has the name or the code."""
    file, faults = folder / model.file, []
    own = model.tables["deposit_model"]
    others = {
        **{
            name: (shipped_tables(name), "a shipped deposit model")
            for name in deposit_model_names()
        },
        **{name: (other.tables, str(folder / other.file)) for name, other in models.items()},
    }
    for key, remedy in (
        ("name", "outputs and `[override.NAME]` use the name"),
        ("code", "ids of targets begin with the code"),
    ):
        whose = [
            whose for tables, whose in others.values() if tables["deposit_model"][key] == own[key]
        ]
        if whose:
            faults.append(
                f"{file}: key 'deposit_model.{key}': '{own[key]}' is that of {whose[0]}. Give another: "
                f"{remedy}."
            )
    if faults:
        raise RegionError(faults)


def _whole(file: Path, folder: Path, below: tuple[Path, ...]) -> _Whole:
    """Return a model file, valid, with what it inherits; `below` are the files that inherit from it."""
    tables = read_toml(file)
    inherits, without = tables.get("from"), tables.get("without", [])
    if inherits is None and without:
        raise RegionError(
            f"{file}: key 'without': there is nothing to leave out, because the model inherits "
            'from no other. Remove the key, or add from, e.g. from = "iocg".'
        )
    if not isinstance(inherits, str | None):
        raise RegionError(
            f"{file}: key 'from': must be text in quotes. Write e.g. from = \"iocg\" or from = "
            '"base.toml".'
        )
    inherited = _Whole({}, ())
    if inherits is not None:
        inherited = _parent(inherits, file, folder, (*below, file))
    base = dict(inherited.tables)
    base["deposit_model"] = {
        key: value
        for key, value in base.get("deposit_model", {}).items()
        if key not in NOT_INHERITED
    }
    if isinstance(without, list):
        base = _less(base, without, f"{file}: key 'without'", str(inherits))
    own = {key: value for key, value in tables.items() if key not in ("from", "without")}
    model = merged(base, own)
    faults = faults_of(DepositModelFile, {**model, **_heads(tables)}, file)
    if faults:
        raise RegionError(faults)
    name, digest = file.relative_to(folder).as_posix(), sha256(file.read_bytes()).hexdigest()
    stated = StatedIn(file=name, tables=own, sha256=digest)
    return _Whole(model, (stated, *inherited.stated))


def _start(written: str) -> str:
    """Return what to do where there is no such file: a shipped model may be meant."""
    name = Path(written).stem
    return SHIPPED.format(name=name) if name in deposit_model_names() else START


def _heads(tables: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tables[key] for key in ("from", "without") if key in tables}


def _parent(written: str, file: Path, folder: Path, below: tuple[Path, ...]) -> _Whole:
    """Return the model that a file inherits from: a shipped one, or that of a file beside it."""
    key = f"{file}: key 'from'"
    if not is_path(written):
        if written not in deposit_model_names():
            known = deposit_model_names()
            raise RegionError(
                f"{key}: unknown deposit model '{written}'. "
                f"{did_you_mean(written, known)}Available: {', '.join(known)}. To inherit from a "
                "model of your own, give a file in the same folder, e.g. base.toml."
            )
        tables = shipped_tables(written)
        return _Whole(tables, (StatedIn(file=written, tables=tables),))
    parent = own_file(written, within=file.parent, root=folder, key=key, start=_start(written))
    if parent.resolve() in [path.resolve() for path in below]:
        circle = " -> ".join(path.name for path in (*below, parent))
        raise RegionError(
            f"{key}: models inherit in a circle: {circle}. Remove the key 'from' in one of them."
        )
    return _whole(parent, folder, below)


def _less(
    tables: dict[str, Any], without: Sequence[object], key: str, inherits: str
) -> dict[str, Any]:
    """Return tables less some of their keys, or raise RegionError for those that are not there."""
    faults = []
    for dotted in without:
        if not isinstance(dotted, str):
            continue  # its shape is at fault, and that is said with all of the model's faults
        parts = _parts(dotted)
        if parts is None or not _holds(tables, parts):
            known = list(_dotted(tables))
            faults.append(
                f"{key}: '{dotted}' is not in {inherits}. {did_you_mean(dotted, known)}"
                'Name a table or a key as in "evidence.magnetics" or "labels.age_ma".'
            )
        else:
            tables = _dropped(tables, parts)
    if faults:
        raise RegionError(faults)
    return tables


def _parts(dotted: str) -> list[str] | None:
    """Return the parts of a dotted key as TOML reads them; None where it is no key."""
    try:
        inner: Any = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return None
    parts = []
    while isinstance(inner, dict) and len(inner) == 1:
        part, inner = next(iter(inner.items()))
        parts.append(part)
    return parts if inner == 0 else None


def _holds(tables: Any, parts: Sequence[str]) -> bool:
    for part in parts:
        if not isinstance(tables, dict) or part not in tables:
            return False
        tables = tables[part]
    return True


def _dropped(tables: dict[str, Any], parts: Sequence[str]) -> dict[str, Any]:
    first, *rest = parts
    if not rest:
        return {key: value for key, value in tables.items() if key != first}
    return {**tables, first: _dropped(tables[first], rest)}


def _dotted(tables: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in tables.items():
        yield f"{above}{key}"
        if isinstance(value, dict):
            yield from _dotted(value, f"{above}{key}.")
