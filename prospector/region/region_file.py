"""region.toml and SOURCES.toml: the shape of the files, as validated and frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import (
    Field,
    SkipValidation,
    model_validator,
)
from pyproj import CRS

from prospector.errors import RegionError
from prospector.grid import Grid
from prospector.region.deposit_model import DepositModel, Stated
from prospector.region.faults import MisfitError
from prospector.region.named_crs import named_crs
from prospector.region.overrides import lost_words, recasting_keys, renaming_fault
from prospector.region.own_files import is_path
from prospector.region.own_models import OwnModel, read_own_models
from prospector.region.quantities import (
    CELL_SIZE_M,
)
from prospector.region.region_tables import RegionFile, SourceEntry, Sources
from prospector.region.shipped_models import (
    deposit_model_names,
    load_deposit_model,
    overridden,
    override_faults,
    shipped_tables,
    unknown_model,
)
from prospector.region.toml_values import Name, faults_of, read_toml, validated

REGION_FILE = "region.toml"
SOURCES_FILE = "SOURCES.toml"


class Region(RegionFile):
    """region.toml, validated, with the deposit models that it asks for.

    Parameters
    ----------
    folder
        The folder of region.toml: files are relative to it.
    file_name
        Name of the file, where it is another.
    own_models
        Deposit models of the region's own, by name.
    places
        Where files lie that are not in the folder, by the name that layers give them: what a caller
        holds in memory is written there for the reader.
    """

    folder: Path = Field(strict=False)
    file_name: str = REGION_FILE
    own_models: dict[Name, OwnModel] = Field(default_factory=dict)
    places: SkipValidation[Mapping[str, Path]] = Field(
        default_factory=dict, exclude=True, repr=False
    )
    sources: dict[str, SourceEntry] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _overrides_what_there_is(self) -> Region:
        strange = {
            f"override.{name}": f"{unknown_model(name, self.own_models)}."
            for name in self.override
            if name not in self.known_models
        }
        if strange:
            raise MisfitError(strange)
        return self

    @property
    def file(self) -> Path:
        """Path of region.toml, or of the file that was given in its place."""
        return self.folder / self.file_name

    def place_of(self, file: str) -> Path:
        """Return where a file lies that a layer names.

        Parameters
        ----------
        file
            As a layer names it.

        Returns
        -------
        Path
            In the folder of the region, or where what is held in memory was written.
        """
        return self.places.get(file, self.folder / file)

    @property
    def name(self) -> str:
        """Name of the region."""
        return self.region.name

    @property
    def model_names(self) -> list[str]:
        """Names of the deposit models that it lists, in order."""
        names = {model.file: name for name, model in self.own_models.items() if model.file}
        entries = self.region.deposit_models
        return [
            names.get(Path(entry).as_posix(), entry) if is_path(entry) else entry
            for entry in entries
        ]

    @property
    def known_models(self) -> list[str]:
        """Names of every deposit model that can be asked for: its own, then the shipped."""
        return [*self.own_models, *deposit_model_names()]

    @property
    def own_files(self) -> dict[str, str]:
        """The SHA-256 of each deposit model and register of its own, by path from its folder, sorted."""
        files = {
            path: digest
            for model in self.own_models.values()
            for path, digest in model.files.items()
        }
        for entry in self.layers.values():
            path = entry.register_
            if path is not None and is_path(path) and (self.folder / path).is_file():
                data = (self.folder / path).read_bytes()
                files[Path(path).as_posix()] = sha256(data).hexdigest()
        return dict(sorted(files.items()))

    def grid(self, cell_size_m: float | None = None) -> Grid:
        """Return the grid that covers the region's window, at its own or another cell size.

        Parameters
        ----------
        cell_size_m
            Side of a cell in metres; that of the region by default.

        Returns
        -------
        Grid
            In the region's CRS.

        Raises
        ------
        RegionError
            The cell size is no length that a cell can have.
        """
        size_m = self.region.cell_size_m if cell_size_m is None else cell_size_m
        least, largest = CELL_SIZE_M
        if not least <= size_m <= largest:
            raise RegionError(
                f"Cell size {size_m:g} m: it must be from {least:,.0f} to {largest:,.0f}. Give e.g. 1000."
            )
        named = named_crs(CRS.from_user_input(self.region.crs), self.region.title)
        crs = named.to_wkt()
        return Grid.cover(self.region.window.bounds(), crs=crs, cell_size_m=size_m)

    def unused_overrides(self, asked: Sequence[str] | None = None) -> list[str]:
        """Return the deposit models that it overrides and neither names nor is asked for.

        Parameters
        ----------
        asked
            Names that are asked for beside those that the region names.

        Returns
        -------
        list of str
            Their names.
        """
        asked_for = {*self.model_names, *(asked or ())}
        return [name for name in self.override if name not in asked_for]

    def deposit_model(self, name: str) -> DepositModel:
        """Return a deposit model, shipped or its own, with this region's overrides applied.

        Parameters
        ----------
        name
            One of `known_models`.

        Returns
        -------
        DepositModel
            With the overrides of the region.

        Raises
        ------
        RegionError
            No model has that name, an override does not fit it or gives it another name.

        Examples
        --------
        >>> import prospector
        >>> region = prospector.load_region("hills")
        >>> region.deposit_model("lithium_brine").deposit_model.label
        'Lithium brine'
        """
        override = self.override.get(name, {})
        renaming = renaming_fault(name, override, self.file)
        if renaming:
            raise RegionError(renaming)
        own = self.own_models.get(name)
        if own is None and name not in deposit_model_names():
            files = {model.file: model.name for model in self.own_models.values()}
            if Path(name).as_posix() in files:
                raise RegionError(
                    f"'{name}' is the file of a deposit model. Ask for the model by its name, "
                    f"'{files[Path(name).as_posix()]}'."
                )
            raise RegionError(f"{unknown_model(name, self.own_models)}.")
        if own is None:
            return load_deposit_model(name, override=override, overridden_in=self.file)
        stated = [
            Stated(self._path_of(part.file), part.tables, shipped=not is_path(part.file))
            for part in own.stated
        ]
        made_here = [Stated(self.file, own.tables)]
        return overridden(
            name, own.tables, stated or made_here, override=override, overridden_in=self.file
        )

    def lost_words(self, name: str) -> tuple[list[str], list[str]]:
        """Return what a model no longer says of itself, and the keys of the override that are why.

        Examples of the first are `caution` and `ranges`: see `prospector.region.overrides`.

        Parameters
        ----------
        name
            Of a deposit model that the region overrides.

        Returns
        -------
        lost : list of str
            Which words it no longer says.
        keys : list of str
            The keys of the override that are why.
        """
        own = self.own_models.get(name)
        tables = shipped_tables(name) if own is None else own.tables
        override = self.override.get(name, {})
        keys = [f"override.{name}.{key}" for key in recasting_keys(tables, override)]
        return lost_words(tables, override), keys

    def _path_of(self, stated_in: str) -> Path:
        return self.folder / stated_in if is_path(stated_in) else Path(f"{stated_in}.toml")


def load_region(path: str | Path) -> Region:
    """Return the region of a folder that holds region.toml, or of the file itself.

    Parameters
    ----------
    path
        The folder or the file.

    Returns
    -------
    Region
        Its tables, validated; layers are read only when it is screened or checked.

    Raises
    ------
    RegionError
        The file is missing, is not TOML, has unknown keys or wrong values: a line for each.

    Examples
    --------
    >>> import prospector
    >>> region = prospector.load_region("hills")
    >>> region.name, region.model_names, sorted(region.layers)
    ('synthetic', ['porphyry_copper'], ['deposits', 'faults', 'relief'])
    """
    given = Path(path)
    file = given / REGION_FILE if given.is_dir() or given.suffix != ".toml" else given
    if not file.is_file():
        raise RegionError(
            f"{file}: no such file. Give the folder of a region (it holds {REGION_FILE}), or make "
            "one from your files: prospector init FOLDER FILES."
        )
    tables = read_toml(file)
    sources_file = file.parent / SOURCES_FILE
    sources = read_toml(sources_file) if sources_file.is_file() else {}
    models, model_faults = read_own_models(_listed_models(tables), file)
    own_tables = {name: model.tables for name, model in models.items()}
    faults = [
        *faults_of(RegionFile, tables, file),
        *model_faults,
        *([] if model_faults else _strange_overrides(tables.get("override"), file, list(models))),
        *override_faults(tables.get("override"), file, own_tables),
        *faults_of(Sources, sources, sources_file),
    ]
    if faults:
        raise RegionError(faults)
    own = {"folder": file.parent, "file_name": file.name, "sources": sources, "own_models": models}
    return validated(Region, {**tables, **own}, file)


def _listed_models(tables: dict[str, Any]) -> list[object]:
    """Return what a region file lists as deposit models, whatever it is."""
    entry = tables.get("region")
    listed = entry.get("deposit_models") if isinstance(entry, dict) else None
    return listed if isinstance(listed, list) else []


def _strange_overrides(override: object, file: Path, own: Sequence[str]) -> list[str]:
    """Return a line for each override of a model that there is not."""
    known = [*own, *deposit_model_names()]
    names = override if isinstance(override, dict) else ()
    return [
        f"{file}: key 'override.{name}': {unknown_model(name, own)}."
        for name in names
        if name not in known
    ]
