"""Commands about deposit models: list them, print one, and write their JSON schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prospector.cli.options import Commodities
from prospector.cli.terminal import columns, show

OfRegion = Annotated[
    Path | None,
    typer.Option(help="Also list the deposit models of this region, e.g. layers/atacama."),
]


def models(
    name: Annotated[
        str | None, typer.Argument(help="Print the file of this model, e.g. iocg.")
    ] = None,
    region: OfRegion = None,
    commodity: Commodities = None,
) -> None:
    """List the deposit models, or print one as a start for your own.

    Example: prospector models iocg > myregion/models/mine.toml; prospector models --commodity cobalt
    """
    from prospector.pages.model_lines import model_lines
    from prospector.region.model_text import model_text
    from prospector.region.region_file import load_region
    from prospector.region.sought import sought_names

    loaded = None if region is None else load_region(region)
    if name is None:
        sought = sought_names(commodity) if commodity else ()
        show(model_lines(loaded, width=columns(), sought=sought))
    else:
        show(model_text(name, loaded).splitlines())


def schema(
    what: Annotated[str, typer.Argument(help="region, deposit-model, register or run.")],
    out: Annotated[
        Path | None, typer.Option(help="Write to this file, e.g. region.schema.json.")
    ] = None,
) -> None:
    """Print the JSON schema of a file, for editors that check it and programs that read it.

    Example: prospector schema region --out myregion/region.schema.json

    In region.toml the first line names it: #:schema region.schema.json
    """
    import json

    from prospector.drafting.schemas import schema_of
    from prospector.region.editing import write_text

    text = json.dumps(schema_of(what), indent=2, ensure_ascii=False)
    if out is None:
        show(text.splitlines())
    else:
        write_text(out, f"{text}\n")
        show([f"Written to {out}."])
