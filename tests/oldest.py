"""Write tests/oldest.txt: each dependency at the oldest version that pyproject.toml allows."""

import re
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILE = ROOT / "tests" / "oldest.txt"
HEAD = (
    "# The oldest versions that pyproject.toml allows (python tests/oldest.py); for `make oldest`."
)


def oldest_versions(project):
    """Return a line `name==version` for each dependency, those of the extras included.

    Raises
    ------
    ValueError
        A dependency has no lower bound.
    """
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    bounds = [re.fullmatch(r"([\w.-]+)>=([\w.]+)(,.*)?", dependency) for dependency in asked]
    if None in bounds:
        raise ValueError(f"No lower bound: {asked[bounds.index(None)]}. Write NAME>=VERSION.")
    return [f"{bound[1]}=={bound[2]}" for bound in bounds]


def text():
    """Return what tests/oldest.txt should hold."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return "\n".join([HEAD, *oldest_versions(project), ""])


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
