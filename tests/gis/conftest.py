"""QGIS as Debian packages it, asked in a process of its own: its Python is not the one of the tests."""

import json
import os
import subprocess
from pathlib import Path

import pytest

PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).with_name("in_qgis.py")


@pytest.fixture(scope="session")
def qgis_environment(tmp_path_factory):
    """Environment for QGIS without a screen; where it is missing, tests are skipped, in CI they fail."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    home = str(tmp_path_factory.mktemp("home"))
    environment = kept | {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": home,
        "XDG_RUNTIME_DIR": home,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    known = (
        Path(PYTHON).exists()
        and not subprocess.run(
            [PYTHON, "-c", "import qgis.core"], env=environment, capture_output=True, check=False
        ).returncode
    )
    if not known:
        if os.environ.get("CI") == "true":
            pytest.fail("no qgis for /usr/bin/python3: CI must open the files in QGIS")
        pytest.skip("no qgis for /usr/bin/python3: the files are not opened in QGIS")
    return environment


@pytest.fixture(scope="session")
def in_qgis(qgis_environment, tmp_path_factory):
    """What opens all files of a run in QGIS, and returns what it knows of them and where it drew them."""

    def ask(run):
        pictures = tmp_path_factory.mktemp("pictures")
        asked = [PYTHON, str(SCRIPT), str(run), str(pictures)]
        answer = subprocess.run(
            asked, env=qgis_environment, capture_output=True, check=False, timeout=300
        )
        assert answer.returncode == 0, answer.stderr.decode()[-2000:]
        text = answer.stdout.decode()
        return json.loads(text[text.index('{"package"') :]), pictures

    return ask
