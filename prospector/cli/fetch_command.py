"""The command that fetches official layers into a region."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.options import RegionPath
from prospector.cli.signals import Ended
from prospector.cli.source_lines import class_lines, tile_lines
from prospector.cli.terminal import Bars, show

if TYPE_CHECKING:
    from prospector.sources.fetch import FetchedLayer

KEPT = (
    "Interrupted. Nothing was changed. Downloaded pages are kept: run the same command again to "
    "continue."
)

ROW_BY_ROW = ("arcgis", "wfs")
"""Kinds of sources whose pages are kept."""

BEGINS_AGAIN = "Interrupted. Nothing was changed. Run the same command again to start over."
"""What an end before its time leaves of a file or of tiles: these are not kept in parts."""

NOT_VERIFIED = (
    "Not verified: this service was not tested when prospector was made, so it may answer "
    "differently than described."
)

BOUND = {
    "attribution": "name the publisher (attribution)",
    "share-alike": "share results made from it under the same licence (share-alike)",
    "non-commercial": "no commercial use (non-commercial)",
}
"""What a licence binds to, in words."""


def fetch(
    region: RegionPath,
    source: Annotated[
        str, typer.Argument(help="Name of a source, from the list of `prospector sources`.")
    ],
    layer: Annotated[
        list[str] | None,
        typer.Option(help="Only this layer of the source; may be repeated.", metavar="NAME"),
    ] = None,
    bounds: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(
            help="Window of a new region in degrees: west, south, east, north.",
            metavar="W S E N",
        ),
    ] = None,
    margin_km: Annotated[
        float,
        typer.Option(
            min=0, max=500, help="Download this far beyond the region's window.", metavar="KM"
        ),
    ] = 20.0,
    check: Annotated[
        bool, typer.Option("--check", help="Only count the features; write nothing.")
    ] = False,
) -> None:
    """Download official layers into a region, each complete or not at all.

    Example: prospector fetch layers/atacama chile_concessions

    A new region: prospector fetch myregion usgs_mrds --bounds -70 -25 -68 -23
    """
    from prospector.drafting.bare import init_window
    from prospector.sources.fetch import box_of, count, describe, fetch_layers

    described = describe(region, source)
    if bounds is not None:
        show([f"{init_window(region, bounds)} created, with a window and no layers yet"])
    box_of(region, margin_km)
    show([_licence_line(described.title, described.licence, described.bindings)])
    if not described.verified:
        show([NOT_VERIFIED])
    sys.stdout.flush()  # before anything is asked for, also where a file takes it
    if check:
        rows = count(region, source, layers=layer, margin_km=margin_km)
        unit = "tiles" if described.kind == "cog_tiles" else "rows"
        show([f"{name}: {number:,} {unit}" for name, number in rows.items()])
        return
    try:
        with Bars() as report:
            fetched = fetch_layers(
                region, source, layers=layer, margin_km=margin_km, progress=report
            )
    except Ended as ended:
        show([f"\n{KEPT if described.kind in ROW_BY_ROW else BEGINS_AGAIN}"], file=sys.stderr)
        raise typer.Exit(ended.exit_code) from ended
    for part in fetched:
        if part.tiles is None:
            of_file = described.kind == "file"
            show([_fetched_line(part, of_file=of_file)])
        else:
            show(tile_lines(part.name, part.tiles))
        show(class_lines(part.classes, part.unmapped))
        if part.added:
            show([f"  region.toml: layer '{part.added}' added"])
        show(f"  {name}: {rows:,} of these rows, as a layer" for name, rows in part.parts.items())
    files = ", ".join(str(part.file) for part in fetched)
    show([f"Written to {files}; origin and licence in SOURCES.toml."])
    show([f"Next: prospector check {quote(str(region))}"])


def _licence_line(title: str, licence: str, bindings: Sequence[str]) -> str:
    """Return what is known of a licence before anything is asked for."""
    if "not stated" in bindings:
        return (
            f"{title}. The publisher states no licence: ask before you share results made from it."
        )
    bound = "; ".join(BOUND[binding] for binding in bindings)
    return f"{title}. Licence: {licence}.{f' Its conditions: {bound}.' if bound else ''}"


def _fetched_line(part: FetchedLayer, *, of_file: bool) -> str:
    kept = f", {part.resumed:,} of them kept from an earlier fetch" if part.resumed else ""
    hidden = (
        f"; {part.private:,} names of natural persons replaced by 'private holder'"
        if part.private
        else ""
    )
    whole = (
        "all rows of the file in the region"
        if of_file
        else f"the count that the service reports, in {part.pages:,} pages"
    )
    return f"{part.name}: {part.count:,} rows, {whole}{kept}{hidden}"
