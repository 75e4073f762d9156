"""The command that fetches official layers into a region."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from prospector.cli.options import RegionPath
from prospector.cli.signals import Ended
from prospector.cli.source_lines import class_lines
from prospector.cli.terminal import Bars, show

KEPT = (
    "Interrupted. Nothing is changed; the pages that came are kept, and the same command goes on from "
    "them."
)

NOT_VERIFIED = (
    "Not verified: this service was never called when prospector was made. What it answers now "
    "decides."
)


def fetch(
    region: RegionPath,
    source: Annotated[str, typer.Argument(help="Name of a source, as `prospector sources` lists.")],
    layer: Annotated[
        list[str] | None, typer.Option(help="Only this layer of the source; may be repeated.")
    ] = None,
    margin_km: Annotated[
        float, typer.Option(min=0, max=500, help="Ask so far beyond the region's window.")
    ] = 20.0,
    check: Annotated[
        bool, typer.Option("--check", help="Only say how many rows there are; write nothing.")
    ] = False,
) -> None:
    """Fetch official layers into a region, each whole or not at all.

    Example: prospector fetch layers/atacama chile_concessions
    """
    from prospector.sources.fetch import count, describe, fetch_layers

    described = describe(region, source)
    show([_licence_line(described.title, described.licence, described.bindings)])
    if not described.verified:
        show([NOT_VERIFIED])
    if check:
        rows = count(region, source, layers=layer, margin_km=margin_km)
        show([f"{name}: {number:,} rows" for name, number in rows.items()])
        return
    try:
        with Bars() as report:
            fetched = fetch_layers(
                region, source, layers=layer, margin_km=margin_km, progress=report
            )
    except Ended as ended:
        show([f"\n{KEPT}"], file=sys.stderr)
        raise typer.Exit(ended.exit_code) from ended
    for part in fetched:
        show([_fetched_line(part.name, part.count, part.pages, part.resumed, part.private)])
        show(class_lines(part.classes, part.unmapped))
        if part.added:
            show([f"  region.toml: layer '{part.added}' added"])
        show(f"  {name}: {rows:,} of these rows, as a layer" for name, rows in part.parts.items())
    files = ", ".join(str(part.file) for part in fetched)
    show(
        [
            f"Written to {files}; origin and licence in SOURCES.toml. Next: prospector check {_shown(region)}"
        ]
    )


def _licence_line(title: str, licence: str, bindings: Sequence[str]) -> str:
    bound = f" It binds you to: {', '.join(bindings)}." if bindings else ""
    return f"{title}. Licence: {licence}.{bound}"


def _fetched_line(name: str, count: int, pages: int, resumed: int, private: int) -> str:
    kept = f", {resumed:,} of them kept from an earlier fetch" if resumed else ""
    hidden = (
        f"; {private:,} names of natural persons replaced by 'private holder'" if private else ""
    )
    return (
        f"{name}: {count:,} rows, as many as the service counts, in {pages:,} pages{kept}{hidden}"
    )


def _shown(region: Path) -> str:
    return f"'{region}'" if " " in str(region) else str(region)
