"""Malformed inputs from a sound region: each a folder, made again by its seed and number."""

import copy
import datetime
import json
import math
import random
import shutil
import sqlite3
import tomllib
import warnings
from contextlib import closing

import geopandas as gpd
import grown
import numpy as np
import rasterio
import shapely
from rasterio.transform import Affine

from prospector.evidence import known_kinds
from prospector.region import deposit_model, model_evidence, model_tables, region_tables
from prospector.region.shapes import keys_of
from prospector.region.shipped_models import load_deposit_model
from prospector.region.spelling import as_toml
from prospector.synthetic import write_region

UTM = "EPSG:32719"

NUMBERS = (
    0, 1, -1, 3, 0.95, 99.9, -5.5, 1e-300, 5e-324, 1e17, 1e300, 1e308, math.inf, -math.inf, math.nan,
    2**31, 2**62, -(2**62), 180, -180, 90.0000001,
)  # fmt: skip
TEXTS = (
    "", " ", "x", "cell", "geology", "relief", "faults", "EPSG:4326", "EPSG:32719", "EPSG:99999999",
    "by row", "..", "/", "/dev/zero", "../../../etc/passwd", "/vsicurl/http://127.0.0.1:9/x.tif",
    "relief.tif", "faults.geojson", "C:\\data\\x.tif", "\x1b[2J\x07", "\u202e\u0661\u0662", "a\nb",
    "\x00", "é" * 300, "n" * 5000, "{0}", "%s%n", "nan", "1e999", "31/02/2024", "2025-13-99", "base64",
    "utf-16", "geometry", "name", "logistic", "forest", "fuzzy", "index",
)  # fmt: skip
DATES = (
    datetime.date(2026, 1, 31),
    datetime.datetime(2026, 1, 31, 7, 32, tzinfo=datetime.UTC),
    datetime.time(7, 32),
)

PLAUSIBLE = (
    "cell", "geology", "relief", "faults", "deposits", "concessions", "protected", "land", "towns", "roads",
    "EPSG:4326", "EPSG:32718", "EPSG:3857", "deposits.geojson", "faults.geojson", "relief.tif",
    "region.toml", "surface", "distance", "share", "density", "logistic", "forest", "boosting",
    "weights-of-evidence", "fuzzy", "index", "porphyry_copper", "iocg", "2026-01-31", "name", "held",
)  # fmt: skip
"""Words that are sound somewhere."""

SPOILT_LAYER = {
    "geojson": ("deposits", "faults", "geology", "concessions"),
    "gpkg": ("deposits", "faults", "geology", "concessions"),
    "shp": ("deposits", "faults", "geology", "concessions"),
    "csv": ("deposits",),
}


def write_base(folder):
    """Write the sound region that every case spoils, and return its folder."""
    base = write_region(folder, n=30)
    rocks = gpd.GeoDataFrame(
        {"class": ["granite", "lava", "lava"], "code": [1, 2, 2]},
        geometry=[shapely.box(w, 7_190_000, w + 60_000, 7_410_000) for w in (4e5, 4.6e5, 5.2e5)],
        crs=UTM,
    )
    titles = gpd.GeoDataFrame(
        {
            "file_number": ["1", "2"],
            "kind": ["mine", "mine"],
            "state": ["held", "gone"],
            "holder": ["Minera S.A.", "Eva"],
            "expires": ["2020-01-01", "2030-01-01"],
        },
        geometry=[
            shapely.box(480_000, 7_260_000, 520_000, 7_300_000),
            shapely.box(440_000, 7_340_000, 470_000, 7_360_000),
        ],
        crs=UTM,
    )
    for name, table in (
        ("geology", rocks),
        ("concessions", titles),
        ("whole", rocks[["geometry"]]),
    ):
        table.to_crs("EPSG:4326").to_file(base / f"{name}.geojson", driver="GeoJSON")
    toml = base / "region.toml"
    coarse = toml.read_text("utf-8").replace("cell_size_m = 2000", "cell_size_m = 8000")
    toml.write_text(
        coarse + '\n[layers.geology]\nrole = "geology"\nfile = "geology.geojson"\n'
        '\n[layers.concessions]\nrole = "concessions"\nfile = "concessions.geojson"\n'
        'as_of = "2026-01-31"\ncoverage = "whole.geojson"\nkinds = { mine = "mine" }\n'
        'states = { held = "held", gone = "lapsed" }\n'
        '\n[override.porphyry_copper.evidence.fault]\nkind = "distance"\nrole = "faults"\n'
        'label = "distance to faults"\nexpected = "decreasing"\nreason = "planted"\n'
        "membership = { full = 2, none = 20 }\n",
        "utf-8",
    )
    return base


def mutate(base, folder, seed, number):
    """Write a case into a folder and return its family and what was done to it."""
    draw = random.Random(f"{seed}-{number}")
    names = list(FAMILIES)
    family = names[number % len(names)]
    shutil.copytree(base, folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return family, FAMILIES[family](folder, draw)


def parts(draw):
    """How many faults a case has: mostly one."""
    return draw.choice((1, 1, 1, 2, 5))


# region.toml -----------------------------------------------------------------------------------


def spoil_region(folder, draw):
    file = folder / "region.toml"
    if draw.random() < 0.3:
        return spoil_toml_text(file, draw)
    tables = tomllib.loads(file.read_text("utf-8"))
    done = [spoil_tables(tables, draw) for _ in range(parts(draw))]
    write_toml(file, tables)
    return "; ".join(done)


def spoil_override(folder, draw):
    file = folder / "region.toml"
    tables = tomllib.loads(file.read_text("utf-8"))
    model = draw.choice(("porphyry_copper", "porphyry_copper", "iocg", "lithium_brine"))
    tables["region"]["deposit_models"] = [model]
    spoilt = tables["override"] = {model: dict(tables["override"]["porphyry_copper"])}
    if draw.random() < 0.4:
        done = spoil_kind(spoilt[model], draw)
    else:
        whole = load_deposit_model(model).model_dump(mode="json", exclude_none=True)
        name = draw.choice(keys_of(deposit_model.DepositModel))
        holder = {name: whole.get(name) or {}}
        done = "; ".join(spoil_tables(holder, draw) for _ in range(parts(draw)))
        spoilt[model].update(holder)
    write_toml(file, tables)
    return f"{model}: {done}"


def spoil_kind(override, draw):
    """Give the planted evidence another kind, with some of its parameters sound and some not."""
    name, kind = draw.choice(sorted(known_kinds().items()))
    table = {"kind": name}
    for key, info in kind.parameters.model_fields.items():
        if info.is_required() or draw.random() < 0.5:
            table[key] = copy.deepcopy((info.examples or [1])[0])
    table["role"] = draw.choice(
        ("faults", "geology", "deposits", "relief", "relief", "towns", "nil")
    )
    own = {k: v for k, v in override["evidence"]["fault"].items() if k not in ("kind", "role")}
    table |= own
    done = "sound" if draw.random() < 0.4 else spoil_tables(table, draw)
    override["evidence"] = {"fault": table}
    return f"{name} of {table.get('role')}: {done}"


def spoil_tables(tables, draw):
    """Spoil one key somewhere in tables and say what was done."""
    every = list(places(tables))
    if not every:
        return "nothing"
    at, key = draw.choice(every)
    how = draw.choice(("delete", "retype", "misspell", "number", "add", "like", "like", "like"))
    if how == "delete":
        del at[key]
        return f"delete {key}"
    if how == "misspell" and isinstance(at, dict):
        at[misspelt(str(key), draw)] = at.pop(key)
        return f"misspell {key}"
    if how == "add" and isinstance(at, dict):
        key = draw.choice(known_keys())
        at[key] = odd_value(draw)
        return f"add {key} = {at[key]!r:.60}"
    ways = {"number": lambda: draw.choice(NUMBERS), "like": lambda: like(at[key], draw)}
    at[key] = ways.get(how, lambda: odd_value(draw))()
    return f"{key} = {at[key]!r:.60}"


def known_keys():
    shapes = (
        region_tables.RegionEntry, region_tables.LayerEntry, model_tables.LabelEntry,
        model_tables.EstimatorEntry, model_tables.TargetEntry, model_tables.NumberEntry,
        model_evidence.EvidenceEntry, deposit_model.DepositModel,
    )  # fmt: skip
    return sorted({key for shape in shapes for key in keys_of(shape)})


def places(value):
    """Give every key of tables and lists, with what holds it."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in list(keys):
        yield value, key
        if isinstance(value[key], dict | list) and value[key]:
            yield from places(value[key])


def odd_value(draw, depth=0):
    how = draw.random()
    if how < 0.3:
        return draw.choice(TEXTS)
    if how < 0.6:
        return draw.choice(NUMBERS)
    if how < 0.7:
        return draw.choice(DATES)
    if how < 0.8 or depth > 2:
        return draw.random() < 0.5
    inner = [odd_value(draw, depth + 1) for _ in range(draw.randrange(3))]
    return inner if how < 0.9 else {draw.choice(("a", "name", "x y", "")): part for part in inner}


def like(value, draw):
    """Return a value of the same type that may be meant, and may not."""
    if value is None or isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return draw.choice((0, 1, -value, value + 1, value * 10, value // 10, value * 1000))
    if isinstance(value, float):
        return value * draw.choice((0.0, -1.0, 0.01, 0.9, 1.1, 10.0, 1000.0))
    if isinstance(value, str):
        return draw.choice((value.upper(), value[::-1], value * 2, *PLAUSIBLE))
    if isinstance(value, list):
        return draw.choice((value[::-1], value * 2, value[:1], []))
    if not isinstance(value, dict):
        return str(value)
    keys = list(value)
    draw.shuffle(keys)
    return {key: value[key] for key in keys[: draw.randrange(len(keys) + 1)]}


def misspelt(word, draw):
    place = draw.randrange(max(len(word), 1))
    letters = list(word)
    how = draw.randrange(3)
    if how == 0 and letters:
        del letters[place]
    elif how == 1:
        letters.insert(place, draw.choice("aexz_-. "))
    else:
        return draw.choice((word.upper(), word + "s", "_" + word))
    return "".join(letters)


def write_toml(file, tables):
    file.write_text(toml_of(tables), "utf-8")


def toml_of(tables):
    """Return tables as TOML, those within others inline."""
    return "".join(f"{as_toml({key: value})[2:-2]}\n" for key, value in tables.items())


def spoil_toml_text(file, draw):
    text, data = file.read_text("utf-8"), file.read_bytes()
    lines = text.splitlines()
    place = draw.randrange(len(lines))
    texts = {
        "a line twice": "\n".join([*lines[:place], lines[place], *lines[place:]]),
        "a line less": "\n".join([*lines[:place], *lines[place + 1 :]]),
        "a table twice": text + "\n[layers.relief]\nrole = 'relief'\n",
        "5000 figures": text.replace("8000", "9" * 5000),
        "2000 brackets": text + "\n[layers.deep]\nrole = " + "[" * 2000 + "]" * 2000,
        "a deep key": text + "\n" + ".".join("a" * 3000) + " = 1",
        "a number beyond 64 bits": text.replace("8000", "9" * 300),
        "a bad escape": text.replace("relief.tif", "C:\\data\\relief.tif"),
        "Windows ends of lines": text.replace("\n", "\r\n"),
        "nothing": "",
        "a NUL": text[: len(text) // 2] + "\0" + text[len(text) // 2 :],
    }
    bytes_of = {
        "a byte-order mark": b"\xef\xbb\xbf" + data,
        "UTF-16": text.encode("utf-16"),
        "Latin-1": text.replace("Synthetic region", "Región").encode("latin-1"),
        **{f"flips {n}": flipped(data, draw) for n in range(5)},
        "a cut": data[: draw.randrange(len(data))],
    }
    how = draw.choice([*texts, *bytes_of])
    file.write_bytes(bytes_of[how] if how in bytes_of else texts[how].encode("utf-8"))
    return how


def flipped(data, draw, start=0):
    """Return bytes with a few of them changed."""
    spoilt = bytearray(data or b"x")
    for _ in range(draw.choice((1, 1, 3, 20))):
        spoilt[draw.randrange(min(start, len(spoilt) - 1), len(spoilt))] = draw.randrange(256)
    return bytes(spoilt)


def spoil_bytes(file, draw):
    """Flip, cut, double or empty a file."""
    data = file.read_bytes()
    how = draw.choice(
        ("flip", "flip", "flip", "flip the head", "cut", "cut", "twice", "empty", "zeros")
    )
    file.write_bytes(
        {
            "flip": lambda: flipped(data, draw),
            "flip the head": lambda: flipped(data[:200], draw) + data[200:],
            "cut": lambda: data[: draw.randrange(len(data) + 1)],
            "twice": lambda: data + data,
            "empty": lambda: b"",
            "zeros": lambda: data[: len(data) // 2] + bytes(len(data) - len(data) // 2),
        }[how]()
    )
    return f"{how} {file.name}"


# features --------------------------------------------------------------------------------------


def spoil_geojson(folder, draw):
    layer = draw.choice(SPOILT_LAYER["geojson"])
    file = folder / f"{layer}.geojson"
    if draw.random() < 0.25:
        return spoil_bytes(file, draw)
    tables = json.loads(file.read_text("utf-8"))
    if draw.random() < 0.35:
        done = "; ".join(spoil_tables(tables, draw) for _ in range(parts(draw)))
    else:
        done = spoil_features(tables, draw)
    file.write_text(json.dumps(tables, default=str), "utf-8")
    return f"{layer}: {done}"


def spoil_features(tables, draw):
    """Spoil the structure of a GeoJSON: geometry, properties, CRS."""
    features = tables["features"]
    feature = draw.choice(features)
    shape, columns = feature["geometry"], feature["properties"]
    point, box = [-69.0, -24.5], [[-69.0, -24.5], [-68.0, -24.5], [-68.0, -25.0], [-69.0, -24.5]]

    def geometry(kind, coordinates):
        return lambda: feature.update(geometry={"type": kind, "coordinates": coordinates})

    def column(name, value):
        return lambda: [one["properties"].update({name: value}) for one in features]

    ways = {
        "no geometry": lambda: feature.update(geometry=None),
        "no geometry at all": lambda: [one.update(geometry=None) for one in features],
        "no coordinates": lambda: shape.update(coordinates=[]),
        "NaN": lambda: shape.update(coordinates=nested(shape["coordinates"], math.nan)),
        "infinite": lambda: shape.update(coordinates=nested(shape["coordinates"], math.inf)),
        "huge": lambda: shape.update(coordinates=nested(shape["coordinates"], 1e308)),
        "swapped": lambda: shape.update(coordinates=nested(shape["coordinates"], None)),
        "text in coordinates": lambda: shape.update(coordinates=nested(shape["coordinates"], "x")),
        "line of a point": geometry("LineString", [point]),
        "line of one place": geometry("LineString", [point, point]),
        "ring unclosed": geometry("Polygon", [box[:-1]]),
        "ring of two": geometry("Polygon", [box[:2]]),
        "bow-tie": geometry("Polygon", [[box[0], box[2], box[1], [-69.0, -25.0], box[0]]]),
        "hole without shell": geometry("Polygon", [[], box]),
        "whole world": geometry("Polygon", [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]),
        "to the pole": geometry("LineString", [point, [-69.0, 90.0]]),
        "across the date line": geometry("LineString", [[179.9, -24.0], [-179.9, -24.0]]),
        "300 equal squares": geometry("MultiPolygon", [[box]] * 300),
        "collection of nothing": lambda: feature.update(
            geometry={"type": "GeometryCollection", "geometries": []}
        ),
        "collection": lambda: feature.update(
            geometry={"type": "GeometryCollection", "geometries": [shape, shape]}
        ),
        "multipoint": geometry("MultiPoint", [point, point]),
        "unknown type": lambda: shape.update(type="Circle"),
        "heights": lambda: shape.update(coordinates=nested(shape["coordinates"], "z")),
        "no properties": lambda: feature.update(properties=None),
        "no features": lambda: features.clear(),
        "a feature 300 times": lambda: features.extend([feature] * 300),
        "CRS of a link": lambda: tables.update(
            crs={"type": "link", "properties": {"href": "http://127.0.0.1:9/x"}}
        ),
        "CRS unknown": lambda: tables.update(
            crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::99999"}}
        ),
        "CRS null": lambda: tables.update(crs=None),
        "name null": lambda: columns.update(name=None),
        "names null": column("name", None),
        "names numbers": column("name", 7),
        "type null": column("deposit_type", None),
        "types numbers": column("deposit_type", 3.5),
        "verified in words": column("verified", draw.choice(("no", "perhaps", "si", ""))),
        "ages text": column("age_ma", draw.choice(("36", "36,5", "Eocene", [36], {"a": 1}, True))),
        "age infinite": column("age_ma", 1e308),
        "years": column("discovery_year", draw.choice(("19x8", "12/05/1992", 0, -4, 1e9, "2024-01-01"))),
        "fid": column("fid", 1),
        "fids text": column("fid", "x"),
        "geometry as column": column("geometry", "x"),
        "geom as column": column("geom", {"a": [1]}),
        "twins by case": column("NAME", "x"),
        "belt": column("belt", draw.choice((1, None, "a", [1]))),
        "tolerances": column("tolerance_m", draw.choice((-1, "x", 1e308, None))),
        "state": column("state", draw.choice((None, 3, "strange", ["a"]))),
        "kind": column("kind", draw.choice((None, 3, "strange", ["a"]))),
        "expires": column("expires", draw.choice((20240101, "31/02/2024", "0001-01-01", None, True, "x"))),
        "class": column("class", draw.choice((None, 3, 2.5, "", ["a"]))),
        "a text of 100,000 letters": column("name", "x" * 100_000),
        "controls": column("name", "\x00\x1b[2J\u202e"),
        "lone surrogate": column("name", "\ud800"),
        "an empty name": column("", "x"),
    }  # fmt: skip
    way = draw.choice(sorted(ways))
    if shape is None and way in ("no coordinates", "NaN", "infinite", "huge", "swapped", "heights"):
        return "nothing"
    ways[way]()
    return way


def nested(coordinates, value):
    """Return coordinates with a value in the first place; swapped for None, with heights for "z"."""
    if coordinates and not isinstance(coordinates[0], list):
        if value is None:
            return coordinates[::-1]
        return [*coordinates, 5.0] if value == "z" else [value, *coordinates[1:]]
    every = value is None or value == "z"
    return [nested(part, value) if every or not i else part for i, part in enumerate(coordinates)]


def use(folder, layer, file, **keys):
    """Let a layer come from another file."""
    toml = folder / "region.toml"
    tables = tomllib.loads(toml.read_text("utf-8"))
    tables["layers"][layer] |= {"file": file, **keys}
    write_toml(toml, tables)


def spoil_gpkg(folder, draw):
    layer = draw.choice(SPOILT_LAYER["gpkg"])
    table = gpd.read_file(folder / f"{layer}.geojson")
    file = folder / f"{layer}.gpkg"
    table.to_file(file, driver="GPKG", layer=layer)
    use(folder, layer, file.name)
    if draw.random() < 0.5:
        return spoil_bytes(file, draw)
    statements = {
        "no geometry_columns": "DROP TABLE gpkg_geometry_columns",
        "no contents": "DROP TABLE gpkg_contents",
        "no systems": "DROP TABLE gpkg_spatial_ref_sys",
        "empty contents": "DELETE FROM gpkg_contents",
        "no table": f"DROP TABLE {layer}",
        "no rows": f"DELETE FROM {layer}",
        "CRS undefined": "UPDATE gpkg_geometry_columns SET srs_id = -1",
        "CRS unknown": "UPDATE gpkg_geometry_columns SET srs_id = 77777",
        "CRS broken": "UPDATE gpkg_spatial_ref_sys SET definition = 'GEOGCS[', organization = 'NONE'",
        "geometry null": f"UPDATE {layer} SET geom = NULL",
        "geometry text": f"UPDATE {layer} SET geom = 'POINT (1 2)'",
        "geometry short": f"UPDATE {layer} SET geom = substr(geom, 1, 12)",
        "geometry zeros": f"UPDATE {layer} SET geom = zeroblob(40)",
        "geometry cut": f"UPDATE {layer} SET geom = substr(geom, 1, length(geom) - 9)",
        "type wrong": "UPDATE gpkg_geometry_columns SET geometry_type_name = 'CIRCLE'",
        "column wrong": "UPDATE gpkg_geometry_columns SET column_name = 'nowhere'",
        "a view": f"CREATE VIEW v AS SELECT * FROM {layer}",
        "second layer": "INSERT INTO gpkg_contents SELECT 'again', data_type, 'again', description,"
        " last_change, min_x, min_y, max_x, max_y, srs_id FROM gpkg_contents",
        "bounds wrong": "UPDATE gpkg_contents SET min_x = 'x', max_x = 1e308",
        "not a GeoPackage": "PRAGMA application_id = 0",
        "text in a number": f"ALTER TABLE {layer} ADD COLUMN age_text2 REAL DEFAULT 'x'",
    }
    way = draw.choice(sorted(statements))
    with closing(sqlite3.connect(file)) as db:
        db.create_function("ST_IsEmpty", 1, lambda blob: 0)
        db.create_function("ST_MinX", 1, lambda blob: 0.0)
        db.create_function("ST_MaxX", 1, lambda blob: 0.0)
        db.create_function("ST_MinY", 1, lambda blob: 0.0)
        db.create_function("ST_MaxY", 1, lambda blob: 0.0)
        for (trigger,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f'DROP TRIGGER "{trigger}"')
        try:
            db.execute(statements[way])
        except sqlite3.Error as error:
            way = f"{way} ({error})"
        db.commit()
    return f"{layer}: {way}"


def spoil_shp(folder, draw):
    layer = draw.choice(SPOILT_LAYER["shp"])
    file = folder / f"{layer}.shp"
    gpd.read_file(folder / f"{layer}.geojson").to_file(file)
    keys = {}
    if layer == "deposits":
        keys = {"columns": {"deposit_type": "deposit_ty"}}
    elif layer == "concessions":
        keys = {"columns": {"file_number": "file_numbe"}}
    use(folder, layer, file.name, **keys)
    done = []
    for _ in range(parts(draw)):
        part = file.with_suffix(
            draw.choice((".shp", ".shp", ".dbf", ".dbf", ".shx", ".prj", ".cpg"))
        )
        how = draw.random()
        if not part.exists():
            continue
        if how < 0.2:
            part.unlink()
            done.append(f"no {part.suffix}")
        elif how < 0.4 and part.suffix in (".prj", ".cpg"):
            part.write_text(draw.choice(TEXTS), "utf-8")
            done.append(f"{part.suffix} of other text")
        else:
            done.append(spoil_bytes(part, draw))
    return f"{layer}: {', '.join(done)}"


def spoil_csv(folder, draw):
    table = gpd.read_file(folder / "deposits.geojson")
    table["longitude"], table["latitude"] = table.geometry.x, table.geometry.y
    text = table.drop(columns="geometry").to_csv(index=False)
    header, *rows = text.splitlines()
    use(folder, "deposits", "deposits.csv")
    file = folder / "deposits.csv"
    cells = [row.split(",") for row in rows]
    row = draw.randrange(len(cells))

    def joined(separator=",", head=header):
        return "\n".join([head.replace(",", separator), *(separator.join(row) for row in cells)])

    def cell(value):
        cells[row][draw.randrange(len(cells[row]))] = value
        return joined()

    def decimal_commas():
        for row in cells:
            row[-2:] = [f'"{value.replace(".", ",")}"' for value in row[-2:]]
        return joined()

    def column(index, value):
        for row in cells:
            row[index] = value
        return joined()

    ways = {
        "semicolons": lambda: joined(";"),
        "tabs": lambda: joined("\t"),
        "bars": lambda: joined("|"),
        "blanks": lambda: joined(" "),
        "a cell": lambda: cell(
            draw.choice(("", "x", "-69,5", "nan", "inf", "1e999", '"', "69°30'S", "-"))
        ),
        "decimal commas": decimal_commas,
        "decimal commas and semicolons": lambda: joined(";").replace(".", ","),
        "longitudes text": lambda: column(-2, "west"),
        "longitudes blank": lambda: column(-2, ""),
        "latitudes huge": lambda: column(-1, "1e308"),
        "latitudes infinite": lambda: column(-1, "inf"),
        "longitudes true": lambda: column(-2, "True"),
        "no header": lambda: "\n".join(rows),
        "header alone": lambda: header,
        "header twice": lambda: "\n".join([header, header, *rows]),
        "names twice": lambda: joined(head=header.replace("age_ma", "name")),
        "names in capitals": lambda: joined(head=header.upper()),
        "no names": lambda: joined(head=",".join("" for _ in cells[0])),
        "ragged": lambda: joined() + "\n1,2,3,4,5,6,7,8,9\n",
        "short": lambda: joined() + "\n1,2\n",
        "quote open": lambda: joined() + '\n"1,2\n',
        "empty": lambda: "",
        "blank lines": lambda: "\n\n\n" + joined() + "\n\n\n",
        "a NUL": lambda: joined().replace("deposit 03", "depo\0sit"),
        "a number of 5000 figures": lambda: column(-1, "9" * 5000),
        "verified in words": lambda: column(3, "perhaps"),
        "geometry as column": lambda: joined(head=header.replace("age_ma", "geometry")),
        "longitude twice": lambda: joined(head=header.replace("age_ma", "longitude")),
    }
    how = draw.choice([*ways, "bytes", "bytes", "UTF-16", "Latin-1", "a byte-order mark"])
    if how in ways:
        file.write_text(ways[how](), "utf-8")
        return how
    plain = joined().replace("deposit 01", "depósito")
    file.write_bytes(plain.encode({"UTF-16": "utf-16", "Latin-1": "latin-1"}.get(how, "utf-8-sig")))
    return spoil_bytes(file, draw) if how == "bytes" else how


# rasters ---------------------------------------------------------------------------------------


def spoil_tiff(folder, draw):
    file = folder / "relief.tif"
    if draw.random() < 0.4:
        return spoil_bytes(file, draw)
    with rasterio.open(file) as dataset:
        values, profile = dataset.read(1), dict(dataset.profile)
    done = []
    for _ in range(parts(draw)):
        values, what = spoil_raster(values, profile, draw)
        done.append(what)
    bands = profile.pop("count")
    profile.update(height=values.shape[0], width=values.shape[1])
    try:
        with rasterio.open(file, "w", count=bands, **profile) as dataset:
            for band in range(1, bands + 1):
                dataset.write(values.astype(profile["dtype"]), band)
            if draw.random() < 0.2:
                dataset.scales, dataset.offsets = [draw.choice(NUMBERS[:9])] * bands, [1.0] * bands
                done.append("scale")
    except (ValueError, OverflowError, rasterio.errors.RasterioError) as error:
        done.append(f"not written: {error}")
    if draw.random() < 0.2:
        done.append(spoil_bytes(file, draw))
    return ", ".join(done)


def spoil_raster(values, profile, draw):
    """Return values changed, with what was done; the profile changes in place."""
    size = values.shape
    transform = profile["transform"]
    ways = {
        "bands": lambda: profile.update(count=draw.choice((2, 3, 4))),
        "type": lambda: profile.update(
            dtype=draw.choice(
                ("uint8", "int16", "uint32", "float64", "complex64", "int8", "uint16")
            )
        ),
        "nodata": lambda: profile.update(
            nodata=draw.choice((math.nan, math.inf, 0, -9999, 2000, 255))
        ),
        "CRS none": lambda: profile.update(crs=None),
        "CRS geographic": lambda: profile.update(crs="EPSG:4326"),
        "CRS local": lambda: profile.update(crs=rasterio.crs.CRS.from_wkt(LOCAL)),
        "CRS north": lambda: profile.update(crs="EPSG:32619"),
        "rotated": lambda: profile.update(transform=transform * Affine.rotation(30)),
        "south up": lambda: profile.update(transform=transform * Affine.scale(1, -1)),
        "zero cells": lambda: profile.update(transform=Affine(0, 0, 4e5, 0, 0, 7e6)),
        "tiny cells": lambda: profile.update(transform=Affine(1e-300, 0, 4e5, 0, -1e-300, 7e6)),
        "huge cells": lambda: profile.update(transform=Affine(1e300, 0, 4e5, 0, -1e300, 7e6)),
        "NaN place": lambda: profile.update(transform=Affine(4000, 0, math.nan, 0, -4000, 7e6)),
        "elsewhere": lambda: profile.update(transform=Affine(4000, 0, -9e6, 0, -4000, -7e6)),
        "all nodata": lambda: values.fill(np.nan),
        "infinite": lambda: values.fill(np.inf),
        "lowest": lambda: values.fill(np.finfo("float32").min),
        "some -9999": lambda: values[::2].fill(-9999),
        "some NaN": lambda: values[:, ::3].fill(np.nan),
        "constant": lambda: values.fill(7),
    }
    shapes = {"one row": (1, size[1]), "one column": (size[0], 1), "one cell": (1, 1)}
    way = draw.choice([*ways, *shapes])
    if way in shapes:
        return values[: shapes[way][0], : shapes[way][1]], way
    with np.errstate(all="ignore"):
        ways[way]()
    return values, way


LOCAL = 'LOCAL_CS["mine grid",UNIT["metre",1]]'

# grown ------------------------------------------------------------------------------------------


def grow_region(folder, draw):
    """Write a region file that hypothesis grew out of the sound one."""
    file = folder / "region.toml"
    tables = tomllib.loads(file.read_text("utf-8"))
    new = without_none(grown.drawn(grown.region(tables), draw.getrandbits(32)))
    write_toml(file, new)
    at = [f"{key} = {value!r:.200}" for key, value in new.items() if value != tables.get(key)]
    return f"grown: {'; '.join(at)}"


def without_none(value):
    """Return tables without what TOML has no word for."""
    if isinstance(value, dict):
        return {key: without_none(part) for key, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [without_none(part) for part in value if part is not None]
    return value


def grow_register(folder, draw):
    """Write a register that hypothesis grew."""
    tables = grown.drawn(grown.register(), draw.getrandbits(32))
    text = json.dumps(tables, ensure_ascii=False)
    (folder / "concessions.geojson").write_text(text, "utf-8", "surrogatepass")
    return f"concessions: grown: {len(tables['features'])} features"


FAMILIES = {
    "region.toml": spoil_region,
    "deposit model": spoil_override,
    "GeoJSON": spoil_geojson,
    "region.toml again": spoil_region,
    "deposit model again": spoil_override,
    "GPKG": spoil_gpkg,
    "SHP": spoil_shp,
    "CSV": spoil_csv,
    "TIFF": spoil_tiff,
    "region.toml, grown": grow_region,
    "register, grown": grow_register,
}
"""Family -> what spoils a folder and says how; cases take them in turn."""
