"""Which map an evidence layer would need, beside the reason why the region's layers are not enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prospector.errors import Reason
from prospector.layers.exactness import MAP_DETAIL_M
from prospector.layers.roles import ROLES, Role

ABOUT_A_LAYER = (
    "no-layer", "layer-too-coarse", "layer-too-far-off", "layer-too-schematic", "nothing-strikes",
)  # fmt: skip
"""Reasons that another map would mend."""


def with_needed_map(
    reason: Reason,
    roles: Sequence[str],
    coarsest_m: float | None,
    known: Mapping[str, Role] = ROLES,
) -> Reason:
    """Return a reason with the scale of the map, or the size of the cells, that the evidence needs.

    Parameters
    ----------
    reason
        Why an evidence was left out.
    roles
        Roles that the evidence reads.
    coarsest_m
        The coarsest effective resolution that serves it; None leaves the reason as it is.
    known
        Every role of the region.

    Examples
    --------
    >>> with_needed_map(Reason("no-layer", role="faults"), ["faults"], 1000).as_record()["about"]["scale"]
    2000000
    >>> with_needed_map(Reason("no-layer", role="relief"), ["relief"], None).code
    'no-layer'
    """
    if coarsest_m is None or reason.code not in ABOUT_A_LAYER:
        return reason
    lacking = [value for name, value in reason.about if name == "role" and value in known]
    role = lacking[0] if lacking else roles[0]
    if role in known and known[role].geometry == "raster":
        if reason.code == "layer-too-coarse":
            return reason
        return Reason("needs-raster", reason=reason, role=role, needed_km=coarsest_m / 1000)
    scale = round(coarsest_m / MAP_DETAIL_M)
    return Reason("needs-map", reason=reason, role=role, scale=scale)
