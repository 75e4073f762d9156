"""The only reader: files with a role become layers in the region's CRS, every choice noticed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from prospector.errors import LayerError, Level, Notice, Reason, RegionError
from prospector.grid import Grid
from prospector.layers.alike import alike_layers
from prospector.layers.deposit_types import deposit_types, unnamed_types
from prospector.layers.features import features_of
from prospector.layers.files import digest_of, files_of
from prospector.layers.formats import READ_ERRORS, reason_of
from prospector.layers.keys import check_entries
from prospector.layers.raster_reader import read_raster
from prospector.layers.rasters import RasterLayer
from prospector.layers.reading import Reading, layer_fault
from prospector.layers.registers import fold, without_personal_marks
from prospector.layers.roles import Role, roles_of_region
from prospector.layers.values import AnyLayer, Layers, VectorLayer
from prospector.region.deposit_model import (
    DepositModel,
    RolesOf,
    named_roles,
)
from prospector.region.region_file import Region
from prospector.region.region_tables import LayerEntry, NamedGround, SourceEntry


def read_layers(
    region: Region,
    grid: Grid,
    *,
    deposit_models: Sequence[str] | None = None,
    roles_of: RolesOf = named_roles,
) -> Layers:
    """Return every layer of a region, reprojected to the grid's CRS, clipped with a margin.

    Parameters
    ----------
    region
        The region, loaded.
    grid
        The region's cells.
    deposit_models
        Those whose evidence is to be measured: the columns that it uses are read too. All that the
        region names by default.
    roles_of
        Which roles such an evidence reads; those that its parameters name by default.

    Raises
    ------
    LayerError
        A role is not known or a key does nothing for it: a line for each. Or a file is missing,
        unreadable, empty, without CRS, wholly outside the region, of the wrong geometry type,
        without a column that its role needs, or all nodata; its format is not on the list or
        points elsewhere.
    """
    check_entries(region)
    reader = _Reader(region, grid, deposit_models or region.model_names, roles_of)
    items = tuple(reader.read(name, entry) for name, entry in region.layers.items())
    notices = tuple(map(_without_personal_marks, [*reader.notices, *alike_layers(items)]))
    return Layers(grid.crs, items, notices, region.places, known_roles=reader.roles)


def _without_personal_marks(notice: Notice) -> Notice:
    about = {name: _cut(value) for name, value in notice.about}
    return Notice(notice.code, notice.level, about, notice.count)


def _cut(value: Any) -> Any:
    """Return a value of a notice with tax numbers cut out of every text in it."""
    if isinstance(value, Reason):
        return Reason(value.code, **{name: _cut(part) for name, part in value.about})
    if isinstance(value, tuple):
        return tuple(map(_cut, value))
    return without_personal_marks(value) if isinstance(value, str) else value


def _undrawn(ground: NamedGround) -> Reason:
    """Return ground that is known by name only, with what it is and the date of its act."""
    about = tuple(filter(None, (ground.kind, ground.date)))
    return Reason("ground-by-name", name=ground.name, kind=about)


def _other_models(region: Region, names: Sequence[str]) -> list[DepositModel]:
    """Return all other deposit models, with the region's overrides where these fit them."""
    models = []
    for name in region.known_models:
        if name not in names:
            try:
                models.append(region.deposit_model(name))
            except RegionError:
                plain = region.model_copy(update={"override": {}})
                models.append(plain.deposit_model(name))
    return models


def _tell_outside(
    reading: Reading, titles: gpd.GeoDataFrame, coverage: BaseGeometry, grid: Grid
) -> None:
    """Note titles of the region that do not meet the register's coverage: their ground stays unknown."""
    shapes = titles.geometry.to_numpy()
    inside = shapely.intersects(shapes, shapely.box(*grid.bounds.as_tuple()))
    shapely.prepare(coverage)
    outside = int((inside & ~shapely.intersects(coverage, shapes)).sum())
    reading.notice("titles-outside-coverage", "caution", outside, of=int(inside.sum()))


def _written_otherwise(path: Path) -> str:
    """Return the sentence that a file lies there whose name looks the same but for case or accents."""
    file, _, layer = path.name.partition("|layername=")
    if layer:
        return f" Write file = '{file}' and layer = '{layer}'."
    if "\\" in path.name:
        return " Write the path with / in place of \\."
    beside = path.parent.iterdir() if path.parent.is_dir() else iter(())
    alike = [other.name for other in beside if fold(other.name) == fold(path.name)]
    return f" There is '{alike[0]}', which is written in another way." if alike else ""


class _Reader:
    """Reads one region's layers and gathers the notices on the way."""

    def __init__(
        self, region: Region, grid: Grid, deposit_models: Sequence[str], roles_of: RolesOf
    ) -> None:
        self.region = region
        self.grid = grid
        self.roles_of = roles_of
        self.roles = roles_of_region(region)
        self.models = [region.deposit_model(name) for name in deposit_models]
        self.all_models = [*self.models, *_other_models(region, deposit_models)]
        self.notices: list[Notice] = []

    def read(self, name: str, entry: LayerEntry) -> AnyLayer:
        """Return a layer; errors name what is held in memory as its table does."""
        try:
            return self._read(name, entry)
        except LayerError as error:
            names = {str(path): file for file, path in self.region.places.items()}
            raise error.calling(names) from error

    def _read(self, name: str, entry: LayerEntry) -> AnyLayer:
        role = self.roles[entry.role]
        path = self._path(name, "file", entry.file)
        source, digest = self._provenance(name, "file", entry.file, path)
        title = entry.title or name.replace("_", " ")
        reading = Reading(
            name, path, entry, role, entry.role, self.region.file, notices=self.notices
        )
        try:
            layer = self._layer(reading, title, source, digest)
        except READ_ERRORS as error:
            raise reading.fail(
                "file",
                f"{path} cannot be used: {reason_of(error)}. Correct the file, or remove the "
                "layer.",
            ) from error
        if digest_of(path) != digest:
            raise reading.fail("file", f"{path} changed while it was being read. Run again.")
        return layer

    def _layer(
        self, reading: Reading, title: str, source: SourceEntry | None, digest: str
    ) -> AnyLayer:
        name, entry = reading.name, reading.entry
        if reading.role.geometry == "raster":
            cells = read_raster(reading, self.grid)
            at = cells.columns_at, cells.rows_at, cells.crs
            return RasterLayer(
                name, entry.role, title, cells.values, *at, entry, source, digest, cells.size
            )
        used, mappable = (
            {
                word
                for model in models
                for word in model.words_about(entry.role, name, self.roles_of)
            }
            for models in (self.models, self.all_models)
        )
        features = features_of(reading, self.grid, used, mappable=mappable)
        undrawn = [_undrawn(ground) for ground in entry.missing_names]
        reading.notice("ground-known-by-name", "caution", len(undrawn), names=undrawn)
        if entry.role == "deposits":
            types = deposit_types(self.all_models)
            self.notices += [
                notice.of(layer=name) for notice in unnamed_types(features.table, types)
            ]
        coverage = features.mapped if entry.coverage is None else self._coverage(name, entry)
        if entry.role == "concessions" and coverage is not None:
            _tell_outside(reading, features.table, coverage, self.grid)
        return VectorLayer(
            name,
            entry.role,
            title,
            features.table,
            entry,
            source,
            digest,
            coverage,
            features.absent_kinds,
            fields=features.fields,
            cell_m=features.cell_m,
        )

    def _notice(self, name: str, code: str, level: Level, **about: Any) -> None:
        self.notices.append(Notice(code, level, {"layer": name, **about}))

    def _fail(self, name: str, key: str, what: str) -> LayerError:
        return LayerError(layer_fault(self.region.file, name, key, what))

    def _path(self, name: str, key: str, relative: str) -> Path:
        path = self.region.place_of(relative)
        if not path.is_file() and not path.is_dir():
            raise self._fail(
                name,
                key,
                f"{path} is missing.{_written_otherwise(path)} Put the file there, or correct the path in "
                "region.toml.",
            )
        if relative in self.region.places:
            return path
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
        reading = Reading(
            name,
            path,
            LayerEntry(role="land", file=entry.coverage),
            Role("polygon"),
            "coverage",
            self.region.file,
            coverage=True,
            notices=self.notices,
        )
        coverage: BaseGeometry = features_of(reading, self.grid).table.union_all()
        return coverage
