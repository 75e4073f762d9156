"""Damaged run folders: each command on one ends right, or in one line of exit code 2; never wrong in silence.

python tests/damage.py                      200 damaged folders, seven commands each
python tests/damage.py --seed 3 --n 1000    others
python tests/damage.py --seed 3 --only 17   one again, with what each command said
"""

import argparse
import hashlib
import json
import math
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import fuzz
import geopandas as gpd
import shapely
from mutations import misspelt, places, spoil_bytes, write_base
from sealing import reseal

MODEL = "porphyry_copper"
COMMANDS = ("explain", "portfolio", "compare", "score-polygons", "python", "dossier", "screen")
"""Those that read a run folder; the last two write into it, too."""

SECONDS = {"screen": 120}
SECONDS_OTHERWISE = 30
SCREENED = 10
"""One folder in so many is screened over."""

FAULTS = ("traceback", "several lines", "hangs", "ends the process", "wrong in silence")
TEXTS = (
    "", "x", "../../../x", "/etc/passwd", "a\nb", "\x1b[2J", "\ud800", "nan", "cell", "EPSG:4326",
    "EPSG:99999", "forest", "logistic", "log", "en", "n" * 5000, "{0}", "2025-13-99",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2.5, 1e300, -1e300, 10**400, 2**63, math.nan, math.inf, 5e-324, 4, 6)
READ = ("run.json", "manifest.json", "prospects.gpkg", "score.tif", ".csv", "evidence/")
"""Parts of the names of files that commands read."""


# damage ------------------------------------------------------------------------------------------


def damage(run, seed, number):
    """Damage a run folder; return what was done, and whether the manifest was made to fit after it."""
    draw = random.Random(f"{seed}-{number}")
    names = list(FAMILIES)
    family = names[number % len(names)]
    what = FAMILIES[family](run, draw)
    sealed = family in RESEALED or (family in ("record", "file") and draw.random() < 0.3)
    sealed = sealed and (run / "run.json").is_file() and sound(run / "manifest.json")
    if sealed:
        reseal(run)
    return f"{family}: {what}" + (", manifest made to fit" if sealed else ""), sealed


def sound(manifest):
    """Return whether a manifest can be read."""
    try:
        return bool(json.loads(manifest.read_text("utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def files_of(run, draw):
    """Return a file of the run: mostly one that commands read."""
    every = sorted(path for path in run.rglob("*") if path.is_file() and "store" not in path.parts)
    read = [path for path in every if any(part in path.as_posix() for part in READ)]
    return draw.choice(read if draw.random() < 0.85 else every)


def damage_file(run, draw):
    file = files_of(run, draw)
    name, how = file.relative_to(run).as_posix(), draw.choice(
        ("delete", "bytes", "bytes", "bytes", "bytes", "half", "folder", "full folder", "link", "loop",
         "other file", "fifo", "text")
    )  # fmt: skip
    if how == "bytes":
        return f"{name}: {spoil_bytes(file, draw)}"
    data = file.read_bytes()
    other = files_of(run, draw)
    content = other.read_bytes()
    file.unlink()
    if how == "half":
        file.write_bytes(data[: len(data) // 2])
    elif how in ("folder", "full folder"):
        file.mkdir()
        if how == "full folder":
            (file / "mine.txt").write_text("mine")
    elif how == "link":
        file.symlink_to(draw.choice(("/etc/hostname", "/dev/zero", "nowhere", str(other))))
    elif how == "loop":
        file.symlink_to(file.name)
    elif how == "other file":
        file.write_bytes(content)
        how = f"the content of {other.relative_to(run).as_posix()}"
    elif how == "fifo":
        os.mkfifo(file)
    elif how == "text":
        file.write_text("spoiled\n")
    return f"{name}: {how}"


def damage_json(file, draw):
    tables = json.loads(file.read_text("utf-8"))
    done = []
    for _ in range(fuzz_parts(draw)):
        at, key = draw.choice(list(places(tables)))
        how = draw.choice(
            ("drop", "null", "text", "number", "number", "list", "table", "like", "misspell")
        )
        if how == "drop":
            del at[key]
        elif how == "misspell" and isinstance(at, dict):
            at[misspelt(str(key), draw)] = at.pop(key)
        else:
            at[key] = {
                "null": None,
                "text": draw.choice(TEXTS),
                "number": draw.choice(NUMBERS),
                "list": draw.choice(([], [1], ["a"], [[1, 2]], [None])),
                "table": draw.choice(({}, {"a": 1}, {"code": "x", "about": {}})),
            }.get(how, like(at[key], draw))
        done.append(f"{key} {how}" + (f" {at[key]!r:.40}" if how in ("text", "number") else ""))
    file.write_text(json.dumps(tables), "utf-8")
    return "; ".join(done)


def fuzz_parts(draw):
    return draw.choice((1, 1, 1, 2, 4))


def like(value, draw):
    """Return another value of the type."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return value * draw.choice((-1, 0, 2, 1000)) + draw.choice((0, 1))
    if isinstance(value, str):
        return value[::-1]
    if isinstance(value, list):
        return draw.choice((value[::-1], value[1:], value * 2, []))
    return dict(list(value.items())[1:])


def damage_record(run, draw):
    return "run.json: " + damage_json(run / "run.json", draw)


def damage_manifest(run, draw):
    return "manifest.json: " + damage_json(run / "manifest.json", draw)


def damage_table(run, draw):
    """Drop, rename, shorten or respell columns of a CSV that commands read."""
    file = run / MODEL / draw.choice(
        ("contributions.csv", "target_exclusions.csv", "score_percentiles.csv", "training.csv")
    )  # fmt: skip
    lines = [line.split(",") for line in file.read_text("utf-8-sig").splitlines()]
    column, how = draw.randrange(len(lines[0])), draw.choice(
        ("without", "renamed", "text", "empty", "huge", "nan", "no rows", "half the rows", "twice",
         "negative", "quote", "NUL")
    )  # fmt: skip
    name = lines[0][column]
    rows = lines[1:]
    values = {
        "text": "x",
        "empty": "",
        "huge": "1e300",
        "nan": "nan",
        "negative": "-1",
        "NUL": "\0",
    }
    if how == "without":
        lines = [[*line[:column], *line[column + 1 :]] for line in lines]
    elif how == "renamed":
        lines[0][column] = "other"
    elif how in values:
        for row in rows if draw.random() < 0.5 else rows[:1]:
            if column < len(row):
                row[column] = values[how]
    elif how == "no rows":
        lines = lines[:1]
    elif how == "half the rows":
        lines = lines[: len(lines) // 2]
    elif how == "twice":
        lines += rows
    elif how == "quote":
        lines[-1][0] = '"' + lines[-1][0]
    file.write_text("\n".join(",".join(line) for line in lines) + "\n", "utf-8")
    return f"{file.name}, {name}: {how}"


def damage_geopackage(run, draw):
    """Drop or rename layers and columns, or spoil values, in prospects.gpkg."""
    with closing(sqlite3.connect(run / "prospects.gpkg", isolation_level=None)) as file:
        layers = [row[0] for row in file.execute("SELECT table_name FROM gpkg_contents")]
        layer = draw.choice([*layers, "targets", "targets"])
        for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{row[0]}"')
        columns = [row[1] for row in file.execute(f'PRAGMA table_info("{layer}")')][1:]
        column = draw.choice(columns)
        every = ", ".join(f'"{name}"' for name in columns)
        some = draw.choice(("", f' WHERE rowid = (SELECT min(rowid) FROM "{layer}")'))
        tables = ("gpkg_contents", "gpkg_geometry_columns")
        update = f'UPDATE "{layer}" SET "{column}" = '
        ways = {
            "no layer": [
                *(f"DELETE FROM {table} WHERE table_name = '{layer}'" for table in tables),
                f'DROP TABLE "{layer}"',
            ],
            "renamed layer": [
                *(f"UPDATE {table} SET table_name = 'x' WHERE table_name = '{layer}'" for table in tables),
                f'ALTER TABLE "{layer}" RENAME TO x',
            ],
            "no column": [f'ALTER TABLE "{layer}" DROP COLUMN "{column}"'] * (column != "geom"),
            "renamed": [f'ALTER TABLE "{layer}" RENAME COLUMN "{column}" TO x'] * (column != "geom"),
            "null": [f"{update}NULL{some}"],
            "text": [f"{update}'x'{some}"],
            "number": [f"{update}1e300{some}"],
            "blob": [f"{update}x'0001'{some}"],
            "no rows": [f'DELETE FROM "{layer}"'],
            "twice": [f'INSERT INTO "{layer}" ({every}) SELECT {every} FROM "{layer}"'],
            "no CRS": [f"UPDATE gpkg_geometry_columns SET srs_id = -1 WHERE table_name = '{layer}'"],
            "other CRS": [f"UPDATE gpkg_geometry_columns SET srs_id = 0 WHERE table_name = '{layer}'"],
        }  # fmt: skip
        how = draw.choice(list(ways))
        for statement in ways[how]:
            file.execute(statement)
    return f"prospects.gpkg, {layer}, {column}: {how}"


def damage_raster(run, draw):
    """Give the score or an evidence another size, band or kind of number."""
    import numpy as np
    import rasterio

    file = draw.choice(sorted((run / MODEL).rglob("*.tif")))
    how = draw.choice(
        ("a row less", "one cell", "two bands", "text", "all nodata", "infinite", "complex")
    )
    with rasterio.open(file) as source:
        profile, values = dict(source.profile), source.read(1)
    profile.update(driver="GTiff")
    profile.pop("blockxsize", None), profile.pop("blockysize", None)
    if how == "a row less":
        values = values[:-1]
    elif how == "one cell":
        values = values[:1, :1]
    elif how == "all nodata":
        values = np.full_like(values, -9999.0)
    elif how == "infinite":
        values = np.full_like(values, np.inf)
    elif how == "complex":
        values = values.astype("complex64")
        profile.update(dtype="complex64", nodata=None, predictor=1)
    profile.update(height=values.shape[0], width=values.shape[1], tiled=False)
    file.unlink()
    if how == "text":
        file.write_text("II*\0 no raster")
    else:
        with rasterio.open(file, "w", **profile | {"count": 2 if how == "two bands" else 1}) as new:
            new.write(values, 1)
    return f"{file.relative_to(run).as_posix()}: {how}"


FAMILIES = {
    "file": damage_file,
    "record": damage_record,
    "file again": damage_file,
    "manifest": damage_manifest,
    "table": damage_table,
    "geopackage": damage_geopackage,
    "raster": damage_raster,
    "bytes": lambda run, draw: (
        f"{(file := files_of(run, draw)).relative_to(run)}: {spoil_bytes(file, draw)}"
    ),
    "table made to fit": damage_table,
    "geopackage made to fit": damage_geopackage,
    "raster made to fit": damage_raster,
    "record made to fit": damage_record,
}
RESEALED = {name for name in FAMILIES if name.endswith("made to fit")}


# commands ----------------------------------------------------------------------------------------


def arguments_of(place, target, number=0):
    """Return the arguments of each command."""
    run, other, out = place / "run", place / "other", place / "out"
    return {
        "explain": [run, "-69.05", "-24.4"],
        "portfolio": [run, "--rank-by", "area_km2:2,percentile", "--out", out / "portfolio"],
        "compare": [*((run, other) if number % 2 else (other, run)), "--out", out / "changes"],
        "score-polygons": [run, place / "blocks.geojson", "--out", out / "blocks"],
        "python": [run],
        "dossier": [run, target],
        "screen": [place / "region", "--quick", "--workers", "1", "--out", run],
    }


def as_asked(main, command, arguments):
    """Run a command, or read the run folder in Python."""
    return fuzz.ended(lambda: read_all(arguments[0]), []) if command == "python" else fuzz.ended(
        main, [command, *arguments]
    )  # fmt: skip


def read_all(folder):
    """Print the hash of all that a run gives in Python; an error of the house ends as on the command line."""
    import prospector
    from prospector.errors import ProspectorError

    try:
        run = prospector.open_run(folder)
        parts = {"text": repr(run), "grid": repr(run.grid), "notices": repr(run.notices)}
        parts |= {"targets": run.targets.to_json(), "deposits": run.deposits.to_json()}
        for name in run.deposit_models:
            parts |= {
                "score": run.score(name).values.tolist(),
                "evidence": [raster.values.tolist() for raster in run.evidence(name).values()],
                "contributions": run.contributions(name).to_csv(),
                "exclusions": run.exclusions(name).to_csv(),
                "distribution": run.distribution(name).counts.tolist(),
                "trained on": run.trained_on(name).rows.tolist(),
                "fitted": run.fitted(name).centre.tolist(),
                "area": repr(run.applicability(name) is None),
                "skill": repr(run.skill(name)),
            }
    except ProspectorError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(2)
    print({name: hashlib.sha256(repr(part).encode()).hexdigest() for name, part in parts.items()})


def outputs_of(command, place, target):
    """Return the hash of each file that a command wrote."""
    files = list((place / "out").glob("*"))
    if command == "dossier":
        files = [place / "run" / MODEL / "dossiers" / f"{target}.html"]
    if command == "screen":
        run = place / "run"
        listed = json.loads((run / "manifest.json").read_text("utf-8"))["files"]
        files = [run / "manifest.json", *(run / name for name in listed)]
    return {
        file.relative_to(place).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if file.is_file()
    }


def class_of(command, done, right, *, sealed):
    """Return how a command ended on a damaged folder, in a word or two."""
    if "hang" in done:
        return "hangs"
    if "ended" in done:
        return "ends the process"
    if done["code"] == 2:
        lines = [line for line in done["said"].splitlines() if line.startswith("Error: ")]
        whole = command == "screen" or len(done["said"].splitlines()) == 1
        return "one line" if len(lines) == 1 and whole else "several lines"
    if done["code"] != 0:
        return "traceback"
    outputs = done["outputs"] == right[1]
    if outputs and (done["said"] == right[0] or command == "screen"):
        return "right"
    if sealed or (done["warned"] and command != "screen"):
        return "another result, said" if done["warned"] and not sealed else "a run of its own"
    return "wrong in silence"


# all of it ---------------------------------------------------------------------------------------


class Corpus:
    """A sound run, an earlier one and polygons, in a folder; and what each command says of them."""

    def __init__(self, place, commands=None):
        self.place, self.commands = Path(place), commands or COMMANDS
        self.child = fuzz.Child(__file__)
        write_base(self.place / "region")
        for name, seed in (("sound", "0"), ("other", "1"))[: 1 + ("compare" in self.commands)]:
            done = self.child.ask(
                ["screen", [str(self.place / "region"), "--quick", "--workers", "1", "--seed", seed,
                            "--out", str(self.place / name)]], 300,
            )  # fmt: skip
            assert done["code"] == 0, done
        blocks = [shapely.box(w, 7_280_000, w + 20_000, 7_310_000) for w in (470_000, 500_000)]
        table = gpd.GeoDataFrame({"lot": ["A", "B"]}, geometry=blocks, crs="EPSG:32719")
        table.to_crs("EPSG:4326").to_file(self.place / "blocks.geojson", driver="GeoJSON")
        targets = json.loads((self.place / "sound" / MODEL / "targets.geojson").read_text("utf-8"))
        self.target = targets["features"][0]["properties"]["target_id"]
        self.right = {}
        for number in (0, 1)[: 1 + ("compare" in self.commands)]:
            self.renew()
            for command in self.commands:
                done = self.ask(command, number)
                assert done["code"] == 0, (command, done)
                self.right[command, number] = [done["said"], done["outputs"]]

    def renew(self):
        """Put the sound run back in its place, and empty what commands wrote."""
        shutil.rmtree(self.place / "run", ignore_errors=True)
        shutil.rmtree(self.place / "out", ignore_errors=True)
        shutil.copytree(self.place / "sound", self.place / "run", symlinks=True)
        (self.place / "out").mkdir()

    def ask(self, command, number):
        """Run a command and return how it ended, with what it wrote."""
        shutil.rmtree(self.place / "out", ignore_errors=True)
        (self.place / "out").mkdir()
        arguments = [str(part) for part in arguments_of(self.place, self.target, number)[command]]
        done = self.child.ask([command, arguments], SECONDS.get(command, SECONDS_OTHERWISE))
        if done.get("code") == 0:
            done["outputs"] = outputs_of(command, self.place, self.target)
        return done

    def trial(self, seed, number):
        """Damage the run and give, of each command, a record of how it ended."""
        self.renew()
        what, sealed = damage(self.place / "run", seed, number)
        for command in self.commands:
            if command == "screen" and number % SCREENED:
                continue
            done = self.ask(command, number)
            right = self.right.get((command, number % 2)) or self.right[command, 0]
            ended = class_of(command, done, right, sealed=sealed)
            yield {
                "number": number, "what": what, "command": command, "class": ended,
                "said": done.get("said", "") + done.get("warned", ""),
            }  # fmt: skip


def run(seed, numbers, commands=None, report=None):
    """Return the records of damaged folders, each read by all commands or those named."""
    records = []
    with tempfile.TemporaryDirectory(prefix="damage-") as place:
        corpus = Corpus(place, commands)
        try:
            for number in numbers:
                for record in corpus.trial(seed, number):
                    records.append(record)
                    if report:
                        report(record)
        finally:
            corpus.child.stop()
    return records


def main(seed=0, n=200, *, only=None, everything=False):
    """Print what fails and a count of each class; return 1 if anything did, else 0."""

    def report(record):
        if record["class"] in FAULTS or everything:
            print(f"{record['class']}: {record['command']}: {record['what']}")
            print(f"  again: python tests/damage.py --seed {seed} --only {record['number']}")
            print("  " + "\n  ".join(record["said"].splitlines()[-3:]), flush=True)

    numbers = range(n) if only is None else [only]
    records = run(seed, numbers, report=report)
    ends = Counter(record["class"] for record in records)
    counted = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
    print(f"{len(numbers)} damaged run folders, {len(records)} commands: {counted}")
    return int(any(ends[fault] for fault in FAULTS))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--only", type=int)
    parser.add_argument("--all", action="store_true", help="print every command")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        sys.exit(fuzz.serve(as_asked))
    sys.exit(main(asked.seed, asked.n, only=asked.only, everything=asked.all))
