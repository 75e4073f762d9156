"""The only reader: files with a role become layers in the region's CRS, every choice noticed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.enums import MaskFlags
from rasterio.io import DatasetReader
from shapely.geometry.base import BaseGeometry

from prospector.errors import LayerError, Level, Notice, Reason
from prospector.grid import Bounds, FloatArray, Grid
from prospector.layers.columns import cut_tax_numbers, kept_columns, plain_values, yes_or_no
from prospector.layers.files import digest_of, files_of
from prospector.layers.formats import READ_ERRORS, open_raster, read_features, reason_of
from prospector.layers.rasters import RasterFile, RasterLayer
from prospector.layers.registers import (
    BY_ROW,
    is_tax_column,
    read_titles,
    register_of,
    tidy_titles,
    without_tax_numbers,
)
from prospector.layers.roles import EXCLUDED, EXCLUSION_ROLES, ROLES, Role
from prospector.layers.values import AnyLayer, Layers, VectorLayer
from prospector.region.region_file import LayerEntry, Region, SourceEntry

MARGIN_M = 300_000.0
"""Features up to this far beyond the grid are kept: a fault outside the region still counts."""


UNPLACED = "title without a place"
"""What a register lacks that names titles and does not say where they are."""

DIMENSION = {"point": 0, "line": 1, "polygon": 2}


def read_layers(
    region: Region, grid: Grid, *, deposit_models: Sequence[str] | None = None
) -> Layers:
    """Return every layer of a region, reprojected to the grid's CRS, clipped with a margin.

    Parameters
    ----------
    deposit_models
        Those whose evidence is to be measured: the columns that it uses are read too. All that the
        region names by default.

    Raises
    ------
    LayerError
        A file is missing, unreadable, empty, without CRS, wholly outside the region, of the
        wrong geometry type, without a column that its role needs, or all nodata; its format is not
        on the list or points elsewhere.
    """
    reader = _Reader(region, grid, deposit_models or region.region.deposit_models)
    items = tuple(reader.read(name, entry) for name, entry in region.layers.items())
    return Layers(grid.crs, items, tuple(map(_without_tax_numbers, reader.notices)))


def _without_tax_numbers(notice: Notice) -> Notice:
    about = {name: _cut(value) for name, value in notice.about}
    return Notice(notice.code, notice.level, about, notice.count)


def _cut(value: Any) -> Any:
    """Return a value of a notice with tax numbers cut out of every text in it."""
    if isinstance(value, Reason):
        return Reason(value.code, **{name: _cut(part) for name, part in value.about})
    if isinstance(value, tuple):
        return tuple(map(_cut, value))
    return without_tax_numbers(value) if isinstance(value, str) else value


class _Reader:
    """Reads one region's layers and gathers the notices on the way."""

    def __init__(self, region: Region, grid: Grid, deposit_models: Sequence[str]) -> None:
        self.region = region
        self.grid = grid
        self.models = [region.deposit_model(name) for name in deposit_models]
        self.notices: list[Notice] = []

    def read(self, name: str, entry: LayerEntry) -> AnyLayer:
        role = self._role(name, entry)
        path = self._path(name, "file", entry.file)
        source, digest = self._provenance(name, "file", entry.file, path)
        title = entry.title or name.replace("_", " ")
        if role.geometry == "raster":
            values, columns_at, rows_at, crs = self._raster(name, path, entry)
            return RasterLayer(
                name, entry.role, title, values, columns_at, rows_at, crs, entry, source, digest
            )
        features, absent_kinds, fields = self._features(name, path, entry, role)
        coverage = self._coverage(name, entry)
        if digest_of(path) != digest:
            raise self._fail(name, "file", f"{path} has changed while it was read. Run again.")
        return VectorLayer(
            name,
            entry.role,
            title,
            features,
            entry,
            source,
            digest,
            coverage,
            absent_kinds,
            fields=fields,
        )

    def _notice(
        self, name: str, code: str, level: Level, count: int | None = None, **about: Any
    ) -> None:
        if count is None or count > 0:
            self.notices.append(Notice(code, level, {"layer": name, **about}, count))

    def _fail(self, name: str, key: str, what: str) -> LayerError:
        return LayerError(f"{self.region.file}: layer '{name}', key 'layers.{name}.{key}': {what}")

    def _role(self, name: str, entry: LayerEntry) -> Role:
        if entry.role not in ROLES:
            known = ", ".join(ROLES)
            raise self._fail(name, "role", f"'{entry.role}' is not a role. Use one of: {known}.")
        return ROLES[entry.role]

    def _path(self, name: str, key: str, relative: str) -> Path:
        path = self.region.folder / relative
        if not path.is_file() and not path.is_dir():
            raise self._fail(
                name,
                key,
                f"{path} is missing. Put the file there, or mend the path in region.toml.",
            )
        folder = self.region.folder.resolve()
        if not path.resolve().is_relative_to(folder):
            self._notice(name, "file-outside-folder", "note", file=relative)
        elif any(not file.resolve().is_relative_to(folder) for file in files_of(path)):
            self._notice(name, "file-beside-outside-folder", "note", file=relative)
        return path

    def _provenance(
        self, name: str, key: str, relative: str, path: Path
    ) -> tuple[SourceEntry | None, str]:
        try:
            digest = digest_of(path)
        except OSError as error:
            raise self._fail(
                name, key, f"{path} cannot be read ({error.strerror}). Check its permissions."
            ) from error
        source = self.region.sources.get(relative)
        if source is None:
            self._notice(name, "origin-not-stated", "caution", file=relative)
        elif source.sha256 != digest:
            self._notice(name, "hash-differs", "caution", file=relative, sha256=digest)
        return source, digest

    def _coverage(self, name: str, entry: LayerEntry) -> BaseGeometry | None:
        if entry.coverage is None:
            return None
        path = self._path(name, "coverage", entry.coverage)
        self._provenance(f"{name}, coverage", "coverage", entry.coverage, path)
        outline = LayerEntry(role="land", file=entry.coverage)
        features, _, _ = self._features(f"{name}, coverage", path, outline, Role("polygon"))
        coverage: BaseGeometry = features.union_all()
        return coverage

    # vectors ---------------------------------------------------------------------------------

    def _features(
        self, name: str, path: Path, entry: LayerEntry, role: Role
    ) -> tuple[gpd.GeoDataFrame, tuple[str, ...], tuple[str, ...]]:
        """Return a file's usable features, the kinds of title that its register lacks, and its columns."""
        features, emptied = plain_values(self._read_file(name, path, entry))
        if emptied:
            self._notice(name, "tables-left-out", "note", columns=emptied)
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
        near = self._marked(name, self._clipped(name, features, path), features, entry)
        fields = tuple(str(column) for column in near.columns if column != "geometry")
        return self._columns_of_role(name, near, entry, role), absent_kinds, fields

    def _columns_of_role(
        self, name: str, features: gpd.GeoDataFrame, entry: LayerEntry, role: Role
    ) -> gpd.GeoDataFrame:
        """Return features with the columns that may leave the reader, each as what it is."""
        used = {word for model in self.models for word in model.words_about(entry.role)}
        kept, left = kept_columns(features, role, mapped=[*entry.columns, EXCLUDED], used=used)
        if left and role in ROLES.values():
            self._notice(name, "columns-not-kept", "note", columns=left)
        for column in [one for one in role.yes_no if one in kept]:
            try:
                kept = kept.assign(**{column: yes_or_no(kept[column])})
            except ValueError as error:
                raise self._fail(
                    name,
                    "columns",
                    f"column '{column}' says yes or no, but holds '{error}'. Write yes or no (true or "
                    "false, si or no, 1 or 0), or leave the cell empty for no.",
                ) from error
        bare, cut = cut_tax_numbers(kept)
        for column, count in cut.items():
            self._notice(name, "tax-numbers-cut", "note", count, column=column)
        return bare

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
        self._notice(name, "ground-excluded", "note", area_km2=round(km2, 1))
        return near.assign(**{EXCLUDED: np.where(chosen, "yes", "no")})

    def _titles(
        self, name: str, features: gpd.GeoDataFrame, entry: LayerEntry, role: Role, path: Path
    ) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
        """Return a register's titles in one form, and the kinds that it should hold and does not."""
        register = register_of(entry, self.region.file, name)
        if register is None:
            named = self._named_columns(name, features, entry, role, path)
            titles, notices = tidy_titles(named)
            self.notices += [notice.of(layer=name) for notice in notices]
            return titles, self._unplaced(name, titles)
        where = f"{self.region.file}: layer '{name}'"
        try:
            read = read_titles(features, register, where=where, as_of=entry.as_of, crs=entry.crs)
        except CRSError as error:
            raise self._fail(
                name, "crs", f"a row's coordinates cannot be projected: {error}."
            ) from error
        self.notices += [notice.of(layer=name) for notice in read.notices]
        return read.table, (*read.missing_kinds, *self._unplaced(name, read.table))

    def _unplaced(self, name: str, titles: gpd.GeoDataFrame) -> tuple[str, ...]:
        """Return the kind that a register lacks where titles have no place: any ground may be theirs."""
        count = int((titles.geometry.isna() | titles.geometry.is_empty).sum())
        self._notice(name, "titles-without-place", "caution", count)
        return (UNPLACED,) if count else ()

    def _read_file(self, name: str, path: Path, entry: LayerEntry) -> gpd.GeoDataFrame:
        try:
            if path.suffix.lower() == ".csv":
                return _read_csv(path, entry)
            return read_features(path, encoding=entry.encoding, layer=entry.layer)
        except LayerError as error:
            raise self._fail(name, "file", str(error)) from error
        except UnicodeError as error:
            raise self._fail(
                name, "encoding", f"text in {path} is not UTF-8. Set encoding = 'ISO-8859-1'."
            ) from error
        except READ_ERRORS as error:
            raise self._fail(
                name,
                "file",
                f"{path} cannot be read: {reason_of(error)}. Give a GeoPackage, GeoJSON, Shapefile, or a CSV "
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
        self._refuse_mapping(name, features, entry, role)
        ours = {old: new for new, old in entry.columns.items()}
        taken = {one: f"{one}_of_file" for one in entry.columns if one not in ours}
        features = features.rename(columns={**taken, **ours})
        for column in role.required:
            if column not in features.columns:
                raise self._fail(
                    name,
                    "columns",
                    f"{path} has no column '{column}', which the role '{entry.role}' needs. "
                    f"Name the column that holds it: columns = {{{column} = '...'}}.",
                )
        return features

    def _refuse_mapping(
        self, name: str, features: gpd.GeoDataFrame, entry: LayerEntry, role: Role
    ) -> None:
        """Raise LayerError where a column is mapped that must not leave the reader, or be one."""
        for new, old in entry.columns.items():
            if {new, old} & {"geometry", features.geometry.name, "fid"}:
                raise self._fail(
                    name,
                    "columns",
                    f"'{new}' = '{old}' is no attribute that can be mapped. Remove it.",
                )
            if is_tax_column(old):
                raise self._fail(
                    name, "columns", f"'{old}' holds a tax or personal number. Remove it."
                )
            if role.closed and new not in role.known:
                known = ", ".join(role.known)
                raise self._fail(
                    name,
                    "columns",
                    f"'{new}' is no column of the role '{entry.role}'. Use: {known}.",
                )

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
        self._notice(name, "features-without-geometry", "note", int(hollow.sum()))
        features = features[~hollow]
        self._notice(name, "z-dropped", "note", int(features.has_z.sum()))
        flat = shapely.force_2d(features.geometry.array)
        invalid = ~shapely.is_valid(flat)
        self._notice(name, "geometries-repaired", "note", int(invalid.sum()))
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
        unfit = int((~fits).sum())
        self._notice(name, "features-of-other-geometry", "note", unfit, geometry=role.geometry)
        kept = features.set_geometry(gpd.GeoSeries(parts, index=features.index, crs=features.crs))
        kept = kept[fits]
        same = kept.assign(geometry_wkb=kept.geometry.to_wkb(hex=True)).drop(
            columns=kept.geometry.name
        )
        twice = same.astype(str).duplicated()
        self._notice(name, "duplicates-dropped", "note", int(twice.sum()))
        return kept[~twice.to_numpy()].reset_index(drop=True)

    @staticmethod
    def _role_name(role: Role) -> str:
        return next((key for key, value in ROLES.items() if value is role), "coverage")

    def _clipped(self, name: str, features: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
        projected = features.to_crs(self.grid.crs)
        finite = np.isfinite(projected.bounds.to_numpy()).all(axis=1)
        self._notice(name, "features-outside-world", "note", int((~finite).sum()))
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
        self._notice(name, "features-beyond-region", "note", int((~near).sum()), km=MARGIN_M / 1000)
        return projected[near].reset_index(drop=True)

    # rasters ---------------------------------------------------------------------------------

    def _raster(
        self, name: str, path: Path, entry: LayerEntry
    ) -> tuple[RasterFile, FloatArray, FloatArray, CRS]:
        try:
            with open_raster(path) as dataset:
                values = RasterFile.of(dataset, self._band(name, path, entry, dataset))
                transform, crs = dataset.transform, entry.crs or dataset.crs
                if MaskFlags.alpha in dataset.mask_flag_enums[values.band - 1]:
                    self._notice(name, "alpha-is-mask", "note")
            known = any(np.isfinite(block).any() for _, block in values.blocks())
        except LayerError as error:
            raise self._fail(name, "file", str(error)) from error
        except READ_ERRORS as error:
            raise self._fail(
                name, "file", f"{path} cannot be read: {reason_of(error)}. Give a GeoTIFF."
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
        return values, columns_at, rows_at, self._crs_of_raster(name, path, crs)

    def _band(self, name: str, path: Path, entry: LayerEntry, dataset: DatasetReader) -> int:
        """Return the band to read: the one that region.toml states, else the first, which is noticed."""
        if not dataset.count:
            inside = ", ".join(subdataset.rsplit(":", 1)[-1] for subdataset in dataset.subdatasets)
            raise self._fail(
                name,
                "file",
                f"{path} holds several rasters ({inside}). Give a file of one, a GeoTIFF.",
            )
        band = entry.band or 1
        if band > dataset.count:
            raise self._fail(
                name, "band", f"{path} has no band {band}, it has {dataset.count}. Mend the number."
            )
        if dataset.dtypes[band - 1].startswith("complex"):
            raise self._fail(
                name, "file", f"{path} holds complex numbers. Give a file of real numbers."
            )
        if entry.band is None and dataset.count > 1:
            self._notice(name, "first-band-taken", "caution", bands=dataset.count)
        return band

    def _crs_of_raster(self, name: str, path: Path, crs: object) -> CRS:
        try:
            return CRS.from_user_input(crs)
        except CRSError as error:
            raise self._fail(
                name,
                "crs",
                f"the CRS of {path} is none that PROJ knows. Set crs, e.g. crs = 'EPSG:4326'.",
            ) from error


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
