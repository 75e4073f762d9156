"""A map to build on in a notebook: folium's own, with targets, deposits and titles as layers."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import shapely

from prospector.gis.palette import TENURE
from prospector.runs.run import Run
from prospector.screening.steps import Screening

MOST_TITLES = 20_000
"""Of more titles than this only those that meet targets are drawn: no browser would show all."""

TARGET_ROWS = (
    "target_id", "rank", "score", "percentile", "area_km2", "known_deposits", "known_names",
    "evidence_for", "evidence_against", "holders",
)  # fmt: skip
DEPOSIT_ROWS = ("name", "deposit_type", "percentile_out_of_fold")
TITLE_ROWS = ("concession_id", "name", "kind", "holder", "tenure_class")
COLOURS = ("#b2182b", "#2166ac", "#1b7837", "#762a83", "#8c510a", "#01665e")


def explore(
    source: Screening | Run, *, tiles: str | None = "OpenStreetMap", **options: Any
) -> folium.Map:
    """Return a map of targets, known deposits and titles, to which you may add layers of your own.

    Unlike `show`, whose map makes no request, this one loads Leaflet and its background from the
    internet when it is opened.

    Parameters
    ----------
    source
        A screening, or a run that is reopened.
    tiles
        Background as folium knows it; None for none.
    **options
        As ``folium.Map`` takes them.

    Returns
    -------
    folium.Map
        With a layer of targets for each deposit model, of deposits and of titles, and a control that
        shows and hides them. Layers that are added later take part in it.

    Examples
    --------
    >>> import folium, prospector
    >>> drawn = prospector.explore(prospector.open_run("out/hills"), tiles=None)
    >>> drawn.add_child(folium.Marker([-24.5, -69.0])) is drawn
    True
    """
    plot = folium.Map(tiles=tiles, control_scale=True, **options)
    for layer in _layers(source):
        layer.add_to(plot)
    ground = gpd.GeoSeries([shapely.box(*source.grid.bounds.as_tuple())], crs=source.grid.crs)
    west, south, east, north = ground.to_crs("EPSG:4326").total_bounds.tolist()
    plot.fit_bounds([[south, west], [north, east]])
    folium.LayerControl(collapsed=False).add_to(plot)
    return plot


def _layers(source: Screening | Run) -> Iterator[folium.GeoJson]:
    titles = _titles(source)
    if titles is not None and len(titles) > MOST_TITLES:
        titles = titles[titles.intersects(source.targets.union_all())]
    if titles is not None and len(titles):
        yield _layer("Concessions", titles, TITLE_ROWS, _of_tenure, show=False)
    targets, deposits = source.targets, _deposits(source)
    for colour, (name, mine) in zip(
        COLOURS * (len(targets) + 1), targets.groupby("deposit_model", sort=False), strict=False
    ):
        style = {"color": colour, "weight": 2, "fillOpacity": 0.25}
        yield _layer(
            f"Targets: {_label(source, str(name))}", mine, TARGET_ROWS, lambda _, style=style: style
        )
    if len(deposits):
        yield _layer("Known deposits", deposits, DEPOSIT_ROWS, lambda _: {}, marker=True)


def _label(source: Screening | Run, name: str) -> str:
    if isinstance(source, Screening):
        return source.rankings[name].model.deposit_model.label
    return str(source.record["deposit_models"][name]["model"]["deposit_model"]["label"])


def _deposits(source: Screening | Run) -> gpd.GeoDataFrame:
    if isinstance(source, Run):
        return source.deposits
    return pd.concat([ranking.deposits for ranking in source.rankings.values()], ignore_index=True)


def _titles(source: Screening | Run) -> gpd.GeoDataFrame | None:
    if isinstance(source, Run):
        return source.layer("concessions") if "concessions" in source.layer_names else None
    layer = source.layers.vector("concessions")
    return None if layer is None else layer.features.to_crs("EPSG:4326")


def _of_tenure(feature: dict[str, Any]) -> dict[str, Any]:
    colour = TENURE.get(str(feature["properties"].get("tenure_class")), "#777777")
    return {"color": colour, "weight": 0.7, "fillOpacity": 0.25}


def _layer(
    label: str,
    table: gpd.GeoDataFrame,
    rows: tuple[str, ...],
    style: Any,
    *,
    marker: bool = False,
    show: bool = True,
) -> folium.GeoJson:
    """Return features as a layer; every text is escaped, for Leaflet takes it as HTML."""
    shown = [name for name in rows if name in table.columns]
    plain = gpd.GeoDataFrame(
        {name: _texts(table[name]) for name in shown},
        geometry=table.geometry.array,
        crs=table.crs,
    )
    circle = folium.CircleMarker(
        radius=5, color="#222222", weight=1, fill=True, fill_color="#f5c518", fill_opacity=0.9
    )
    return folium.GeoJson(
        plain.to_json(),
        name=escape(label),
        style_function=style,
        marker=circle if marker else None,
        tooltip=folium.GeoJsonTooltip(
            shown, [name.replace("_", " ") for name in shown], sticky=True
        ),
        show=show,
    )


def _texts(column: pd.Series) -> list[str]:
    """Return values as escaped text, numbers to four figures, empty where missing."""
    return [
        "" if missing else escape(f"{value:.4g}" if isinstance(value, float) else str(value))
        for value, missing in zip(column.tolist(), column.isna().tolist(), strict=True)
    ]
