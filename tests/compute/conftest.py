"""What tests of a whole run's windows compare with."""

from pathlib import Path

import pytest

import prospector
from prospector.evidence import Kind, kind
from tests.compute.test_windows import MortalParameters, mortal_northing


def files(folder):
    """Every file of a run by name, the store apart."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(Path(folder).rglob("*"))
        if file.is_file() and "store" not in file.relative_to(folder).parts
    }


@pytest.fixture(scope="session")
def files_of_run():
    """What reads every file of a run by name, the store apart."""
    return files


@pytest.fixture(scope="session")
def small_screening(planted):
    """The planted region, screened in windows of 32 by 32 by this process alone."""
    return prospector.screen(planted, quick=True, workers=1, window_cells=32)


@pytest.fixture(scope="session")
def small_windows(small_screening, tmp_path_factory):
    """The files of that screening."""
    return files(prospector.write(small_screening, tmp_path_factory.mktemp("small") / "run"))


@pytest.fixture
def mortal_kind(monkeypatch):
    """A kind that kills one worker."""
    mortal = Kind(MortalParameters, mortal_northing, "km")
    monkeypatch.setattr(kind, "KINDS", {**kind.KINDS, "mortal": mortal})


@pytest.fixture
def bucket(monkeypatch):
    """A bucket on a local server that speaks S3; workers that wait do not know of it yet."""
    from loky import get_reusable_executor
    from moto.server import ThreadedMotoServer

    get_reusable_executor().shutdown(wait=True)

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("FSSPEC_S3_ENDPOINT_URL", f"http://{host}:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    import fsspec

    fsspec.config.set_conf_env(fsspec.config.conf)
    file_system = fsspec.filesystem("s3")
    file_system.mkdir("windows")
    yield "s3://windows", file_system
    file_system.rm("windows", recursive=True)
    fsspec.config.conf.pop("s3", None)
    server.stop()
