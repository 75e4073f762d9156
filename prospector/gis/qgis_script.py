"""The Processing script by which QGIS screens a region and loads the result."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path

from prospector.errors import OutputError
from prospector.gis.project import PROJECT_FILE

SCRIPT_FILE = "prospector_screen.py"


def write_qgis_script(folder: str | Path, *, python: str | None = None) -> Path:
    """Write the Processing script for QGIS into a folder, and return its path.

    Parameters
    ----------
    folder
        The folder of QGIS's own scripts, or any other.
    python
        The Python that prospector is installed for; the running one where none is given.

    Raises
    ------
    OutputError
        The folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_qgis_script(folder).name
    'prospector_screen.py'
    """
    template = resources.files("prospector.gis") / f"{SCRIPT_FILE}.in"
    text = template.read_text(encoding="utf-8")
    for hole, value in (("COMMAND", python or sys.executable), ("PROJECT", PROJECT_FILE)):
        text = text.replace(f'"@{hole}@"', repr(value))
    file = Path(folder) / SCRIPT_FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"{file}: cannot be written ({error.strerror}). Check the folder's permissions and the "
            "free space. Give another folder."
        ) from error
    return file
