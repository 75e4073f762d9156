"""Servers of the tests, each a process of its own that ends by itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LONGEST_S = 300
"""After which a server ends, whatever becomes of the test."""


class Servers:
    """Starts servers and ends those that it started."""

    def __init__(self):
        self.started = []

    def arcgis(self, *, life=LONGEST_S, port=0, **options):
        """Start an ArcGIS-like server and return its port."""
        return self.run("arcgis_server.py", str(life), json.dumps(options), port=port)

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
