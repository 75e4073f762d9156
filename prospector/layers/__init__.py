"""The only reader: files with a role become layers in the region's CRS, every choice noticed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import rasterio
import rasterio.errors
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from prospector.errors import LayerError, Notice
from prospector.grid import Bounds, FloatArray, Grid
from prospector.raster_layer import RasterFile, RasterLayer
from prospector.region import LayerEntry, Region, SourceEntry
from prospector.registers import BY_ROW, read_titles, register_of, tidy_titles

MARGIN_M = 300_000.0
"""Features up to this far beyond the grid are kept: a fault outside the region still counts."""


UNPLACED = "title without a place"
"""What a register lacks that names titles and does not say where they are."""


@dataclass(frozen=True)
class Role:
    """What a layer is for: the geometry it must have and the columns it must carry."""

    geometry: str
    required: tuple[str, ...] = ()
    description: str = ""


ROLES: dict[str, Role] = {
    "deposits": Role("point", ("name", "deposit_type"), "known deposits"),
    "salars": Role("polygon", ("name",), "salt flats and their brine bodies"),
    "faults": Role("line", (), "faults and fault systems"),
    "geology": Role("polygon", (), "geological units"),
    "intrusions": Role("polygon", (), "intrusive rocks"),
    "volcanoes": Role("point", (), "young volcanoes"),
    "dated_samples": Role("point", (), "dated or analysed rock samples"),
    "geochemistry": Role("point", (), "analysed samples of sediment, soil or rock"),
    "trench": Role("line", (), "the trench of the subduction zone"),
    "slab_depth": Role("raster", (), "depth of the subducting slab"),
    "crust_thickness": Role("raster", (), "thickness of the crust"),
    "domes": Role("point", (), "volcanic domes and centres of a deposit model's age"),
    "magnetics": Role("raster", (), "magnetic anomaly"),
    "relief": Role("raster", (), "elevation"),
    "surface": Role("raster", (), "any other gridded quantity"),
    "land": Role("polygon", (), "land, as against sea"),
    "protected": Role("polygon", ("name",), "protected ground"),
    "indigenous": Role("polygon", (), "indigenous territory"),
    "urban": Role("polygon", (), "towns and their bounds, as ground"),
    "water": Role("polygon", (), "lakes, wetlands and ground kept for water"),
    "military": Role("polygon", (), "military ground"),
    "border_zone": Role("polygon", (), "border zones in which foreigners are bound to conditions"),
    "concessions": Role("polygon", ("concession_id", "tenure_class"), "mining concessions"),
    "administrative": Role("polygon", ("name",), "regions, provinces or communes"),
    "coast": Role("line", (), "coast line (map only)"),
    "borders": Role("line", (), "borders (map only)"),
    "towns": Role("point", ("name",), "towns (map and access)"),
    "roads": Role("line", (), "roads (access only)"),
    "power_lines": Role("line", (), "power lines (access only)"),
    "ports": Role("point", ("name",), "ports (map and access)"),
}
"""Every role that a layer can have."""

EXCLUSION_ROLES = ("protected", "indigenous", "urban", "water", "military", "border_zone")
"""Roles of ground where work is barred or bound to conditions."""

ACCESS_ROLES = ("towns", "ports", "roads", "power_lines")
"""Roles of how ground is reached: columns of a target, refused as evidence."""

EXCLUDED = "excluded"
"""Column of such a layer that is to be taken out of what is scored: 'yes' or 'no'."""

DIMENSION = {"point": 0, "line": 1, "polygon": 2}


@dataclass(frozen=True, eq=False)
class VectorLayer:
    """Features of one role, in the region's CRS.

    Parameters
    ----------
    features
        The features, without null, empty or invalid geometry.
    coverage
        Where the layer is complete but for `missing_kinds`; None where nothing is known about that.
    absent_kinds
        Kinds of thing that reading found to be left out, beside those that region.toml states.
    parts
        The layers that this one was joined of.
    """

    name: str
    role: str
    title: str
    features: gpd.GeoDataFrame
    entry: LayerEntry
    source: SourceEntry | None
    sha256: str
    coverage: BaseGeometry | None = None
    absent_kinds: tuple[str, ...] = ()
    parts: tuple[VectorLayer, ...] = ()

    @property
    def missing_kinds(self) -> list[str]:
        """Kinds of thing that the layer, or any that it was joined of, does not hold."""
        own = [self] if not self.parts else []
        stated = [kind for one in own for kind in (*one.entry.missing_kinds, *one.absent_kinds)]
        return list(dict.fromkeys([*stated, *(k for one in self.parts for k in one.missing_kinds)]))

    @cached_property
    def complete(self) -> BaseGeometry | None:
        """Where no kind of thing is missing: for each kind, some layer that holds it is complete there."""
        layers = self.parts or (self,)
        ground = self.coverage
        for kind in self.missing_kinds:
            holding = [one.coverage for one in layers if kind not in one.missing_kinds]
            known = shapely.union_all([one for one in holding if one is not None])
            ground = None if ground is None else ground.intersection(known)
        return None if ground is None or ground.is_empty else ground

    @property
    def as_of(self) -> str:
        """Date that the layer states; those of its parts, each once, where it was joined."""
        dates = [one.entry.as_of or "unknown" for one in self.parts or (self,)]
        return "; ".join(dict.fromkeys(dates))

    @property
    def schematic(self) -> bool:
        """Whether the layer was drawn from descriptions."""
        return self.source is not None and self.source.schematic


AnyLayer = VectorLayer | RasterLayer


@dataclass(frozen=True, eq=False)
class Layers:
    """The layers of a region by role, with the notices that reading them gave."""

    crs: str
    items: tuple[AnyLayer, ...]
    notices: tuple[Notice, ...] = field(default=())

    def of_role(self, role: str) -> list[AnyLayer]:
        """Return the layers of a role, in the order of region.toml."""
        return [layer for layer in self.items if layer.role == role]

    def vector(self, role: str) -> VectorLayer | None:
        """Return the one vector layer of a role, several joined into one; None if there is none."""
        found = [layer for layer in self.of_role(role) if isinstance(layer, VectorLayer)]
        return _joined(tuple(found)) if found else None

    def raster(self, role: str) -> RasterLayer | None:
        """Return the first raster layer of a role; None if there is none."""
        found = [layer for layer in self.of_role(role) if isinstance(layer, RasterLayer)]
        return found[0] if found else None

    def is_schematic(self, role: str) -> bool:
        """Whether any layer of the role was drawn from descriptions."""
        return any(layer.schematic for layer in self.of_role(role))


def read_layers(region: Region, grid: Grid) -> Layers:
    """Return every layer of a region, reprojected to the grid's CRS, clipped with a margin.

    Raises
    ------
    LayerError
        A file is missing, unreadable, empty, without CRS, wholly outside the region, of the
        wrong geometry type, without a column that its role needs, or all nodata.
    """
    reader = _Reader(region, grid)
    items = tuple(reader.read(name, entry) for name, entry in region.layers.items())
    return Layers(grid.crs, items, tuple(reader.notices))


class _Reader:
    """Reads one region's layers and gathers the notices on the way."""

    def __init__(self, region: Region, grid: Grid) -> None:
        self.region = region
        self.grid = grid
        self.notices: list[Notice] = []

    def read(self, name: str, entry: LayerEntry) -> AnyLayer:
        role = self._role(name, entry)
        path = self._path(name, "file", entry.file)
        source, digest = self._provenance(name, entry.file, path)
        title = entry.title or name.replace("_", " ")
        if role.geometry == "raster":
            values, columns_at, rows_at, crs = self._raster(name, path, entry)
            return RasterLayer(
                name, entry.role, title, values, columns_at, rows_at, crs, entry, source, digest
            )
        features, absent_kinds = self._features(name, path, entry, role)
        coverage = self._coverage(name, entry)
        return VectorLayer(
            name, entry.role, title, features, entry, source, digest, coverage, absent_kinds
        )

    def _notice(self, name: str, what: str, count: int | None = None) -> None:
        if count is None or count > 0:
            self.notices.append(Notice(f"layer '{name}'", what, count))

    def _fail(self, name: str, key: str, what: str) -> LayerError:
        return LayerError(f"{self.region.file}: layer '{name}', key 'layers.{name}.{key}': {what}")

    def _role(self, name: str, entry: LayerEntry) -> Role:
        if entry.role not in ROLES:
            known = ", ".join(ROLES)
            raise self._fail(name, "role", f"'{entry.role}' is not a role. Use one of: {known}.")
        return ROLES[entry.role]

    def _path(self, name: str, key: str, relative: str) -> Path:
        path = self.region.folder / relative
        if not path.is_file():
            raise self._fail(
                name,
                key,
                f"{path} is missing. Put the file there, or mend the path in region.toml.",
            )
        return path

    def _provenance(self, name: str, relative: str, path: Path) -> tuple[SourceEntry | None, str]:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        source = self.region.sources.get(relative)
        if source is None:
            self._notice(name, f"origin not stated: {relative} has no entry in SOURCES.toml")
        elif source.sha256 != digest:
            self._notice(name, f"{relative} differs from the sha256 stated in SOURCES.toml")
        return source, digest

    def _coverage(self, name: str, entry: LayerEntry) -> BaseGeometry | None:
        if entry.coverage is None:
            return None
        path = self._path(name, "coverage", entry.coverage)
        self._provenance(f"{name}, coverage", entry.coverage, path)
        outline = LayerEntry(role="land", file=entry.coverage)
        features, _ = self._features(f"{name}, coverage", path, outline, Role("polygon"))
        coverage: BaseGeometry = features.union_all()
        return coverage

    # vectors ---------------------------------------------------------------------------------

    def _features(
        self, name: str, path: Path, entry: LayerEntry, role: Role
    ) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
        """Return a file's usable features, and the kinds of title that its register finds missing."""
        features = self._read_file(name, path, entry)
        if features.empty:
            raise self._fail(
                name,
                "file",
                f"{path} holds no feature. Give a file with features, or drop the layer.",
            )
        absent_kinds: tuple[str, ...] = ()
        if entry.role == "concessions":
            features, absent_kinds = self._titles(name, features, entry, role, path)
        else:
            features = self._named_columns(name, features, entry, role, path)
        features = self._with_crs(name, features, entry, path)
        features = self._usable_geometry(name, features, role, path)
        near = self._clipped(name, features, path)
        return self._marked(name, near, features, entry), absent_kinds

    def _marked(
        self, name: str, near: gpd.GeoDataFrame, whole: gpd.GeoDataFrame, entry: LayerEntry
    ) -> gpd.GeoDataFrame:
        """Return features with a column that says which of them are excluded, where the entry asks for it."""
        if not entry.exclude:
            return near
        if entry.role not in EXCLUSION_ROLES:
            roles = ", ".join(EXCLUSION_ROLES)
            raise self._fail(name, "exclude", f"is for ground of the roles {roles}. Remove it.")
        chosen = np.ones(len(near), dtype=bool)
        if entry.exclude is not True:
            known = sorted(set(whole["class"].dropna().astype(str))) if "class" in whole else []
            absent = [one for one in entry.exclude if one not in known]
            if absent:
                classes = ", ".join(known) or "none: it has no column 'class'"
                raise self._fail(
                    name, "exclude", f"no class '{absent[0]}'. The layer has: {classes}."
                )
            chosen = near["class"].astype(str).isin(entry.exclude).to_numpy()
        inside = shapely.union_all(near.geometry[chosen].to_numpy())
        km2 = inside.intersection(shapely.box(*self.grid.bounds.as_tuple())).area / 1e6
        self._notice(name, f"excluded from what is scored: {km2:,.1f} km2 of the region")
        return near.assign(**{EXCLUDED: np.where(chosen, "yes", "no")})

    def _titles(
        self, name: str, features: gpd.GeoDataFrame, entry: LayerEntry, role: Role, path: Path
    ) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
        """Return a register's titles in one form, and the kinds that it should hold and does not."""
        register = register_of(entry, self.region.file, name)
        if register is None:
            named = self._named_columns(name, features, entry, role, path)
            titles, notices = tidy_titles(named, where=f"layer '{name}'")
            self.notices += notices
            return titles, self._unplaced(name, titles)
        where = f"{self.region.file}: layer '{name}'"
        try:
            read = read_titles(features, register, where=where, as_of=entry.as_of, crs=entry.crs)
        except CRSError as error:
            raise self._fail(
                name, "crs", f"a row's coordinates cannot be projected: {error}."
            ) from error
        self.notices += [Notice(f"layer '{name}'", one.what, one.count) for one in read.notices]
        return read.table, (*read.missing_kinds, *self._unplaced(name, read.table))

    def _unplaced(self, name: str, titles: gpd.GeoDataFrame) -> tuple[str, ...]:
        """Return the kind that a register lacks where titles have no place: any ground may be theirs."""
        count = int((titles.geometry.isna() | titles.geometry.is_empty).sum())
        self._notice(name, "titles without a place: ground without title is unknown", count)
        return (UNPLACED,) if count else ()

    def _read_file(self, name: str, path: Path, entry: LayerEntry) -> gpd.GeoDataFrame:
        try:
            if path.suffix.lower() == ".csv":
                return _read_csv(path, entry)
            return pyogrio.read_dataframe(path, encoding=entry.encoding)
        except (UnicodeDecodeError, UnicodeError) as error:
            raise self._fail(
                name, "encoding", f"text in {path} is not UTF-8. Set encoding = 'ISO-8859-1'."
            ) from error
        except (pyogrio.errors.DataSourceError, pd.errors.ParserError, KeyError) as error:
            raise self._fail(
                name,
                "file",
                f"{path} cannot be read: {error}. Give a GeoPackage, GeoJSON, Shapefile, or a CSV "
                "with columns longitude and latitude.",
            ) from error

    def _named_columns(
        self,
        name: str,
        features: gpd.GeoDataFrame,
        entry: LayerEntry,
        role: Role,
        path: Path,
    ) -> gpd.GeoDataFrame:
        absent = [column for column in entry.columns.values() if column not in features.columns]
        if absent:
            raise self._fail(
                name,
                "columns",
                f"{path} has no column '{absent[0]}'. It has: {', '.join(features.columns)}.",
            )
        features = features.rename(columns={old: new for new, old in entry.columns.items()})
        for column in role.required:
            if column not in features.columns:
                raise self._fail(
                    name,
                    "columns",
                    f"{path} has no column '{column}', which the role '{entry.role}' needs. "
                    f"Name the column that holds it: columns = {{{column} = '...'}}.",
                )
        return features

    def _with_crs(
        self, name: str, features: gpd.GeoDataFrame, entry: LayerEntry, path: Path
    ) -> gpd.GeoDataFrame:
        if entry.crs is not None and entry.crs != BY_ROW:
            try:
                features = features.set_crs(entry.crs, allow_override=True)
            except CRSError as error:
                raise self._fail(
                    name,
                    "crs",
                    f"'{entry.crs}' is not a CRS that PROJ knows. Give e.g. 'EPSG:32719'.",
                ) from error
        if features.crs is None:
            raise self._fail(
                name, "crs", f"no CRS in {path}. Set crs in region.toml, e.g. crs = 'EPSG:32719'."
            )
        return features

    def _usable_geometry(
        self, name: str, features: gpd.GeoDataFrame, role: Role, path: Path
    ) -> gpd.GeoDataFrame:
        geometry = features.geometry
        hollow = geometry.isna() | geometry.is_empty
        self._notice(name, "features without geometry dropped", int(hollow.sum()))
        features = features[~hollow]
        self._notice(name, "Z values dropped", int(features.has_z.sum()))
        flat = shapely.force_2d(features.geometry.array)
        invalid = ~shapely.is_valid(flat)
        self._notice(name, "invalid geometries repaired", int(invalid.sum()))
        mended = np.where(invalid, shapely.make_valid(flat), flat)
        parts = _parts_of_dimension(mended, DIMENSION[role.geometry])
        fits = ~shapely.is_empty(parts)
        if not fits.any():
            found = ", ".join(sorted(set(features.geom_type)))
            raise self._fail(
                name,
                "role",
                f"{path} holds {found}, but the role '{self._role_name(role)}' needs "
                f"{role.geometry}s. Give another file or another role.",
            )
        self._notice(name, f"features that are not {role.geometry}s dropped", int((~fits).sum()))
        kept = features.set_geometry(gpd.GeoSeries(parts, index=features.index, crs=features.crs))
        kept = kept[fits]
        same = kept.assign(geometry_wkb=kept.geometry.to_wkb(hex=True)).drop(
            columns=kept.geometry.name
        )
        twice = same.astype(str).duplicated()
        self._notice(name, "exact duplicates dropped", int(twice.sum()))
        return kept[~twice.to_numpy()].reset_index(drop=True)

    @staticmethod
    def _role_name(role: Role) -> str:
        return next((key for key, value in ROLES.items() if value is role), "coverage")

    def _clipped(self, name: str, features: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
        projected = features.to_crs(self.grid.crs)
        finite = np.isfinite(projected.bounds.to_numpy()).all(axis=1)
        self._notice(name, "features outside the world dropped", int((~finite).sum()))
        projected = projected[finite]
        if len(projected) and projected.geometry.name != "geometry":
            projected = projected.rename_geometry("geometry")
        near = _meets(projected, self.grid.bounds.widened(MARGIN_M))
        if not near.any():
            found = ", ".join(f"{value:.2f}" for value in features.total_bounds)
            raise self._fail(
                name,
                "file",
                f"{path} lies wholly outside the region and its margin of {MARGIN_M / 1000:.0f} km "
                f"(its bounds: {found}). Check crs and the order of the axes, or drop the layer.",
            )
        self._notice(
            name,
            f"features more than {MARGIN_M / 1000:.0f} km beyond the region dropped",
            int((~near).sum()),
        )
        return projected[near].reset_index(drop=True)

    # rasters ---------------------------------------------------------------------------------

    def _raster(
        self, name: str, path: Path, entry: LayerEntry
    ) -> tuple[RasterFile, FloatArray, FloatArray, CRS]:
        try:
            with rasterio.open(path) as dataset:
                values = RasterFile(str(path), dataset.shape)
                transform, crs = dataset.transform, entry.crs or dataset.crs
                known = any(
                    np.isfinite(
                        dataset.read(1, window=one, masked=True).astype(float).filled(np.nan)
                    ).any()
                    for _, one in dataset.block_windows(1)
                )
                if dataset.mask_flag_enums[0][0].name == "alpha":
                    self._notice(name, "alpha band taken as the mask")
        except rasterio.errors.RasterioIOError as error:
            raise self._fail(
                name, "file", f"{path} is not a raster that GDAL can read. Give a GeoTIFF."
            ) from error
        if crs is None:
            raise self._fail(
                name, "crs", f"no CRS in {path}. Set crs in region.toml, e.g. crs = 'EPSG:4326'."
            )
        if not known:
            raise self._fail(
                name, "file", f"{path} is all nodata. Give another file, or drop the layer."
            )
        if transform.a <= 0 or transform.e >= 0 or transform.b or transform.d:
            raise self._fail(
                name, "file", f"{path} is not north up. Warp it to north up, e.g. with gdalwarp."
            )
        rows, columns = values.shape
        columns_at = transform.c + transform.a * (np.arange(columns) + 0.5)
        rows_at = transform.f + transform.e * (np.arange(rows) + 0.5)
        return values, columns_at, rows_at, CRS.from_user_input(crs)


def _read_csv(path: Path, entry: LayerEntry) -> gpd.GeoDataFrame:
    """Return a table with columns longitude and latitude as points."""
    table = pd.read_csv(path, encoding=entry.encoding or "utf-8-sig")
    renamed = table.rename(columns={old: new for new, old in entry.columns.items()})
    points = gpd.points_from_xy(renamed["longitude"], renamed["latitude"], crs="EPSG:4326")
    return gpd.GeoDataFrame(table, geometry=points)


def _parts_of_dimension(geometry: NDArray[np.object_], dimension: int) -> NDArray[np.object_]:
    """Return each geometry reduced to its parts of one dimension; empty where it has none."""
    mixed = shapely.get_type_id(geometry) == shapely.GeometryType.GEOMETRYCOLLECTION
    fits = shapely.get_dimensions(geometry) == dimension
    parts = geometry.copy()
    parts[~fits | mixed] = shapely.Point()
    for index in np.flatnonzero(mixed):
        found = [
            part
            for part in shapely.get_parts(shapely.get_parts(geometry[index]))
            if shapely.get_dimensions(part) == dimension
        ]
        if found:
            parts[index] = shapely.union_all(found)
    return np.asarray(parts, dtype=object)


def _meets(features: gpd.GeoDataFrame, bounds: Bounds) -> NDArray[np.bool_]:
    """Whether each feature's bounds meet the given ones."""
    box = features.bounds.to_numpy()
    return np.asarray(
        (box[:, 0] <= bounds.east)
        & (box[:, 2] >= bounds.west)
        & (box[:, 1] <= bounds.north)
        & (box[:, 3] >= bounds.south)
    )


@lru_cache(maxsize=64)
def _joined(layers: tuple[VectorLayer, ...]) -> VectorLayer:
    """Return several layers of one role as one; coverages are united."""
    if len(layers) == 1:
        return layers[0]
    first = layers[0]
    coverages = [layer.coverage for layer in layers if layer.coverage is not None]
    return VectorLayer(
        name=" + ".join(layer.name for layer in layers),
        role=first.role,
        title=first.title,
        features=pd.concat([layer.features for layer in layers], ignore_index=True),
        entry=first.entry,
        source=next((layer.source for layer in layers if layer.schematic), first.source),
        sha256=hashlib.sha256("".join(layer.sha256 for layer in layers).encode()).hexdigest(),
        coverage=shapely.union_all(coverages) if coverages else None,
        parts=layers,
    )
