"""One file on its way in: where it comes from, what is asked of it, and what is noticed or refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prospector.errors import Fault, LayerError, Level, Notice
from prospector.layers.formats import SeveralLayersError
from prospector.layers.roles import Role
from prospector.region.region_tables import LayerEntry


def layer_fault(region_file: Path, layer: str, key: str, what: str) -> Fault:
    """Return what is wrong with a key of a layer, and the remedy, as a line of an error.

    Examples
    --------
    >>> print(layer_fault(Path("region.toml"), "land", "crs", "no CRS in sea.gpkg."))
    region.toml: layer 'land', key 'layers.land.crs': no CRS in sea.gpkg.
    """
    return Fault(f"{region_file}: layer '{layer}', key 'layers.{layer}.{key}'", what)


@dataclass(frozen=True, eq=False)
class Reading:
    """A file on its way in.

    Parameters
    ----------
    name
        What notices call it.
    role_name
        Name of its role, as errors say it.
    region_file
        The file whose table ``[layers.NAME]`` asks for it; None where a command line does.
    coverage
        Whether it is the coverage of the layer of that name.
    notices
        What was chosen on the way; grows.
    """

    name: str
    path: Path
    entry: LayerEntry
    role: Role
    role_name: str
    region_file: Path | None = None
    coverage: bool = False
    notices: list[Notice] = field(default_factory=list)

    def notice(self, code: str, level: Level, count: int | None = None, **about: Any) -> None:
        """Note what was chosen, unless it touched nothing."""
        if count is None or count > 0:
            name = f"{self.name}, coverage" if self.coverage else self.name
            self.notices.append(Notice(code, level, {"layer": name, **about}, count))

    def fail(self, key: str, what: str) -> LayerError:
        """Return the error that names the file, the key and the remedy.

        Examples
        --------
        >>> entry = LayerEntry(role="land", file="sea.gpkg")
        >>> reading = Reading("land", Path("sea.gpkg"), entry, Role("polygon"), "land", Path("region.toml"))
        >>> print(reading.fail("crs", f"no CRS in sea.gpkg. {reading.setting('crs', 'EPSG:32719')}"))
        region.toml: layer 'land', key 'layers.land.crs': no CRS in sea.gpkg. Set crs = 'EPSG:32719'.
        """
        if self.region_file is None:
            return LayerError(what)
        key = "coverage" if self.coverage else key
        return LayerError(layer_fault(self.region_file, self.name, key, what))

    def named(self, error: LayerError) -> LayerError:
        """Return an error of opening the file as one that names the layer, unless it does."""
        if self.coverage and isinstance(error, SeveralLayersError):
            return self.fail("file", f"{error.listed} Give a file that holds the coverage alone.")
        return error if error.at_place else self.fail("file", str(error))

    def setting(self, key: str, value: str) -> str:
        """Return the sentence that asks for a key, as region.toml or the command line has it."""
        if self.coverage:
            return f"Give a file that states its {key}."
        if self.region_file is None:
            return f"State it with --{key} {value}."
        return f"Set {key} = '{value}'."
