"""Write NOTICE: what of others stands in the package and in what it writes, with its licence."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILE = ROOT / "NOTICE"
REGION = ROOT / "layers" / "atacama"
LEAFLET = ROOT / "prospector" / "map" / "page" / "leaflet_licence.txt"

HEAD = """\
prospector
Copyright The prospector maintainers

Licensed under the Apache License, Version 2.0: see LICENSE. What follows is other people's, under their own
licences. Libraries that are installed beside the package, and are not part of it, stand in THIRD_PARTY.md.

No font is part of the package or of what it writes.


1. Inside every map.html that a run writes: Leaflet 1.9.3, script, style and pictures

"""

DATA = """\


2. Inside the package: the layers of the region Atacama (prospector/drafting/regions/atacama)

Each file with where it comes from, its citation and its licence, as SOURCES.toml beside it states them.
Whoever passes a file on, or what is derived from it, names its source and keeps to its licence.

"""


def sources():
    """Return the table of each file of the region that ships, by name."""
    return tomllib.loads((REGION / "SOURCES.toml").read_text("utf-8"))


def text():
    """Return the notice as it is to stand."""
    parts = [
        f"{name}\n  from: {source['origin']}\n  cited as: {source['citation']}\n"
        f"  licence: {licence(source)}\n"
        for name, source in sources().items()
    ]
    return HEAD + LEAFLET.read_text("utf-8").strip() + DATA + "\n".join(parts)


def licence(source):
    """Return the licence of a file, with its identifier in the list of SPDX where it has one."""
    spdx = source.get("spdx", "other")
    return source["licence"] if spdx == "other" else f"{source['licence']} (SPDX: {spdx})"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
