"""Every layer of a run as GeoParquet, for data scientists; needs pyarrow."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from prospector.gis.fields import for_files, is_day_column
from prospector.gis.outputs import Outputs

FOLDER = "geoparquet"


def write_geoparquet(outputs: Outputs, home: Path) -> None:
    """Write each layer to geoparquet/NAME.parquet, its columns typed as in the other formats."""
    import pyarrow as pa

    (home / FOLDER).mkdir()
    for name in outputs.layers:
        table = for_files(outputs.layer(name))
        texts, days = pd.ArrowDtype(pa.string()), pd.ArrowDtype(pa.date32())
        typed = {}
        for column in table.columns.drop(table.geometry.name):
            values = table[column]
            if is_day_column(values):
                typed[column] = values.dt.date.astype(days)
            elif values.dtype.kind == "O":
                typed[column] = values.astype(texts)
        table = table.assign(**typed)
        table.attrs = {"notice": list(outputs.notice)}
        table.to_parquet(
            home / FOLDER / f"{name}.parquet",
            index=False,
            compression="zstd",
            write_covering_bbox=True,
        )
