"""Input files that point elsewhere: what GDAL by itself would ask a server for."""

import json

POINT = {"type": "Point", "coordinates": [-69.0, -24.0]}


def collection(**members):
    """Return a GeoJSON of one line, with other members."""
    line = {"type": "LineString", "coordinates": [[-69.0, -24.5], [-69.0, -24.0]]}
    feature = {"type": "Feature", "properties": {"name": "a"}, "geometry": line}
    return {"type": "FeatureCollection", "features": [feature], **members}


def ogr_vrt(place):
    """Return a virtual layer over a place."""
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{place}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )


def raster_vrt(place):
    """Return a virtual raster over a place."""
    return (
        '<VRTDataset rasterXSize="60" rasterYSize="60"><SRS>EPSG:32719</SRS>'
        "<GeoTransform>370000, 4333, 0, 7430000, 0, -4333</GeoTransform>"
        '<VRTRasterBand dataType="Float32" band="1"><SimpleSource>'
        f'<SourceFilename relativeToVRT="0">{place}</SourceFilename><SourceBand>1</SourceBand>'
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )


WITH_REQUESTS = {
    "virtual.vrt": lambda u: ogr_vrt(f"/vsicurl/{u}/a.geojson"),
    "virtual.geojson": lambda u: ogr_vrt(f"/vsicurl/{u}/a.geojson"),
    "virtual.shp": lambda u: ogr_vrt(f"{u}/a.geojson"),
    "service.geojson": lambda u: f"<OGRWFSDataSource><URL>{u}/wfs</URL></OGRWFSDataSource>",
    "service.xml": lambda u: f"<OGRWFSDataSource><URL>{u}/wfs</URL></OGRWFSDataSource>",
    "chain.gdalg.json": lambda u: json.dumps(
        {
            "type": "gdal_streamed_alg",
            "command_line": f"gdal vector pipeline ! read {u}/a.geojson ! filter --bbox 1,2,3,4",
        }
    ),
    "link.geojson": lambda u: json.dumps(
        collection(crs={"type": "link", "properties": {"href": f"{u}/crs"}})
    ),
    "late_link.geojson": lambda u: json.dumps(
        collection(crs={"properties": {"href": f"{u}/crs", "type": "proj4"}, "type": "link"})
    ).replace('"crs"', " " * 1_000_000 + '"crs"'),
    "url.geojson": lambda u: json.dumps(
        collection(crs={"type": "url", "properties": {"url": f"{u}/crs"}})
    ),
    "escaped.geojson": lambda u: json.dumps(
        collection(crs={"type": "link", "properties": {"href": f"{u}/crs"}})
    ).replace('"crs"', '"\\u0063R\\u0073"'),
    "inside.geojson": lambda u: json.dumps(
        {
            "type": "Feature",
            "properties": {},
            "geometry": {**POINT, "crs": {"type": "link", "properties": {"href": f"{u}/crs"}}},
        }
    ),
    "collection.moaw": lambda u: json.dumps({"process": u}),
}
"""Layers of features that GDAL by itself would ask the server for."""

RASTERS_WITH_REQUESTS = {
    "virtual.tif": lambda u: raster_vrt(f"/vsicurl/{u}/a.tif"),
    "virtual.vrt": lambda u: raster_vrt(f"/vsicurl/{u}/a.tif"),
    "tiles.tif": lambda u: (
        f'<GDAL_WMS><Service name="TMS"><ServerUrl>{u}/${{z}}/${{x}}/${{y}}.png</ServerUrl></Service>'
        "<DataWindow><UpperLeftX>0</UpperLeftX><UpperLeftY>1</UpperLeftY><LowerRightX>1</LowerRightX>"
        "<LowerRightY>0</LowerRightY><TileLevel>1</TileLevel></DataWindow></GDAL_WMS>"
    ),
    "tiles.xml": lambda u: (
        f"<GDAL_WMTS><GetCapabilitiesUrl>{u}/wmts</GetCapabilitiesUrl></GDAL_WMTS>"
    ),
    "coverage.tif": lambda u: (
        f"<WCS_GDAL><ServiceURL>{u}/wcs?</ServiceURL><CoverageName>a</CoverageName></WCS_GDAL>"
    ),
}
"""Rasters that GDAL by itself would ask the server for."""
