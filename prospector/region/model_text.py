"""The file of a deposit model as it is written, to read or to start from."""

from __future__ import annotations

from prospector.errors import RegionError
from prospector.region.region_file import Region
from prospector.region.shipped_models import deposit_model_names, shipped_text, unknown_model


def model_text(name: str, region: Region | None = None) -> str:
    """Return the text of a deposit model's file, comments included.

    Parameters
    ----------
    name
        Of a shipped deposit model.
    region
        Whose own models have a name too.

    Raises
    ------
    RegionError
        No model has that name.

    Examples
    --------
    >>> model_text("iocg").splitlines()[0][:22]
    '# Iron oxide-copper-go'
    """
    own = {} if region is None else region.own_models
    if region is not None and name in own and own[name].file:
        return (region.folder / own[name].file).read_text("utf-8-sig")
    if name not in deposit_model_names():
        raise RegionError(f"{unknown_model(name, list(own))}.")
    return shipped_text(name)
