"""Deposit models as values: read from a file or a text, and listed by a region as files are."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from prospector.errors import RegionError
from prospector.region.deposit_model import DepositModel, Stated
from prospector.region.own_files import TOML, is_path
from prospector.region.own_models import OwnModel, StatedIn, read_own_models, refuse_taken
from prospector.region.region_file import REGION_FILE, Region
from prospector.region.shipped_models import deposit_model_names, load_deposit_model, overridden
from prospector.scratch import scratch_folder

OF_TEXT = "deposit model"
"""What a model that is given as text is called where no file is."""


def read_deposit_model(source: str | Path) -> DepositModel:
    """Return a deposit model: a shipped one by name, or one of your own from a file or a text.

    Parameters
    ----------
    source
        The name of a shipped model; the path of a file; or the text of one, which has several lines.

    Returns
    -------
    DepositModel
        `screen` and `make_region` take it in place of a name.

    Raises
    ------
    RegionError
        There is no such model or file, or it is wrong; a line for each fault.

    Examples
    --------
    >>> read_deposit_model("iocg").deposit_model.label
    'Iron oxide-copper-gold'
    >>> read_deposit_model('''
    ... from = "iocg"
    ... [deposit_model]
    ... name = "skarn"
    ... label = "Iron skarn"
    ... code = "SK"
    ... summary = "Iron at contacts of intrusions."
    ... papers = []
    ... ''').name
    'skarn'
    """
    if isinstance(source, str) and "\n" in source:
        return _of_text(source)
    if isinstance(source, str) and not is_path(source):
        return load_deposit_model(source)
    return _of_file(Path(source))


def _of_text(text: str) -> DepositModel:
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder:
        file = Path(folder) / f"{OF_TEXT}{TOML}"
        file.write_text(text, encoding="utf-8")
        try:
            return _of_file(file)
        except RegionError as error:
            raise error.calling({str(file): OF_TEXT}) from error


def _of_file(file: Path) -> DepositModel:
    models, faults = read_own_models([file.name], file.parent / REGION_FILE)
    if faults:
        raise RegionError(faults)
    ((name, own),) = models.items()
    stated = [Stated(file.parent / part.file, part.tables) for part in own.stated]
    return overridden(name, own.tables, stated, override={})


def with_models(
    region: Region, asked: Sequence[str | DepositModel] | None
) -> tuple[Region, list[str] | None]:
    """Return a region that knows the deposit models among those asked for, and the names of all of them.

    Raises
    ------
    RegionError
        A model has the name or the code of another.
    """
    if asked is None:
        return region, None
    given = [model for model in asked if isinstance(model, DepositModel)]
    own = own_models(given, region.own_models, region.folder)
    names = [model.name if isinstance(model, DepositModel) else model for model in asked]
    if not own:
        return region, names
    return region.model_copy(update={"own_models": {**region.own_models, **own}}), names


def own_models(
    given: Sequence[DepositModel], known: dict[str, OwnModel], folder: Path
) -> dict[str, OwnModel]:
    """Return deposit models as a region lists its own, by name; the shipped ones are left out.

    Raises
    ------
    RegionError
        A model has the name or the code of another.
    """
    models: dict[str, OwnModel] = {}
    for model in given:
        own = _own(model)
        if _is_shipped(own):
            continue
        if known.get(own.name) != own:
            refuse_taken(own, {**known, **models}, folder)
            models[own.name] = own
    return models


def _is_shipped(model: OwnModel) -> bool:
    shipped = model.name in deposit_model_names()
    return shipped and model.tables == tables_of(load_deposit_model(model.name))


def _own(model: DepositModel) -> OwnModel:
    tables = tables_of(model)
    digest = sha256(model.model_dump_json().encode()).hexdigest()
    stated = StatedIn(file=f"{model.name} (in memory){TOML}", tables=tables, sha256=digest)
    return OwnModel(model.name, tables, (stated,))


def tables_of(model: DepositModel) -> dict[str, Any]:
    """Return a deposit model as the tables of its file.

    Examples
    --------
    >>> tables_of(load_deposit_model("iocg"))["evidence"]["atacama_fault"]["where"]
    {'fault_system': ['Atacama']}
    """
    tables: dict[str, Any] = model.model_dump(by_alias=True, exclude_unset=True)
    tables["evidence"] = {name: _flat(entry) for name, entry in tables["evidence"].items()}
    for table in ("applies", "permissive"):
        if table in tables:
            tables[table] = [_flat(entry) for entry in tables[table]]
    return tables


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with the parameters of its kind beside its other keys."""
    rest = {key: value for key, value in entry.items() if key != "parameters"}
    return {**rest, **entry.get("parameters", {})}
