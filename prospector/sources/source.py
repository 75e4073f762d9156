"""An official source as data: where it is, what is asked of it, what roles it fills, who allows what."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from prospector.errors import RegionError
from prospector.layers.registers.mapping import register_names
from prospector.layers.registers.tax_numbers import is_tax_column
from prospector.layers.roles import ROLES
from prospector.region.faults import MisfitError
from prospector.region.quantities import Date, Encoding, Listed, Metres
from prospector.region.region_file import REGION_FILE
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import NAME, Frozen, Name, faults_of, read_toml, validated
from prospector.sources.codes.scheme import load_scheme, scheme_names

Kind = Literal["arcgis", "wfs", "file", "cog_tiles", "by_hand"]

Binding = Literal["attribution", "share-alike", "non-commercial", "not stated"]
"""What a licence binds a user to; ``"not stated"`` where the publisher states no licence."""

OWN_FOLDER = "sources"
"""Folder of a region in which a user's own sources lie."""

FIELDS_OF_A_TILE = ("{lat}", "{lon}")
"""What the address of tiles must hold: the south-west corner, e.g. ``S24`` and ``W070``."""


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that begins with http:// or https://")
    if parts.username or parts.password:
        raise ValueError("must hold neither user name nor password")
    if re.search(r"\s", value):
        raise ValueError("must hold no spaces")
    return value


def _file_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,99}", value, re.ASCII):
        raise ValueError("must be the name of a file, without a folder")
    return value


def _kept_field(value: str | list[str]) -> str | list[str]:
    for field in [value] if isinstance(value, str) else value:
        if not field:
            raise ValueError("must name a field")
        if is_tax_column(field):
            raise ValueError(f"must not be '{field}': tax numbers are never asked for")
    return value


FieldOf = Annotated[
    str | Annotated[list[str], Field(min_length=1, max_length=5)], AfterValidator(_kept_field)
]


class CodesEntry(Frozen):
    """The table ``codes`` of a layer: the scheme that turns its codes into classes.

    Parameters
    ----------
    scheme
        Name of a scheme in `prospector.sources.codes`.
    reads
        What the scheme reads -> the field that holds it, e.g. ``{code = "CD_GEOL"}``.
    """

    scheme: Name = Field(examples=["chile_1m"])
    reads: dict[Name, str] = Field(min_length=1, examples=[{"code": "CD_GEOL"}])

    @model_validator(mode="after")
    def _of_a_scheme(self) -> CodesEntry:
        if self.scheme not in scheme_names():
            raise MisfitError({"scheme": f"must be one of: {', '.join(scheme_names())}"})
        known = load_scheme(self.scheme).reads
        strange = next((name for name in self.reads if name not in known), None)
        if strange is not None:
            raise MisfitError({"reads": f"must name what it reads ({', '.join(known)})"})
        return self


class PartEntry(Frozen):
    """One table ``[layers.NAME.parts.OTHER]``: a layer made of some classes of another.

    Parameters
    ----------
    where
        Column -> the classes that it takes over.
    """

    role: str = Field(examples=["intrusions"])
    title: str = Field(examples=["Intrusive rocks"])
    where: dict[Name, Listed[str]] = Field(min_length=1, examples=[{"rock_class": ["intrusive"]}])


class SourceLayer(Frozen):
    """One table ``[layers.NAME]`` of a source: a layer that it gives.

    Parameters
    ----------
    path
        ArcGIS: number of the layer; WFS: name of the feature type; file: member of a zip. Empty: the only
        one that there is, and where there are several the fetch is refused and lists them.
    role
        What the layer is for.
    fields
        Our column -> their field, or fields that a register joins. No other field is asked for, but `key`
        and what `codes` reads.
    constants
        Our column -> a value that every row gets, where the source has no such field.
    key
        Their field that tells rows apart.
    codes
        How its codes become classes.
    register
        Of concessions: the register whose fields and words they come in.
    missing_kinds
        Of concessions: kinds of title that the source does not hold.
    simplify_m
        How far a line may be moved by the service to make it shorter; 0: not at all.
    filename
        Name of the file that is written; the layer's name where it is empty.
    parts
        Layers that are made of some of its classes.
    """

    path: str = Field(default="", examples=["2"])
    role: str = Field(examples=["geology"])
    title: str = Field(examples=["Geology of South America"])
    fields: dict[Name, FieldOf] = Field(default_factory=dict, examples=[{"name": "NOMBRE"}])
    constants: dict[Name, str] = Field(
        default_factory=dict, examples=[{"deposit_type": "not classified"}]
    )
    key: str = Field(default="", examples=["OBJECTID"])
    codes: CodesEntry | None = None
    register_: str | None = Field(default=None, alias="register", examples=["chile"])
    missing_kinds: Listed[str] = Field(default_factory=list, examples=[["exploration permit"]])
    simplify_m: Annotated[float, Field(ge=0, le=100_000)] = Field(default=0.0, examples=[500])
    filename: Annotated[str, AfterValidator(_file_name)] | None = Field(
        default=None, examples=["geology.gpkg"]
    )
    unit: str = Field(default="", examples=["m"])
    crs: str | None = Field(default=None, examples=["EPSG:4326"])
    encoding: Encoding | None = Field(default=None, examples=["ISO-8859-1"])
    parts: dict[Name, PartEntry] = Field(default_factory=dict)

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    @model_validator(mode="after")
    def _fits(self) -> SourceLayer:
        if is_tax_column(self.key):
            raise MisfitError({"key": "must not be a tax number: those are never asked for"})
        twice = next((name for name in self.constants if name in self.fields), None)
        if twice is not None:
            raise MisfitError({"constants": f"must not be a field too, as '{twice}' is"})
        return self

    @property
    def asked(self) -> tuple[str, ...]:
        """Their fields that are asked for, each once: the key, the columns, what the codes read.

        Examples
        --------
        >>> SourceLayer(role="geology", title="", key="OBJECTID", fields={"name": "NOMBRE"},
        ...             codes=CodesEntry(scheme="chile_1m", reads={"code": "CD_GEOL"})).asked
        ('OBJECTID', 'NOMBRE', 'CD_GEOL')
        """
        read = [] if self.codes is None else list(self.codes.reads.values())
        fields = [self.key, *_flat(self.fields.values()), *_flat(read)]
        return tuple(dict.fromkeys(field for field in fields if field))


def _flat(fields: Iterable[str | list[str]]) -> list[str]:
    return [part for field in fields for part in ([field] if isinstance(field, str) else field)]


class ByHandEntry(Frozen):
    """The table ``[by_hand]``: how a person gets the file where the service is down.

    Parameters
    ----------
    page
        Address of the page to look at.
    file
        Which file is meant.
    columns
        What it is to hold.
    """

    page: str = Field(default="", examples=["https://www.example.org/maps"])
    file: str = Field(default="", examples=["geology.zip"])
    columns: Listed[str] = Field(default_factory=list, examples=[["CD_GEOL"]])


class Source(Frozen):
    """An official source.

    Parameters
    ----------
    name
        Its id: the name of its file.
    kind
        How it speaks: ``"arcgis"``, ``"wfs"``, ``"file"`` (a table or a zip over HTTP), ``"cog_tiles"``
        (a cloud-optimised GeoTIFF for each degree, its corner in the address as ``{lat}`` and ``{lon}``), or
        ``"by_hand"``: no service answers, a person brings the file.
    address
        http(s) address: of the service without its layer, of the file, or of a tile; empty by hand.
    version
        Of WFS.
    licence
        As the publisher states it.
    bindings
        What that licence binds to.
    verified
        Whether the service was called and answered as is written here.
    seen
        When the description was last seen, or its data counted; None where that is not dated.
    page_size
        Rows of a page that are asked for; the service may give fewer.
    pause_s
        Between two requests.
    scale
        Of the map, e.g. ``"1:5,000,000"``: SOURCES.toml says it and resolution follows.
    traps
        What went wrong elsewhere.
    notes
        What is not known, and what to look at.
    """

    name: Name = Field(examples=["geology_of_the_survey"])
    title: str = Field(examples=["Geology of South America at 1:5,000,000"])
    kind: Kind = Field(examples=["arcgis"])
    address: Annotated[str, AfterValidator(_address)] = Field(
        default="", examples=["https://www.example.org/arcgis/rest/services/Geology/FeatureServer"]
    )
    version: str = Field(default="", examples=["2.0.0"])
    licence: str = Field(examples=["CC BY 4.0"])
    attribution: str = Field(default="", examples=["Geological Survey"])
    citation: str = Field(default="", examples=["Survey 2020, Map 12"])
    bindings: Listed[Binding] = Field(default_factory=list, examples=[["attribution"]])
    verified: bool = False
    seen: Date | None = Field(default=None, examples=["2026-02"])
    page_size: Annotated[int, Field(ge=1, le=100_000)] = Field(default=2000, examples=[2000])
    pause_s: Annotated[float, Field(ge=0, le=600)] = Field(default=0.5, examples=[1.2])
    timeout_s: Annotated[float, Field(gt=0, le=3600)] = Field(default=120.0, examples=[600])
    scale: str = Field(default="", examples=["1:250,000"])
    resolution_m: Metres | None = Field(default=None, examples=[90])
    traps: Listed[str] = Field(default_factory=list, examples=[["An older host refuses."]])
    notes: Listed[str] = Field(default_factory=list, examples=[["Names of fields are not known."]])
    by_hand: ByHandEntry = Field(default_factory=ByHandEntry)
    layers: dict[Name, SourceLayer] = Field(
        min_length=1, examples=[{"geology": {"path": "2", "role": "geology", "title": "Geology"}}]
    )

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Source:
        faults = {}
        if (self.kind == "by_hand") == bool(self.address):
            faults["address"] = "must be given, but for the kind by_hand"
        if self.kind == "wfs" and not self.version:
            faults["version"] = "must be given for wfs, e.g. '2.0.0'"
        if self.kind == "cog_tiles" and not all(part in self.address for part in FIELDS_OF_A_TILE):
            faults["address"] = "must hold {lat} and {lon} for cog_tiles"
        made = [*self.layers, *(part for layer in self.layers.values() for part in layer.parts)]
        twice = next((name for name in made if made.count(name) > 1), None)
        if twice is not None:
            faults["layers"] = f"must name each layer and each part once, not '{twice}' twice"
        if self.kind == "arcgis":
            faults |= {
                f"layers.{name}.path": f"must be the number of a layer, not '{layer.path}'"
                for name, layer in self.layers.items()
                if layer.path and not re.fullmatch(r"\d{1,5}", layer.path, re.ASCII)
            }
        if faults:
            raise MisfitError(faults)
        return self

    @property
    def roles(self) -> list[str]:
        """Roles that it fills, each once."""
        filled = [
            role
            for layer in self.layers.values()
            for role in (layer.role, *(part.role for part in layer.parts.values()))
        ]
        return list(dict.fromkeys(filled))


def source_names() -> list[str]:
    """Return the names of the shipped sources, sorted."""
    return sorted(path.name.removesuffix(".toml") for path in _shipped_files())


def load_sources(folder: Path | None = None) -> dict[str, Source]:
    """Return every source by name: the shipped ones, then those of a region.

    Parameters
    ----------
    folder
        Folder of a region: its own sources are ``sources/NAME.toml``.

    Raises
    ------
    RegionError
        A file is no source, or has the name of a shipped one: a line for each fault.

    Examples
    --------
    >>> load_sources()["usgs_geology_south_america"].roles
    ['geology', 'intrusions']
    """
    shipped = [(path.name.removesuffix(".toml"), Path(str(path))) for path in _shipped_files()]
    own = _own_files(folder)
    faults = [fault for name, file in own if (fault := _name_fault(name, file, dict(shipped)))]
    if faults:
        raise RegionError(faults)
    tables = {name: (file, _named(name, file)) for name, file in (*shipped, *own)}
    for file, table in tables.values():
        faults += faults_of(Source, table, file)
    if faults:
        raise RegionError(faults)
    sources = {name: validated(Source, table, file) for name, (file, table) in tables.items()}
    known = [*ROLES, *_own_roles(folder)]
    for name, source in sources.items():
        faults += _strangers(source, tables[name][0], known)
    if faults:
        raise RegionError(faults)
    return sources


def sources_for(role: str, folder: Path | None = None) -> list[str]:
    """Return the names of the sources that fill a role.

    Examples
    --------
    >>> sources_for("relief")
    ['copernicus_dem_90m']
    """
    return [name for name, source in load_sources(folder).items() if role in source.roles]


def source_named(name: str, folder: Path | None = None) -> Source:
    """Return a source by its name.

    Raises
    ------
    RegionError
        There is none of that name.
    """
    sources = load_sources(folder)
    if name not in sources:
        raise RegionError(
            f"Unknown source '{name}'. {did_you_mean(name, sources)}Available: {', '.join(sources)}."
        )
    return sources[name]


def _shipped_files() -> list[Traversable]:
    folder = resources.files("prospector.sources") / "catalogue"
    files = [path for path in folder.iterdir() if path.name.endswith(".toml")]
    return sorted(files, key=lambda path: path.name)


def _own_files(folder: Path | None) -> list[tuple[str, Path]]:
    own = None if folder is None else folder / OWN_FOLDER
    if own is None or not own.is_dir():
        return []
    return [(path.stem, path) for path in sorted(own.glob("*.toml"))]


def _name_fault(name: str, file: Path, shipped: dict[str, Path]) -> str | None:
    if name in shipped:
        return f"{file}: a source named '{name}' is shipped. Rename the file, e.g. {name}_own.toml."
    if not NAME.fullmatch(name):
        return (
            f"{file}: the file's name is the source's, and must be lower-case letters, digits and "
            "_, beginning with a letter. Rename the file, e.g. our_survey.toml."
        )
    return None


def _own_roles(folder: Path | None) -> list[str]:
    """Return the roles that a region's region.toml adds, whatever else is wrong with it."""
    file = None if folder is None else folder / REGION_FILE
    table = read_toml(file).get("roles") if file is not None and file.is_file() else None
    return list(table) if isinstance(table, dict) else []


def _strangers(source: Source, file: Path, roles: Collection[str]) -> list[str]:
    """Return a line for each role and register that nobody knows."""
    faults = []
    for name, layer in source.layers.items():
        places = {f"layers.{name}.role": layer.role} | {
            f"layers.{name}.parts.{part}.role": entry.role for part, entry in layer.parts.items()
        }
        faults += [
            f"{file}: key '{key}': must be a role, not '{role}'. {did_you_mean(role, roles)}Use one of: "
            f"{', '.join(roles)}."
            for key, role in places.items()
            if role not in roles
        ]
        register = layer.register_
        if register and register not in register_names() and not register.endswith(".toml"):
            faults.append(
                f"{file}: key 'layers.{name}.register': must be a register, not '{register}'. "
                f"{did_you_mean(register, register_names())}Use one of: {', '.join(register_names())}; or "
                "the path of a file of the region."
            )
    return faults


def _named(name: str, file: Path) -> dict[str, Any]:
    return {**read_toml(file), "name": name}
