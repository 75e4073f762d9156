"""An ArcGIS-like server on loopback with faults to switch on; it ends by itself.

``python arcgis_server.py SECONDS OPTIONS`` prints its port; OPTIONS are JSON. A layer of made-up rows is
under ``/arcgis/rest/services/made_up/FeatureServer/0``.
"""

import gzip
import json
import math
import os
import sys
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

DEFAULTS = {
    "rows": 57,  # rows in all, in the box -70..-68, -25..-23
    "most": 20,  # maxRecordCount
    "cap": None,  # rows of a page that are really given
    "paging": True,
    "geojson": True,
    "shape": "polygon",  # or point, line
    "vertices": 5,
    "line": [0.01, 0.01],  # from the first to the last place of a line, in degrees
    "ids": True,
    "flag": True,  # whether exceededTransferLimit is said
    "fault": "",  # see `Handler.fault`
    "at": 2,  # which query for rows the fault meets, from 1
    "times": 1,  # how often
    "seconds": 1,  # Retry-After
    "largest_batch": None,  # ids of a batch beyond which it answers 500
    "codes": [],  # values of a field GLG, one after another
    "titles": False,  # fields of a register, with made-up holders
    "wkid": 4326,  # of f=json
    "west_south": [-70, -25],  # corner of the box, which is two degrees wide and high
    "log": "",  # file to which each query is written
}
DATES = 1_700_000_000_000
HOLDERS = (
    "Minera Uno S.A.", "Eva Lopez Rojas", "SLM Rosario Uno de la Sierra", "Codelco", "Juan Perez Soto",
)  # fmt: skip


def fields(options):
    """Return the fields of the layer."""
    names = [
        ("OBJECTID", "OID"), ("CODE", "String"), ("AREA", "Double"), ("SHEET", "Integer"),
        ("EDITED", "Date"), ("REMARK", "String"), ("RUT", "String"),
    ]  # fmt: skip
    if options["codes"]:
        names.append(("GLG", "String"))
    if options["titles"]:
        names += [
            (name, "String")
            for name in (
                "NUMERO_ROL", "DV_ROL", "NOMBRE", "TIPO_CONCESION", "SITUACION_CONCESION",
                "TITULAR_NOMBRE", "TITULAR_RUT", "COMUNA", "ID_CONCESION",
            )
        ]  # fmt: skip
    return [{"name": name, "type": f"esriFieldType{kind}", "alias": name} for name, kind in names]


def attributes(number, options):
    """Return what row `number` (from 1) holds."""
    values = {
        "OBJECTID": number, "CODE": f"{number % 7:03d}", "AREA": number * 1.5, "SHEET": number % 11,
        "EDITED": DATES + number * 86_400_000, "REMARK": f"Sheet {number}, RUT 11.222.333-4",
        "RUT": "11.222.333-4",
    }  # fmt: skip
    if options["codes"]:
        values["GLG"] = options["codes"][number % len(options["codes"])]
    if options["titles"]:
        values |= {
            "NUMERO_ROL": f"{number:06d}", "DV_ROL": str(number % 10), "NOMBRE": f"Rosario {number}",
            "TIPO_CONCESION": "EXPLOTACION" if number % 2 else "EXPLORACION",
            "SITUACION_CONCESION": "CONSTITUIDA", "TITULAR_NOMBRE": HOLDERS[number % len(HOLDERS)],
            "TITULAR_RUT": "11.222.333-4", "COMUNA": "Calama", "ID_CONCESION": str(9_000_000 + number),
        }  # fmt: skip
    return values


def place(number, options):
    """Return where a row lies: on a grid within the box."""
    across = math.ceil(math.sqrt(options["rows"]))
    row, column = divmod(number - 1, across)
    west, south = options["west_south"]
    return west + 0.05 + 1.9 * column / across, south + 0.05 + 1.9 * row / across


def ring(number, options):
    """Return the outline of a row, clockwise as ArcGIS has it."""
    west, south = place(number, options)
    size, count = 0.8 * 1.9 / math.ceil(math.sqrt(options["rows"])), options["vertices"] - 1
    turns = [-2 * math.pi * corner / count for corner in range(count)]
    places = [
        (
            round(west + size * (1 + math.cos(a)) / 2, 7),
            round(south + size * (1 + math.sin(a)) / 2, 7),
        )
        for a in turns
    ]
    return [*places, places[0]]


def rings(number, options):
    """Return the rings of a row: every tenth has a hole, every seventh two parts."""
    outer = ring(number, options)
    if options["vertices"] > 5:
        return [outer]
    west, south = min(x for x, _ in outer), min(y for _, y in outer)
    east, north = max(x for x, _ in outer), max(y for _, y in outer)
    wide, high = (east - west) / 10, (north - south) / 10
    middle = (west + east) / 2, (south + north) / 2
    box = lambda x, y, w, h: [(x, y), (x, y + h), (x + w, y + h), (x + w, y), (x, y)]  # noqa: E731
    parts = [outer]
    if number % 10 == 0:
        parts.append(box(middle[0] - wide / 2, middle[1] - high / 2, wide, high)[::-1])
    if number % 7 == 0:
        parts.append(box(east + wide, south, wide, high))
    return parts


def geometry(number, options, *, geojson):
    """Return the geometry of a row in either form."""
    x, y = place(number, options)
    if options["shape"] == "point":
        return {"type": "Point", "coordinates": [x, y]} if geojson else {"x": x, "y": y}
    if options["shape"] == "line":
        east, north = options["line"]
        line = [[x, y], [x + east, y + north]]
        return {"type": "LineString", "coordinates": line} if geojson else {"paths": [line]}
    parts = rings(number, options)
    if not geojson:
        return {"rings": parts}
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts}
    if number % 7 == 0:
        whole = [parts[:-1], parts[-1:]]
        return {"type": "MultiPolygon", "coordinates": whole}
    return {"type": "Polygon", "coordinates": parts}


@cache
def mercator():
    """Return the change from degrees to Web Mercator."""
    import pyproj

    return pyproj.Transformer.from_crs(4326, 3857, always_xy=True)


class Handler(BaseHTTPRequestHandler):
    """Answers queries; what is wrong with it stands in `server.options`."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *parts):
        """Write nothing."""

    def do_GET(self):
        """Answer a question in the address."""
        parts = urlsplit(self.path)
        self.answer(parts.path, {key: value[0] for key, value in parse_qs(parts.query).items()})

    def do_POST(self):
        """Answer a question in a form."""
        form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.answer(
            urlsplit(self.path).path, {key: value[0] for key, value in parse_qs(form).items()}
        )

    def answer(self, path, asked):
        """Answer any question."""
        options = self.server.options
        if options["log"]:
            with Path(options["log"]).open("a", encoding="utf-8") as log:
                log.write(json.dumps({"path": path, "headers": dict(self.headers), **asked}) + "\n")
        if path == "/loop":
            self.send_text("", status=302, headers={"Location": "/loop"})
        elif path.endswith("/query"):
            self.query(asked)
        elif path.endswith("/0"):
            self.send(self.layer())
        elif path.endswith("FeatureServer"):
            self.send({"layers": [{"id": 0, "name": "made_up"}]})
        else:
            self.send_text("<html><title>Not found</title></html>", status=404, kind="text/html")

    def layer(self):
        """Return what the layer says of itself."""
        options = self.server.options
        formats = "JSON, geoJSON" if options["geojson"] else "JSON"
        return {
            "id": 0, "name": "made_up", "objectIdField": "OBJECTID", "fields": fields(options),
            "maxRecordCount": options["most"], "supportedQueryFormats": formats,
            "advancedQueryCapabilities": {"supportsPagination": options["paging"]},
        }  # fmt: skip

    def query(self, asked):
        """Answer a query: a count, ids, or rows."""
        options, state = self.server.options, self.server.state
        if "geometry" not in asked:
            self.send({"error": {"code": 400, "message": "no box"}})
            return
        count = options["rows"]
        if options["fault"] == "changing" or (
            options["fault"] == "changed" and state["rows"] >= options["at"]
        ):
            count -= state["rows"] if options["fault"] == "changing" else 1
        if asked.get("returnCountOnly") == "true":
            declared = 196_130 if options["fault"] == "declares" else count
            self.send({"count": declared})
        elif asked.get("returnIdsOnly") == "true":
            ids = list(range(1, count + 1)) if options["ids"] else None
            if options["ids"]:
                self.send({"objectIdFieldName": "OBJECTID", "objectIds": ids})
            else:
                self.send({"error": {"code": 400, "message": "ids are not given"}})
        else:
            state["rows"] += 1
            self.rows(asked, count)

    def rows(self, asked, count):
        """Answer a query for rows."""
        options = self.server.options
        if not options["paging"] and ("resultRecordCount" in asked or "resultOffset" in asked):
            self.send(
                {"error": {"code": 400, "message": "Pagination is not supported."}}, status=400
            )
            return
        names = asked["outFields"].split(",")
        known = {field["name"] for field in fields(options)}
        if not set(names) <= known:
            self.send({"features": []})
            return
        if "objectIds" in asked:
            numbers = [int(number) for number in asked["objectIds"].split(",")]
            if options["largest_batch"] and len(numbers) > options["largest_batch"]:
                self.send_text("Internal error", status=500)
                return
        else:
            start = int(asked.get("resultOffset", 0))
            page = min(
                int(asked.get("resultRecordCount", options["most"])),
                options["cap"] or options["most"],
            )
            numbers = list(range(start + 1, min(count, start + page) + 1))
        met = self.server.state["rows"]
        if options["at"] <= met < options["at"] + options["times"] and self.fault(
            asked, numbers, names
        ):
            return
        self.send(self.features(asked, numbers, names, count))

    def features(self, asked, numbers, names, count):
        """Return rows as the service writes them."""
        options = self.server.options
        geojson = asked["f"] == "geojson"
        features = []
        for number in numbers:
            values = {
                name: value for name, value in attributes(number, options).items() if name in names
            }
            shape = geometry(number, options, geojson=geojson)
            if geojson:
                features.append(
                    {"type": "Feature", "id": number, "geometry": shape, "properties": values}
                )
            else:
                features.append({"attributes": values, "geometry": self.placed(shape)})
        longer = (
            options["flag"] and bool(numbers) and "objectIds" not in asked and numbers[-1] < count
        )
        if geojson:
            more = {"properties": {"exceededTransferLimit": True}} if longer else {}
            return {"type": "FeatureCollection", "features": features, **more}
        more = {"exceededTransferLimit": True} if longer else {}
        wkid = options["wkid"]
        reference = {"wkid": 102100, "latestWkid": 3857} if wkid == 3857 else {"wkid": wkid}
        return {"spatialReference": reference, "features": features, **more}

    def placed(self, shape):
        """Return a geometry in the CRS of the answers."""
        if self.server.options["wkid"] != 3857:
            return shape
        move = mercator().transform
        return {"rings": [[list(move(x, y)) for x, y in part] for part in shape["rings"]]}

    def fault(self, asked, numbers, names):
        """Do what is wrong with this answer; False where nothing was done."""
        fault, options = self.server.options["fault"], self.server.options
        name, _, target = fault.partition(":")
        if name == "no geojson" and asked["f"] == "geojson":
            self.send({"error": {"code": 400, "message": "Invalid format"}})
            return True
        if name not in FAULTS:
            return False
        whole = json.dumps(self.features(asked, numbers, names, options["rows"])).encode()
        back = max(1, numbers[0] - len(numbers))
        earlier = range(back, back + len(numbers))
        FAULTS[name](
            self, whole=whole, target=target, seconds=options["seconds"],
            earlier=self.features(asked, earlier, names, options["rows"]),
            short=self.features(asked, numbers[:-3], names, options["rows"]),
        )  # fmt: skip
        return True

    def busy(self, *, seconds, **_):
        """Ask for a pause."""
        self.send_text("busy", status=503, headers={"Retry-After": str(seconds)})

    def cut(self, *, whole, **_):
        """Send half of what is announced."""
        self.send_bytes(whole[: len(whole) // 2], length=len(whole))
        self.close_connection = True

    def half(self, *, whole, **_):
        """Send half, and say that it is all."""
        self.send_bytes(whole[: len(whole) // 2])

    def reset(self, **_):
        """Close the connection."""
        self.close_connection = True
        self.connection.close()

    def web_page(self, **_):
        """Send a web page with status 200."""
        page = "<!DOCTYPE html><html><title>Maintenance</title></html>"
        self.send_text(page, kind="text/html")

    def error_within(self, **_):
        """Send an error with status 200."""
        error = {"code": 500, "message": "Error performing query", "details": ["tired"]}
        self.send({"error": error})

    def empty(self, **_):
        """Send no rows."""
        self.send({"type": "FeatureCollection", "features": []})

    def repeat(self, *, earlier, **_):
        """Send the rows of the page before."""
        self.send(earlier)

    def short(self, *, short, **_):
        """Send three rows fewer."""
        self.send(short)

    def bomb(self, **_):
        """Send little that unpacks to much."""
        body = gzip.compress(b" " * 60_000_000, compresslevel=1)
        self.send_bytes(body, headers={"Content-Encoding": "gzip"})

    def hang(self, **_):
        """Send nothing."""
        time.sleep(30)
        self.close_connection = True

    def redirect(self, *, target, **_):
        """Lead elsewhere."""
        self.send_text("", status=302, headers={"Location": target})

    def cookie(self, *, whole, **_):
        """Send rows and a cookie."""
        self.send(json.loads(whole), headers={"Set-Cookie": "who=you; Path=/"})

    def drip(self, *, whole, **_):
        """Send a byte at a time."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        for byte in whole:
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                break
            time.sleep(0.2)
        self.close_connection = True

    def endless(self, **_):
        """Send without an end."""
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b" " * 1_000_000)
        except OSError:
            pass

    def send(self, tables, status=200, headers=None):
        """Send JSON."""
        kind = "application/json;charset=UTF-8"
        self.send_bytes(json.dumps(tables).encode(), status=status, headers=headers, kind=kind)

    def send_text(self, text, status=200, kind="text/plain", headers=None):
        """Send text."""
        self.send_bytes(text.encode(), status=status, headers=headers, kind=kind)

    def send_bytes(self, body, *, status=200, headers=None, kind="application/json", length=None):
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True


FAULTS = {
    "busy": Handler.busy, "cut": Handler.cut, "half": Handler.half, "reset": Handler.reset,
    "html": Handler.web_page, "error": Handler.error_within, "empty": Handler.empty,
    "repeat": Handler.repeat, "short": Handler.short, "drip": Handler.drip,
    "endless": Handler.endless, "bomb": Handler.bomb, "hang": Handler.hang,
    "redirect": Handler.redirect, "cookie": Handler.cookie,
}  # fmt: skip
"""Name of a fault -> what does it."""


def main():
    """Serve for so many seconds, then end."""
    seconds, options = float(sys.argv[1]), json.loads(sys.argv[2] if len(sys.argv) > 2 else "{}")
    unknown = options.keys() - DEFAULTS.keys()
    if unknown:
        raise SystemExit(f"unknown: {unknown}")
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "0"))), Handler)
    server.daemon_threads = True
    server.options = {**DEFAULTS, **options}
    server.state = {"rows": 0}
    timer = threading.Timer(seconds, lambda: os._exit(0))
    timer.daemon = True
    timer.start()
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
