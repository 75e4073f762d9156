"""Commands about official sources: list them, and turn the codes of a map of your own into classes."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from prospector.cli.source_lines import class_lines, source_lines, table_lines
from prospector.cli.terminal import show

SOURCES_EXAMPLE = "Example: prospector sources segemar_250k; prospector sources --role geology"
CLASSES_EXAMPLE = (
    "Example: prospector classes GeologiaBase.shp --source chile_geology_1m --region myregion"
)

NOT_CALLED = (
    "None of these services was tested when this list was written; a service may answer "
    "differently today."
)


def sources(
    name: Annotated[
        str | None,
        typer.Argument(help="Show this source in full.", metavar="[NAME]"),
    ] = None,
    role: Annotated[
        str | None, typer.Option(help="Only sources for this role.", metavar="ROLE")
    ] = None,
    region: Annotated[
        Path | None,
        typer.Option(help="Region with its own sources in REGION/sources.", metavar="REGION"),
    ] = None,
) -> None:
    """List official data sources: licence, roles, how to download them with fetch or by hand."""
    from prospector.errors import RegionError
    from prospector.layers.roles import ROLES
    from prospector.region.spelling import did_you_mean
    from prospector.sources.source import load_sources, source_named

    if name is not None:
        shown = "REGION" if region is None else quote(str(region))
        show(source_lines(source_named(name, region), shown))
        return
    listed = load_sources(region)
    if role is not None:
        known = [*ROLES, *(own for source in listed.values() for own in source.roles)]
        if role not in known:
            raise RegionError(
                f"--role {role}: unknown role. {did_you_mean(role, known)}Use one of: "
                f"{', '.join(ROLES)}."
            )
        listed = {name: source for name, source in listed.items() if role in source.roles}
        if not listed:
            add = f"prospector add REGION FILE --role {role}"
            show([f"No source has the role '{role}'. Add a file of your own: {add}"])
            return
    show(table_lines(listed.values()))
    if not any(source.verified for source in listed.values()):
        show([f"\n{NOT_CALLED}"])
    show(["Details of one source: prospector sources NAME"])


def classes(
    file: Annotated[
        Path, typer.Argument(help="A geological map with codes, ages or rocks.", metavar="FILE")
    ],
    source: Annotated[
        str | None,
        typer.Option(help="Source that describes the map, e.g. chile_geology_1m.", metavar="NAME"),
    ] = None,
    codes: Annotated[
        str | None,
        typer.Option(
            help="Scheme of its codes if no source describes it, or a file with your own.",
            metavar="SCHEME",
        ),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            help="Which column of the map holds what, e.g. code=CD_GEOL or age=PERIOD; may be repeated.",
            metavar="READS=COLUMN",
        ),
    ] = None,
    region: Annotated[
        Path | None,
        typer.Option(
            help="Region to add the layers to; without it they are written beside FILE.",
            metavar="REGION",
        ),
    ] = None,
    scale: Annotated[
        str, typer.Option(help="Scale of the map, e.g. 1:250,000.", metavar="1:N")
    ] = "",
    crs: Annotated[
        str | None,
        typer.Option(help="CRS of the file if it states none, e.g. EPSG:4326.", metavar="CRS"),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Text encoding of the file, e.g. ISO-8859-1.", metavar="NAME")
    ] = None,
    layer: Annotated[
        str | None, typer.Option(help="Layer to use, if the file has several.", metavar="NAME")
    ] = None,
) -> None:
    """Translate the codes of a geological map into rock classes and ages; intrusives get their own layer."""
    from prospector.sources.own_files import class_file

    done = class_file(
        file, source=source, scheme=codes, fields=_fields(field or []), region=region, scale=scale,
        crs=crs, encoding=encoding, layer=layer,
    )  # fmt: skip
    show([f"{file}: {done.rows['geology']:,} rows"])
    show(class_lines(done.classes, done.unmapped))
    for name, written in done.files.items():
        show([f"{name}: {done.rows[name]:,} rows written to {written}"])
    if region is not None:
        added = ", ".join(f"'{name}'" for name in done.added)
        show([f"region.toml: layers {added} added" if added else "region.toml: unchanged"])
        show([f"Next: prospector check {quote(str(region))}"])
        return
    for name, written in done.files.items():
        show([f"Next: prospector add REGION {quote(str(written))} --role {name}"])


def _fields(given: list[str]) -> dict[str, str]:
    """Return what a scheme reads -> the column, from READS=COLUMN."""
    from prospector.errors import RegionError

    for pair in given:
        if "=" not in pair or pair.startswith("=") or pair.endswith("="):
            raise RegionError(f"--field {pair}: must be READS=COLUMN. Give e.g. code=CD_GEOL.")
    return dict(pair.split("=", 1) for pair in given)
