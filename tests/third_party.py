"""Write the table of THIRD_PARTY.md: each distribution of requirements.txt and the licence that it states."""

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILE = ROOT / "THIRD_PARTY.md"
BEGIN, END = "<!-- made by tests/third_party.py -->", "<!-- end -->"
ELSEWHERE = {
    "colorama": "BSD License",
    "msgspec": "BSD-3-Clause",
    "python-dateutil": "BSD-3-Clause",
}
"""What the metadata states of those that the tests run without: another system's, or another version."""


def locked():
    """Return the distributions of requirements.txt and their versions; one may have two."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pinned = [re.match(r"([\w.-]+)==([^\s;]+)", line) for line in lines]
    versions = {}
    for pin in filter(None, pinned):
        versions.setdefault(pin[1].lower(), set()).add(pin[2])
    return versions


def licence_of(distribution):
    """Return the licence that a distribution's metadata states: an expression, classifiers, or a word."""
    stated = distribution.metadata
    if stated.get("License-Expression"):
        return stated["License-Expression"]
    of_classifiers = [
        line.rsplit(" :: ", 1)[1]
        for line in stated.get_all("Classifier") or []
        if line.startswith("License :: ")
    ]
    if of_classifiers:
        return ", ".join(of_classifiers)
    lines = (stated.get("License") or "").strip().splitlines()
    return lines[0].strip() if lines else ""


def installed():
    """Return the distributions that are there in a version of requirements.txt, by name."""
    there = {}
    for name, versions in locked().items():
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        if distribution.version in versions:
            there[name] = distribution
    return there


def table():
    """Return the table as it is to stand."""
    licences = {name: licence_of(one) for name, one in installed().items()}
    rows = [f"| {name} | {licences.get(name) or ELSEWHERE[name]} |" for name in sorted(locked())]
    return "\n".join(["| distribution | licence |", "|---|---|", *rows])


def stated():
    """Return what THIRD_PARTY.md says: a licence for each distribution."""
    text = FILE.read_text("utf-8").split(BEGIN)[1].split(END)[0]
    rows = re.findall(r"^\| ([\w.-]+) \| (.+) \|$", text, re.MULTILINE)
    return {name: licence for name, licence in rows if name != "distribution"}


if __name__ == "__main__":
    before, rest = FILE.read_text("utf-8").split(BEGIN)
    FILE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}", "utf-8")
