"""Tables of region.toml and SOURCES.toml, as validated and frozen values."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    RootModel,
    field_validator,
    model_validator,
)
from pyproj import CRS
from pyproj.exceptions import ProjError

from prospector.grid import Bounds, project_bounds
from prospector.region.faults import MisfitError
from prospector.region.own_files import is_path
from prospector.region.quantities import (
    CELL_SIZE_M,
    LONGEST_LIST,
    YEARS,
    Cells,
    Count,
    Country,
    Date,
    Digest,
    Encoding,
    Listed,
    Metres,
    ProjectedCrs,
    Quantity,
    Text,
    Tolerance,
    WholeQuantity,
)
from prospector.region.shipped_models import (
    deposit_model_names,
    unknown_model,
)
from prospector.region.toml_values import Frozen, Name


class WindowEntry(Frozen):
    """The window of a region in degrees of longitude and latitude (EPSG:4326).

    Parameters
    ----------
    west, east
        Longitudes of its edges in degrees, west of Greenwich negative.
    south, north
        Latitudes of its edges in degrees, south of the equator negative.
    """

    west: float = Field(examples=[-71.0])
    south: float = Field(examples=[-28.0])
    east: float = Field(examples=[-66.25])
    north: float = Field(examples=[-19.5])

    @model_validator(mode="after")
    def _in_degrees(self) -> WindowEntry:
        longitudes, latitudes = (self.west, self.east), (self.south, self.north)
        widest, highest = max(map(abs, longitudes)), max(map(abs, latitudes))
        if max(widest, highest) > 360:
            raise ValueError("must be in degrees of longitude and latitude, but looks like metres")
        if highest > 90 and highest <= 180 and widest <= 90:
            raise ValueError(
                "looks swapped: west and east are longitudes, south and north latitudes"
            )
        faults = {}
        for key, value, most in (
            ("west", self.west, 180), ("east", self.east, 180),
            ("south", self.south, 90), ("north", self.north, 90),
        ):  # fmt: skip
            if abs(value) > most:
                faults[key] = f"must be from -{most} to {most} degrees"
        if not faults and self.west >= self.east:
            faults["west"] = f"west must be less than east ({self.east:g})"
        if not faults and self.south >= self.north:
            faults["south"] = f"south must be less than north ({self.north:g})"
        if faults:
            raise MisfitError(faults)
        return self

    def bounds(self) -> Bounds:
        """Return the window as bounds in degrees."""
        return Bounds(self.west, self.south, self.east, self.north)


class SeaName(Frozen):
    """One entry of `seas`: a name of open water and where a map writes it.

    Parameters
    ----------
    name
        Its name in English.
    longitude
        Of the middle of the name, in degrees, west of Greenwich negative.
    latitude
        Of the middle of the name, in degrees, south of the equator negative.
    """

    name: Text = Field(examples=["Pacific Ocean"])
    longitude: Annotated[float, Field(ge=-180, le=180, examples=[-70.6])]
    latitude: Annotated[float, Field(ge=-90, le=90, examples=[-21.2])]


class RegionEntry(Frozen):
    """The table ``[region]``.

    Parameters
    ----------
    name
        Name of the run folder and its files: lower-case letters, digits and _.
    title
        Its name in outputs.
    window
        What is screened, in degrees of longitude and latitude.
    cell_size_m
        Side of a cell in metres.
    summary
        A line for the report.
    crs
        A projected CRS in metres, as PROJ takes it.
    deposit_models
        Deposit models to screen: shipped ones by name, your own by their path from the region's folder.
    effective_resolution
        A remark of your own. What outputs print is derived from the layers that the evidence used.
    scale_error_percent
        Largest error of lengths in the CRS within the window, in percent.
    countries
        Countries whose legal notes are shown, as ISO 3166-1 codes.
    backtest_years
        Years of back-tests: for each, a model learns from the deposits found before, and the later finds
        are ranked by it.
    seas
        Names of seas and large lakes for the map, with places. A name may stand at several places: the map
        writes it at the first that has room.
    """

    name: Name = Field(examples=["atacama"])
    title: str = Field(examples=["Atacama"])
    crs: ProjectedCrs = Field(examples=["EPSG:32719"])
    window: WindowEntry = Field(
        examples=[{"west": -71.0, "south": -28.0, "east": -66.25, "north": -19.5}]
    )
    cell_size_m: Annotated[float, Field(ge=CELL_SIZE_M[0], le=CELL_SIZE_M[1], examples=[1000])]
    deposit_models: list[str] = Field(
        min_length=1, max_length=LONGEST_LIST, examples=[["porphyry_copper"]]
    )
    effective_resolution: str = Field(default="", examples=["faults 500 m, geology 1:250,000"])
    scale_error_percent: Annotated[float, Field(ge=0, le=100)] | None = Field(
        default=None, examples=[0.1]
    )
    summary: str = Field(default="", examples=["Northern Chile at 1:1,000,000"])
    countries: Listed[Country] = Field(default_factory=list, examples=[["CL", "AR"]])
    backtest_years: Listed[Annotated[int, Field(ge=YEARS[0], le=YEARS[1])]] = Field(
        default_factory=list, examples=[[1980, 1990]]
    )
    seas: Listed[SeaName] = Field(
        default_factory=list,
        examples=[[{"name": "Pacific Ocean", "longitude": -70.6, "latitude": -21.2}]],
    )

    @field_validator("deposit_models")
    @classmethod
    def _shipped_or_files(cls, entries: list[str]) -> list[str]:
        shipped = deposit_model_names()
        for entry in entries:
            if entry not in shipped and not is_path(entry):
                raise ValueError(unknown_model(entry))
        if len(set(entries)) < len(entries):
            raise ValueError("must name each deposit model once")
        return entries

    @model_validator(mode="after")
    def _holds_its_window(self) -> RegionEntry:
        try:
            bounds = project_bounds(self.window.bounds(), CRS.from_user_input(self.crs))
            held = max(map(abs, bounds.as_tuple())) < 1e9
            held = held and bounds.west < bounds.east and bounds.south < bounds.north
        except ProjError:
            held = False
        if not held:
            raise MisfitError({"crs": "must be a CRS in which the window can be drawn"})
        return self


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must be text that is not empty")
    return value.strip()


def _code(value: str) -> str:
    if not re.fullmatch(r"-?\d{1,15}", value, re.ASCII):
        raise ValueError("must be a whole number, as the raster stores it")
    return str(int(value))


MAX_RASTER_CELLS, MAX_TILE_CELLS = 1e10, 32e6


WholeText = Annotated[str, AfterValidator(_not_blank)]
"""Text that region.toml states in place of a column."""


class NamedGround(Frozen):
    """One entry of `missing_names`: ground that is known by name and not drawn.

    Parameters
    ----------
    name
        Its name.
    kind
        What it is, e.g. a national park.
    date
        Date of the act that created it, where known.
    status
        State of that act, where it is in doubt.
    country
        Where it lies.
    source
        Where this is stated.
    """

    name: WholeText = Field(examples=["Salar del Huasco"])
    kind: WholeText = Field(examples=["national park"])
    date: Date | None = Field(default=None, examples=["2023-03-01"])
    status: str = Field(default="", examples=["decree signed"])
    country: str = Field(default="", examples=["Chile"])
    source: WholeText = Field(examples=["Decree 66 of 2022"])


class LayerEntry(Frozen):
    """One table ``[layers.NAME]``: a file with a role.

    Parameters
    ----------
    role
        What the layer is for: a shipped role, or one of the region's own.
    file
        The file, by its path from region.toml.
    title
        Its name in outputs.
    crs
        The CRS, where the file states none or a wrong one.
    encoding
        Text encoding, if the file states it wrongly.
    columns
        Names of columns: the name that the role uses -> the name in the file.
    unit
        Of a raster: the unit of its values.
    coverage
        Of features: a file of polygons inside which the layer is complete; outside of it what it does
        not show is unknown, not absent.
    missing_kinds
        Of titles and restricted ground: kinds that the layer does not include.
    missing_names
        Of restricted ground: areas known by name but not drawn, with kind, source and date; they stay
        unknown.
    as_of
        The date for which the layer is valid: YYYY, YYYY-MM or YYYY-MM-DD.
    layer
        Of a file with several layers, variables, pages or sheets: the name of the one to read.
    band
        Of a raster with several bands, or a picture: the number of the band to read, from 1.
    nodata
        Of a raster: a stored number, or several, that means no data, beside the one that the file declares;
        ``"none"`` where a number that looks like such a code is a value.
    max_cells
        Of a raster: the most cells near the region; a file with more is refused. By default 10 thousand
        million.
    max_tile_cells
        Of a raster: the most cells of a tile of the file, which is decoded whole; a file with larger tiles is
        refused. By default 32 million.
    missing
        Words and numbers that mean missing data in its numeric columns.
    name
        A name for the features of a file without that column: numbered, "Town 1", "Town 2" and so on.
    deposit_type
        Of deposits without that column: the type of all of them.
    constants
        One value for all features, in columns that the file lacks: a column of the role -> its value.
    classes
        Of polygons made from a raster: the stored code -> the name of its class.
    resolution_m
        Resolution of the layer, if neither its cells nor the scale in SOURCES.toml give it.
    tolerance_m
        How far features may lie off; a column `tolerance_m` gives it for each.
    register
        Of concessions: the register that the file comes from: a shipped one by name, your own by the
        path of its file from the region's folder.
    exclude
        Of ground where work is barred: whether it is taken out of what is scored; only some
        classes of it where they are listed.
    kinds
        Of concessions: the file's word for a kind of title -> ours; overrides the named register's.
    states
        Of concessions: the file's word for the state of a title -> ours; overrides the named register's.
    held_as
        Of concessions: a kind of title -> the class that a title in force of that kind counts as.
    expired
        Of concessions: a kind of title -> the class of a title that is in force by its state, but whose date
        has passed.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    role: str = Field(examples=["faults"])
    file: Annotated[str, Field(min_length=1)] = Field(examples=["faults.gpkg"])
    title: str = Field(default="", examples=["Mapped faults"])
    crs: str | None = Field(default=None, examples=["EPSG:32719"])
    encoding: Encoding | None = Field(default=None, examples=["ISO-8859-1"])
    layer: str | None = Field(default=None, examples=["faults"])
    band: Count | None = Field(default=None, examples=[1])
    nodata: (
        float
        | Annotated[list[float], Field(min_length=1, max_length=LONGEST_LIST)]
        | Literal["none"]
        | None
    ) = Field(default=None, examples=[-9999])
    max_cells: Cells = Field(default=MAX_RASTER_CELLS, examples=[5e10])
    max_tile_cells: Cells = Field(default=MAX_TILE_CELLS, examples=[4e8])
    columns: dict[Name, str] = Field(default_factory=dict, examples=[{"name": "NOMBRE"}])
    name: WholeText | None = Field(default=None, examples=["Town"])
    deposit_type: WholeText | None = Field(default=None, examples=["greisen"])
    constants: dict[Name, WholeText | bool | WholeQuantity | Quantity] = Field(
        default_factory=dict, max_length=LONGEST_LIST, examples=[{"age_ma": 300}]
    )
    classes: dict[Annotated[str, AfterValidator(_code)], WholeText] = Field(
        default_factory=dict, max_length=LONGEST_LIST, examples=[{"3": "granite", "4": "basalt"}]
    )
    unit: str = Field(default="", examples=["m"])
    resolution_m: Metres | None = Field(default=None, examples=[150000])
    tolerance_m: Tolerance | None = Field(default=None, examples=[500])
    coverage: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, examples=["where_complete.gpkg"]
    )
    missing_kinds: Listed[str] = Field(default_factory=list, examples=[["exploration permit"]])
    missing_names: Annotated[list[NamedGround], Field(max_length=LONGEST_LIST)] = Field(
        default_factory=list,
        examples=[[{"name": "Salar del Huasco", "kind": "national park", "source": "Decree 66"}]],
    )
    missing: Annotated[list[str | int | float], Field(max_length=LONGEST_LIST)] = Field(
        default_factory=list, examples=[[-9999, "s/d"]]
    )
    as_of: Date | None = Field(default=None, examples=["2026-01-31"])
    exclude: bool | Annotated[list[str | int], Field(max_length=10 * LONGEST_LIST)] = Field(
        default=False, examples=[["National park"]]
    )
    register_: str | None = Field(default=None, alias="register", examples=["chile"])
    kinds: dict[str, str] = Field(default_factory=dict, examples=[{"Lease": "mine"}])
    states: dict[str, str] = Field(default_factory=dict, examples=[{"Active": "held"}])
    held_as: dict[str, str] = Field(
        default_factory=dict, examples=[{"discovery claim": "applied_for"}]
    )
    expired: dict[str, str] = Field(
        default_factory=dict, examples=[{"exploration permit": "unknown"}]
    )


class RoleEntry(Frozen):
    """One table ``[roles.NAME]``: a role of the region's own.

    Parameters
    ----------
    geometry
        What its layers hold.
    description
        What its layers are, in words.
    columns
        Further columns to keep where a layer has them, besides those that any layer may have.
    required
        Columns that a layer must carry.
    """

    geometry: Literal["point", "line", "polygon", "raster"] = Field(examples=["polygon"])
    description: str = Field(default="", examples=["hydrothermal alteration"])
    columns: Listed[Name] = Field(default_factory=list, examples=[["mineral", "intensity"]])
    required: Listed[Name] = Field(default_factory=list, examples=[["mineral"]])


SPDX = r"^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$"
"""What an identifier of the list of SPDX is made of."""

OTHER_LICENCE = "other"
"""Stands for an identifier where the list of SPDX has none: the words of the licence say it."""


class ErrorEntry(Frozen):
    """How far the heights of a raster were measured to err, in metres.

    Parameters
    ----------
    median
        Half of the errors are smaller.
    nine_tenths
        Nine in ten errors are smaller.
    against
        What it was compared with.
    """

    median: Tolerance = Field(examples=[71])
    nine_tenths: Tolerance = Field(examples=[589])
    against: str = Field(examples=["232 wells"])

    @model_validator(mode="after")
    def _rises(self) -> ErrorEntry:
        if self.nine_tenths < self.median:
            raise MisfitError({"nine_tenths": "must be no less than median"})
        return self


class SourceEntry(Frozen):
    """One table of SOURCES.toml: where a file comes from.

    Parameters
    ----------
    origin
        Who made it, and where it is published.
    citation
        How to cite it.
    licence
        Terms on which it is published, in words.
    spdx
        Identifier of the licence in the list of SPDX, or ``"other"`` where `licence` says it in words.
    date
        The date of the data.
    scale
        Scale of the paper map, which gives its resolution.
    coverage
        Where it is complete, in words.
    schematic
        Whether it was drawn from descriptions and not from a survey.
    sha256
        Hash of the file; of all their hashes and names where other files belong to it. `prospector check`
        prints it where it differs.
    done
        What was done to it.
    tolerance_m
        Largest positional error of its features, in metres.
    error_m
        Of a raster of heights: their measured error in metres. Every page shows it beside elevations.
    from_deposits
        Whether it was made from known deposits, e.g. a halo drawn around them; left out where that is
        not known. ``true`` withholds the verdict on skill, and the figure without that evidence is given
        beside it. ``false`` answers the alarms, but clears no exact function of the places of the deposits.
    """

    origin: str = Field(examples=["Geological Survey, https://..."])
    citation: str = Field(examples=["Survey 2020, Map 12"])
    licence: str = Field(examples=["CC BY 4.0"])
    spdx: Annotated[str, Field(pattern=SPDX)] | None = Field(default=None, examples=["CC-BY-4.0"])
    date: Text = Field(examples=["2024-12"])
    scale: Text = Field(examples=["1:250,000"])
    coverage: str = Field(examples=["whole of the region"])
    schematic: bool = Field(examples=[False])
    sha256: Digest = Field(examples=["0" * 64])
    done: str = Field(examples=["Clipped to the region."])
    tolerance_m: Tolerance | None = Field(default=None, examples=[500])
    error_m: ErrorEntry | None = Field(
        default=None, examples=[{"median": 71, "nine_tenths": 589, "against": "232 wells"}]
    )
    from_deposits: bool | None = Field(default=None, examples=[False])


class RegionFile(Frozen):
    """The tables of region.toml.

    Parameters
    ----------
    region
        What is screened, in which cells, for which deposit models.
    layers
        By a name of your choice: the files, each with its role.
    roles
        Roles of your own, where no shipped one fits.
    override
        By the name of a deposit model: keys of it that are to be otherwise in this region.
    """

    region: RegionEntry
    layers: dict[Name, LayerEntry] = Field(
        default_factory=dict, examples=[{"faults": {"role": "faults", "file": "faults.gpkg"}}]
    )
    roles: dict[Name, RoleEntry] = Field(
        default_factory=dict, examples=[{"alteration": {"geometry": "polygon"}}]
    )
    override: dict[Name, dict[str, Any]] = Field(
        default_factory=dict, examples=[{"porphyry_copper": {"targets": {"min_area_km2": 10}}}]
    )


class Sources(RootModel[dict[str, SourceEntry]]):
    """SOURCES.toml: a table for each file."""
