"""region.toml and SOURCES.toml: the shape of the files, as validated and frozen values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator
from pyproj import CRS
from pyproj.exceptions import CRSError

from prospector.errors import RegionError
from prospector.grid import Bounds, Grid
from prospector.region.deposit_model import DepositModel, load_deposit_model
from prospector.region.toml_values import Frozen, Name, read_toml, validated

REGION_FILE = "region.toml"
SOURCES_FILE = "SOURCES.toml"


class WindowEntry(Frozen):
    """The window of a region in degrees of longitude and latitude (EPSG:4326)."""

    west: Annotated[float, Field(ge=-180, le=180)]
    south: Annotated[float, Field(ge=-90, le=90)]
    east: Annotated[float, Field(ge=-180, le=180)]
    north: Annotated[float, Field(ge=-90, le=90)]

    @model_validator(mode="after")
    def _ordered(self) -> WindowEntry:
        if self.west >= self.east or self.south >= self.north:
            raise ValueError("west must be less than east and south less than north")
        return self

    def bounds(self) -> Bounds:
        """Return the window as bounds in degrees."""
        return Bounds(self.west, self.south, self.east, self.north)


class RegionEntry(Frozen):
    """The table ``[region]``.

    Parameters
    ----------
    effective_resolution
        A remark of your own. What outputs print is derived from the layers that the evidence used.
    """

    name: Name
    title: str
    crs: str
    window: WindowEntry
    cell_size_m: Annotated[float, Field(gt=0)]
    deposit_models: list[Name] = Field(min_length=1)
    effective_resolution: str = ""
    scale_error_percent: float | None = None
    summary: str = ""
    countries: list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]] = Field(default_factory=list)
    backtest_years: list[Annotated[int, Field(ge=1500, le=2100)]] = Field(default_factory=list)

    @field_validator("crs")
    @classmethod
    def _projected(cls, value: str) -> str:
        try:
            crs = CRS.from_user_input(value)
        except CRSError as error:
            raise ValueError("not a CRS that PROJ knows; give e.g. 'EPSG:32719'") from error
        if not crs.is_projected or crs.axis_info[0].unit_name != "metre":
            raise ValueError("must be projected, in metres; give e.g. 'EPSG:32719'")
        return value


class LayerEntry(Frozen):
    """One table ``[layers.NAME]``: a file with a role.

    Parameters
    ----------
    layer
        Of a file that holds several: the name of the one that is read: a layer, a variable, a page, a sheet.
    band
        Of a raster of several bands, or a picture: the number of the band that is read, from 1.
    nodata
        Of a raster: a stored number, or several, that is no value, beside the one that the file declares;
        ``"none"`` where a number that looks like such a code is a value.
    resolution_m
        What the layer resolves, where its cells or the scale in SOURCES.toml do not say it.
    tolerance_m
        How far it may lie off; a column `tolerance_m` says it of each feature.
    register
        Of concessions: the register whose fields and words they come in.
    exclude
        Of ground where work is barred: whether it is taken out of what is scored; only some
        classes of it where they are listed.
    kinds, states, held_as, expired
        Of concessions: words of a register of one's own, or over those of the one that is named.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    role: str
    file: str
    title: str = ""
    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    band: Annotated[int, Field(ge=1)] | None = None
    nodata: float | list[float] | Literal["none"] | None = None
    columns: dict[Name, str] = Field(default_factory=dict)
    unit: str = ""
    resolution_m: Annotated[float, Field(gt=0)] | None = None
    tolerance_m: float | None = None
    coverage: str | None = None
    missing_kinds: list[str] = Field(default_factory=list)
    as_of: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}){0,2}$")] | None = None
    exclude: bool | list[str] = False
    register_: str | None = Field(default=None, alias="register")
    kinds: dict[str, str] = Field(default_factory=dict)
    states: dict[str, str] = Field(default_factory=dict)
    held_as: dict[str, str] = Field(default_factory=dict)
    expired: dict[str, str] = Field(default_factory=dict)


class SourceEntry(Frozen):
    """One table of SOURCES.toml: where a file comes from."""

    origin: str
    citation: str
    licence: str
    date: str
    scale: str
    coverage: str
    schematic: bool
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    done: str
    tolerance_m: float | None = None


class Region(Frozen):
    """region.toml, validated, with the deposit models that it asks for.

    Parameters
    ----------
    folder
        The folder of region.toml: files are relative to it.
    file_name
        Name of the file, where it is another.
    """

    folder: Path = Field(strict=False)
    file_name: str = REGION_FILE
    region: RegionEntry
    layers: dict[Name, LayerEntry] = Field(min_length=1)
    override: dict[Name, dict[str, Any]] = Field(default_factory=dict)
    sources: dict[str, SourceEntry] = Field(default_factory=dict)

    @property
    def file(self) -> Path:
        """Path of region.toml, or of the file that was given in its place."""
        return self.folder / self.file_name

    @property
    def name(self) -> str:
        """Name of the region."""
        return self.region.name

    def grid(self, cell_size_m: float | None = None) -> Grid:
        """Return the grid that covers the region's window, at its own or another cell size."""
        crs = CRS.from_user_input(self.region.crs).to_wkt()
        return Grid.cover(
            self.region.window.bounds(), crs=crs, cell_size_m=cell_size_m or self.region.cell_size_m
        )

    def deposit_model(self, name: str) -> DepositModel:
        """Return a shipped deposit model with this region's overrides applied.

        Raises
        ------
        RegionError
            No model has that name, an override does not fit it or gives it another name.
        """
        model = load_deposit_model(
            name, override=self.override.get(name, {}), overridden_in=self.file
        )
        if model.name != name:
            raise RegionError(
                f"{self.file}: key 'override.{name}.deposit_model.name': '{model.name}' is another "
                "name, and a shipped deposit model keeps its own. Remove the key; label may change."
            )
        return model


def load_region(path: str | Path) -> Region:
    """Return the region of a folder that holds region.toml, or of the file itself.

    Raises
    ------
    RegionError
        The file is missing, is not TOML, has an unknown key or a wrong value.
    """
    given = Path(path)
    file = given / REGION_FILE if given.is_dir() or given.suffix != ".toml" else given
    if not file.is_file():
        raise RegionError(
            f"{file}: no such file. Give the folder of a region, one that holds {REGION_FILE}, "
            "e.g. layers/atacama."
        )
    tables = read_toml(file)
    reserved = sorted({"folder", "file_name", "sources"} & tables.keys())
    if reserved:
        raise RegionError(f"{file}: key '{reserved[0]}': unknown key. Remove it.")
    sources_file = file.parent / SOURCES_FILE
    sources = read_toml(sources_file) if sources_file.is_file() else {}
    validated(_Sources, {"sources": sources}, sources_file, prefix="sources")
    own = {"folder": file.parent, "file_name": file.name, "sources": sources}
    return validated(Region, {**tables, **own}, file)


class _Sources(Frozen):
    sources: dict[str, SourceEntry]
