"""A file or an archive over HTTP as a layer: whole, its rows over the box, no fields but those asked for."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from urllib.parse import unquote, urlsplit

import geopandas as gpd
import numpy as np
import shapely

from prospector.errors import LayerError, SourceError
from prospector.layers.features import read_file
from prospector.layers.places import DEGREES
from prospector.layers.reading import Reading
from prospector.layers.roles import ROLES, Role
from prospector.options import Progress
from prospector.region.region_tables import LayerEntry
from prospector.region.spelling import did_you_mean
from prospector.scratch import scratch_folder
from prospector.sources.answers import place_of, refuse_status, refuse_web_page
from prospector.sources.archives import READABLE, unpack
from prospector.sources.cleaning import refuse_fields, without_persons
from prospector.sources.http import Client
from prospector.sources.narrowing import narrowed
from prospector.sources.rows import Asked, Rows
from prospector.sources.source import SourceLayer
from prospector.sources.whole import WholeLayer

ZIP_BEGINS = b"PK\x03\x04"
DOWNLOADED = "download"
NARROWED = (".csv", ".tsv")

PLACES = ("longitude", "latitude", "easting", "northing")
"""Our columns that say where the rows of a table are."""


def read_download(
    client: Client, asked: Asked, layer: SourceLayer, *, holders: Collection[str],
    progress: Progress | None = None, what: str = "",
) -> WholeLayer:  # fmt: skip
    """Return a file, or a member of an archive, as a layer: the rows that touch the box.

    It comes in one answer, which is whole or refused; names of natural persons are taken out before
    anything is kept.

    Parameters
    ----------
    client
        By which the network is asked.
    asked
        What is asked of the source.
    layer
        Says the member, the columns of coordinates, encoding and CRS.
    holders
        Fields that may hold the name of a person.
    progress
        Called with what is being done, how many steps are done and how many there are.
    what
        As errors and progress name it.

    Raises
    ------
    SourceError
        The file does not come whole, cannot be read, lacks a field that is asked for, or has no row over
        the box.
    """
    refuse_fields(asked.fields, asked.address)
    if progress:
        progress(what, 0, 1)
    answer = client.get(asked.address)
    refuse_status(answer)
    refuse_web_page(answer)
    with _folder() as folder:
        file = _written(answer.body, asked, folder)
        table = _table(file, layer, place_of(answer), asked)
    _check_fields(table, asked, place_of(answer))
    near = _over_the_box(table, asked)
    if not len(near):
        raise _none(asked, place_of(answer))
    if progress:
        progress(what, 1, 1)
    return WholeLayer(_cleaned(near, asked, holders), len(near), 1, 0)


def _none(asked: Asked, where: str) -> SourceError:
    west, south, east, north = asked.box.as_tuple()
    return SourceError(
        f"{where}: none of its rows lies within {west:g} {south:g} {east:g} {north:g}. Nothing was "
        "written."
    )


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder that is removed in the end."""
    folder = Path(mkdtemp(dir=scratch_folder()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _written(body: bytes, asked: Asked, folder: Path) -> Path:
    """Return the file that came, or the member of the archive that came, under a name of our own."""
    if body.startswith(ZIP_BEGINS) and not _address_ending(asked).startswith(".xls"):
        archive = folder / "archive.zip"
        archive.write_bytes(body)
        return unpack(archive, asked.path, folder, DOWNLOADED)
    ending = _address_ending(asked)
    if ending not in READABLE:
        raise SourceError(
            f"{asked.address}: the received file has an unknown ending. Give the address of a "
            f"file that ends in {', '.join(READABLE)}, or of a zip archive."
        )
    file = folder / f"{DOWNLOADED}{ending}"
    file.write_bytes(body)
    return file


def _address_ending(asked: Asked) -> str:
    return PurePosixPath(unquote(urlsplit(asked.address).path)).suffix.lower()


def _table(file: Path, layer: SourceLayer, where: str, asked: Asked) -> gpd.GeoDataFrame:
    """Return what a file holds, in degrees; of a table without the rows that are far off."""
    encoding = layer.encoding
    if file.suffix in NARROWED:
        file, left = narrowed(file, asked.fields, asked.box, encoding=encoding)
        encoding = encoding if left is None else None
        if left == 0:
            raise _none(asked, where)
    columns = {
        our: field
        for our, field in layer.fields.items()
        if our in PLACES and isinstance(field, str)
    }
    entry = LayerEntry(
        role=layer.role, file=file.name, encoding=encoding, columns=columns, crs=layer.crs
    )
    role = ROLES.get(layer.role, Role("point"))  # of the region's own: what is read is the same
    reading = Reading(layer.title, file, entry, role, layer.role)
    try:
        table = read_file(reading)
    except LayerError as error:
        told = error.calling({str(file): "the received file"})
        raise SourceError(f"{where}: {told}") from error
    if table.crs is None:
        table = table.set_crs(layer.crs or DEGREES)
    return table.to_crs(DEGREES)


def _check_fields(table: gpd.GeoDataFrame, asked: Asked, where: str) -> None:
    names = [str(name) for name in table.columns if name != table.geometry.name]
    lacking = [field for field in asked.fields if field not in names]
    if lacking:
        raise SourceError(
            f"{where}: no column '{lacking[0]}'. {did_you_mean(lacking[0], names)}It has: "
            f"{', '.join(names)}. Correct the source's fields."
        )


def _over_the_box(table: gpd.GeoDataFrame, asked: Asked) -> gpd.GeoDataFrame:
    """Return the rows that touch the box, in the order of the file."""
    box = shapely.box(*asked.box.as_tuple())
    touching = np.asarray(shapely.intersects(table.geometry.to_numpy(), box), dtype=bool)
    return table[touching]


def _cleaned(table: gpd.GeoDataFrame, asked: Asked, holders: Collection[str]) -> gpd.GeoDataFrame:
    """Return the fields that are asked for, without natural persons."""
    values = {
        field: table[field].astype(object).where(table[field].notna(), None).tolist()
        for field in asked.fields
    }
    ids = tuple(str(number) for number in range(len(table)))
    rows = without_persons(Rows(ids, values, table.geometry.to_numpy()), holders)
    return gpd.GeoDataFrame(dict(rows.values), geometry=rows.shapes, crs=DEGREES)
