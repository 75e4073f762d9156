"""Pictures of the ground that a map may ask of a server of tiles, where its writer wants that."""

from __future__ import annotations

from typing import Any

from xyzservices import TileProvider, providers

from prospector.errors import OutputError

_PROVIDERS: dict[str, tuple[str, TileProvider]] = {
    "esri-imagery": ("Esri World Imagery", providers.Esri.WorldImagery),
    "opentopomap": ("OpenTopoMap", providers.OpenTopoMap),
}
BASEMAPS = tuple(_PROVIDERS)
_DEEPEST = 16
"""The map's own closest zoom."""


def basemap(name: str) -> dict[str, Any]:
    """Return the key ``basemap`` of the map's payload.

    Parameters
    ----------
    name
        One of `BASEMAPS`.

    Raises
    ------
    OutputError
        No such base map; the message names those that there are.

    Examples
    --------
    >>> basemap("opentopomap")["hosts"][0]
    'https://a.tile.opentopomap.org'
    """
    if name not in _PROVIDERS:
        raise OutputError(f"Unknown base map '{name}'. Use one of: {', '.join(BASEMAPS)}.")
    label, provider = _PROVIDERS[name]
    url = provider.build_url(x="{x}", y="{y}", z="{z}", fill_subdomain=False)
    subdomains = provider.get("subdomains", "abc") if "{s}" in url else ""
    host = "/".join(url.split("/")[:3])
    return {
        "label": label,
        "url": url,
        "subdomains": subdomains,
        "hosts": [host.replace("{s}", subdomain) for subdomain in subdomains] or [host],
        "attribution": provider.attribution,
        "closest_zoom": min(_DEEPEST, provider.get("max_zoom", _DEEPEST)),
    }
