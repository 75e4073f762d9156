"""What any raster of a grid offers to a notebook: an xarray.DataArray and a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from prospector.grid import FloatArray, Grid


class _OnGrid(Protocol):
    @property
    def grid(self) -> Grid: ...

    @property
    def unit(self) -> str: ...

    @property
    def values(self) -> FloatArray: ...


class Gridded:
    """A raster as a notebook uses it."""

    __slots__ = ()

    def to_xarray(self: _OnGrid) -> Any:
        """Return an xarray.DataArray: coordinates x and y in metres, the CRS as rioxarray reads it.

        Raises
        ------
        ImportError
            xarray is not installed: ``pip install 'prospector-geo[xarray]'``.
        """
        import numpy as np

        try:
            import xarray as xr
        except ImportError as error:
            raise ImportError(
                "to_xarray needs xarray. Install it: pip install 'prospector-geo[xarray]'."
            ) from error

        grid, transform = self.grid, self.grid.transform
        rows, columns = grid.shape
        geotransform = " ".join(map(repr, map(float, transform.to_gdal())))
        reference = {"crs_wkt": grid.crs, "spatial_ref": grid.crs, "GeoTransform": geotransform}
        size = grid.cell_size_m
        coordinates = {
            "y": ("y", grid.north - size * (np.arange(rows) + 0.5), {"units": "m"}),
            "x": ("x", grid.west + size * (np.arange(columns) + 0.5), {"units": "m"}),
            "spatial_ref": ((), 0, reference),
        }
        found = xr.DataArray(
            self.values, coordinates, ("y", "x"), attrs={"units": self.unit} if self.unit else {}
        )
        found.encoding["grid_mapping"] = "spatial_ref"
        return found

    def plot(self: _OnGrid, axes: Axes | None = None, *, title: str = "", **options: Any) -> Axes:
        """Draw the values over easting and northing in km, and return the axes.

        Parameters
        ----------
        axes
            Where to draw; axes of their own by default.
        options
            As ``matplotlib.axes.Axes.imshow`` takes them: cmap, vmin, vmax, ...
        title
            What stands above it.
        """
        if axes is None:
            import matplotlib.pyplot as plt

            _, axes = plt.subplots(layout="constrained")
        west, south, east, north = (edge / 1000 for edge in self.grid.bounds.as_tuple())
        drawn = axes.imshow(self.values, extent=(west, east, south, north), **options)
        axes.figure.colorbar(drawn, ax=axes, label=self.unit)
        axes.set_xlabel("easting, km")
        axes.set_ylabel("northing, km")
        axes.set_title(title, parse_math=False)
        return axes
