"""Servers of the tests, each a process of its own that ends by itself."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LONGEST_S = 300
"""After which a server ends, whatever becomes of the test."""


LONG = os.environ.get("SERVICES") == "long"
"""Whether all cases are tried, and large layers; `make services` sets it."""


def some(*cases, of_long=()):
    """Return cases: those of the long form only where it is asked for."""
    return [*cases, *(of_long if LONG else ())]


def hear_ctrl_c():
    """Let a process that is started hear SIGINT: a shell's job in the background does not."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Servers:
    """Starts servers and ends those that it started."""

    def __init__(self):
        self.started = []

    def arcgis(self, *, life=LONGEST_S, port=0, **options):
        """Start an ArcGIS-like server and return its port."""
        return self.run("arcgis_server.py", str(life), json.dumps(options), port=port)

    def mapserver(self, folder, *, rows=57, shape="polygon", geojson=True, west_south=None, life=LONGEST_S,
                  port=0, **options):  # fmt: skip
        """Start MapServer on made-up rows and return its port."""
        folder.mkdir(exist_ok=True)
        write_map(folder, rows=rows, shape=shape, geojson=geojson, west_south=west_south)
        return self.run("map_server.py", str(life), str(folder), json.dumps(options), port=port)

    def files(self, folder, *, life=LONGEST_S, port=0, **options):
        """Start a server of the files of a folder and return its port."""
        described = json.dumps({"folder": str(folder), **options})
        return self.run("file_server.py", str(life), described, port=port)

    def run(self, script, *arguments, port=0):
        """Start a server and return its port, which it prints."""
        process = subprocess.Popen(
            [sys.executable, str(HERE / script), *arguments],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PORT": str(port)},
        )  # fmt: skip
        self.started.append(process)
        return int(process.stdout.readline())

    def end(self):
        """End those that were started."""
        for process in self.started:
            process.kill()
            process.wait()
            process.stdout.close()
        self.started.clear()


MAP = """\
MAP
  NAME "made_up"
  EXTENT -70 -25 -68 -23
  PROJECTION "init=epsg:4326" END
  WEB METADATA
    "wfs_title" "made up" "wfs_onlineresource" "http://127.0.0.1/" "wfs_srs" "EPSG:4326 EPSG:3857"
    "wfs_enable_request" "*" FORMATS
  END END
  OUTPUTFORMAT
    NAME "geojson" DRIVER "OGR/GEOJSON" MIMETYPE "application/json; subtype=geojson"
    FORMATOPTION "STORAGE=stream" FORMATOPTION "FORM=SIMPLE"
  END
  LAYER
    NAME "units" TYPE SHAPE STATUS ON CONNECTIONTYPE OGR CONNECTION "FOLDER/made_up.gpkg" DATA "made_up"
    PROJECTION "init=epsg:4326" END
    TEMPLATE "x"
    METADATA
      "wfs_title" "units" "gml_include_items" "all" "gml_featureid" "objectid" "gml_types" "auto"
      "wfs_srs" "EPSG:4326 EPSG:3857" "wfs_enable_request" "*"
    END
  END
END
"""


def write_map(folder, *, rows, shape, geojson, west_south):
    """Write made-up rows, the map of them, and what lets MapServer serve it."""
    import geopandas as gpd
    import shapely
    from services.arcgis_server import DEFAULTS, attributes, geometry

    options = {**DEFAULTS, "rows": rows, "shape": shape}
    table = gpd.GeoDataFrame(
        [
            {key.lower(): value for key, value in attributes(number, options).items()}
            | {"age": "Jurásico <medio> & superior"}
            for number in range(1, rows + 1)
        ],
        geometry=shapely.from_geojson(
            [json.dumps(geometry(number, options, geojson=True)) for number in range(1, rows + 1)]
        ),
        crs="EPSG:4326",
    )
    if west_south:
        table["geometry"] = table.translate(west_south[0] + 70, west_south[1] + 25)
    table.drop(columns="edited").to_file(folder / "made_up.gpkg", layer="made_up")
    formats = '"wfs_getfeature_formatlist" "geojson"' if geojson else ""
    kind = {"polygon": "POLYGON", "point": "POINT", "line": "LINE"}[shape]
    text = MAP.replace("FOLDER", str(folder)).replace("FORMATS", formats).replace("SHAPE", kind)
    (folder / "made_up.map").write_text(text, "utf-8")
    config = 'CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\nEND\n'
    (folder / "mapserver.conf").write_text(config, "utf-8")


REGION = """\
# A region of somebody's own.
[region]
name = "made_up"
title = "Made up"
crs = "EPSG:32719"
cell_size_m = 1000
deposit_models = ["porphyry_copper"]

[region.window] # in degrees
west = -69.9
south = -24.9
east = -68.1
north = -23.1
"""

UNITS = """
[layers.units]
path = "0"
role = "geology"
title = "Units"
fields = { unit = "REMARK", code = "CODE", age = "EDITED" }
"""

TITLES = """
[layers.titles]
path = "0"
role = "concessions"
title = "Titles"
register = "chile"

[layers.titles.fields]
concession_id = "ID_CONCESION"
file_number = ["NUMERO_ROL", "DV_ROL"]
name = "NOMBRE"
kind = "TIPO_CONCESION"
state = "SITUACION_CONCESION"
holder = "TITULAR_NOMBRE"
administrative_unit = "COMUNA"
"""


FEATURES = """
[layers.units]
path = "units"
role = "geology"
title = "Units"
key = "objectid"
fields = { unit = "remark", code = "code", age = "age" }
"""


def write_region(folder, port, layers=UNITS, *, kind="arcgis", path=None, **keys):
    """Write a region with a source `made` of its own, and return its folder."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    if not (folder / "region.toml").exists():
        (folder / "region.toml").write_text(REGION, "utf-8")
    where = path or "/arcgis/rest/services/made_up/FeatureServer"
    values = {
        "title": "Made up", "kind": kind, "address": f"http://127.0.0.1:{port}{where}",
        "licence": "CC BY-SA 4.0", "bindings": ["share-alike"], "pause_s": 0, "scale": "1:250,000", **keys,
    }  # fmt: skip
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    (folder / "sources" / "made.toml").write_text("\n".join(lines) + "\n" + layers, "utf-8")
    return folder
