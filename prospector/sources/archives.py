"""A file out of a zip archive that came from outside: chosen by name, no paths followed, sizes limited."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from prospector.errors import SourceError

MOST_MEMBERS = 10_000
LARGEST_UNPACKED = 4_000_000_000
"""Bytes of all that is unpacked."""

SMALL_BYTES = 10_000_000
MOST_TIMES = 200
"""So much smaller a member may be packed at most, beyond a small size: text is packed ten to thirty times."""

READABLE = (".gpkg", ".geojson", ".shp", ".csv", ".tsv", ".xlsx", ".fgb", ".kml", ".json", ".txt")
"""Endings of members that hold a layer, best first."""

BESIDE_A_SHAPEFILE = (".shp", ".dbf", ".shx", ".prj", ".cpg")
CHUNK_BYTES = 1_000_000


def unpack(archive: Path, member: str, folder: Path, name: str) -> Path:
    """Return a member of an archive as a file of its own, with the files that belong to it.

    Parameters
    ----------
    archive
        Path of the archive.
    member
        Its name, with its folders or without; empty for the only one that holds a layer.
    folder
        Where it is written, under a name of our own.
    name
        That name, without ending.

    Raises
    ------
    SourceError
        It is no archive, is damaged or locked, has no such member or several, or unpacks to more than is
        allowed.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            infos = _members(opened)
            chosen = _chosen(infos, member)
            _refuse_bomb(_belonging(infos, chosen))
            for info in _belonging(infos, chosen):
                _write(opened, info, folder / f"{name}{_ending(info)}")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceError(
            f"The downloaded archive is damaged or locked ({str(error)[:150]}). Try again later, "
            "or download the file by hand."
        ) from error
    return folder / f"{name}{_ending(chosen)}"


def _members(opened: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the files of an archive whose names lead nowhere else."""
    infos = opened.infolist()
    if len(infos) > MOST_MEMBERS:
        raise SourceError(
            f"The downloaded archive has {len(infos):,} members, more than {MOST_MEMBERS:,}. "
            "Download the file by hand."
        )
    return [info for info in infos if not info.is_dir() and _is_plain(info)]


def _is_plain(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a file, with a name inside the archive."""
    path = PurePosixPath(info.filename)
    inside = not path.is_absolute() and ".." not in path.parts
    mode = info.external_attr >> 16
    return inside and not set("\\:\0") & set(info.filename) and not stat.S_ISLNK(mode)


def _chosen(infos: list[zipfile.ZipInfo], member: str) -> zipfile.ZipInfo:
    if member:
        named = [info for info in infos if info.filename == member] or [
            info for info in infos if PurePosixPath(info.filename).name == member
        ]
    else:
        layers = [info for info in infos if _ending(info) in READABLE]
        best = min((READABLE.index(_ending(info)) for info in layers), default=0)
        named = [info for info in layers if READABLE.index(_ending(info)) == best]
    if len(named) != 1:
        listed = ", ".join(info.filename for info in infos[:20]) or "nothing"
        what = (
            f"has {'no' if not named else 'several'} '{member}'"
            if member
            else ("does not hold exactly one layer")
        )
        raise SourceError(
            f"The downloaded archive {what}. It holds: {listed}. Name one as path of the source's "
            "layer."
        )
    return named[0]


def _belonging(infos: list[zipfile.ZipInfo], chosen: zipfile.ZipInfo) -> list[zipfile.ZipInfo]:
    """Return a member with those that belong to it: the parts of a shapefile."""
    if _ending(chosen) != ".shp":
        return [chosen]
    stem = PurePosixPath(chosen.filename).with_suffix("")
    return [
        info
        for info in infos
        if PurePosixPath(info.filename).with_suffix("") == stem
        and _ending(info) in BESIDE_A_SHAPEFILE
    ]


def _refuse_bomb(infos: list[zipfile.ZipInfo]) -> None:
    whole = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if whole > LARGEST_UNPACKED or (whole > SMALL_BYTES and whole > MOST_TIMES * max(packed, 1)):
        raise SourceError(
            f"The downloaded archive unpacks {packed / 1e6:,.1f} MB to {whole / 1e6:,.0f} MB, more "
            "than a table would. It is not unpacked; download the file by hand."
        )


def _write(opened: zipfile.ZipFile, info: zipfile.ZipInfo, file: Path) -> None:
    """Write a member, never more than it says to hold; its checksum is compared at its end."""
    written = 0
    with opened.open(info) as packed, file.open("wb") as unpacked:
        while part := packed.read(CHUNK_BYTES):
            written += len(part)
            if written > info.file_size:
                raise zipfile.BadZipFile(f"{info.filename} is larger than it states")
            unpacked.write(part)


def _ending(info: zipfile.ZipInfo) -> str:
    return PurePosixPath(info.filename).suffix.lower()
