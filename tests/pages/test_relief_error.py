"""What a relief was measured to err stands beside elevation, wherever a page shows it."""

from dataclasses import replace

import pytest
from plain_payload import plain_payload
from pydantic import ValidationError

import prospector
from prospector.map.payload_schema import MapPayload
from prospector.pages.report import relief_error
from prospector.region.region_tables import ErrorEntry, SourceEntry

ERROR = {"median": 71, "nine_tenths": 589, "against": "232 wells"}


@pytest.fixture(scope="module")
def checked_screening(planted_screening):
    """The planted screening whose relief states its error."""
    stated = SourceEntry(
        origin="a survey", citation="Survey 2020", licence="CC0-1.0", date="2020", scale="90 m",
        coverage="whole region", schematic=False, sha256="0" * 64, done="", error_m=ErrorEntry(**ERROR),
    )  # fmt: skip
    items = tuple(
        replace(layer, source=stated) if layer.role == "relief" else layer
        for layer in planted_screening.layers.items
    )
    return replace(planted_screening, layers=replace(planted_screening.layers, items=items))


def test_pages_show_it_beside_elevation(checked_screening, tmp_path, page_of):
    """Dossier and report, and run.json that they are made of."""
    folder = prospector.write(checked_screening, tmp_path / "run", dossiers=1)
    run = prospector.open_run(folder)
    assert relief_error(run.record) == ERROR
    [dossier] = folder.rglob("dossiers/*.html")
    sentence = "m above sea level (the relief is off by up to 589 m at nine of ten check points)"
    assert sentence in page_of(dossier).text
    report = page_of(folder / "report.html").text
    assert (
        "off by 71 m at the median check point, by up to 589 m at nine of ten, compared with 232 wells"
        in report
    )


def test_the_map_has_it(checked_screening, planted_screening):
    """A number, and none where nothing says so."""
    payload = plain_payload(checked_screening)
    assert payload["relief_error_m"] == 589
    MapPayload.model_validate(payload)
    assert plain_payload(planted_screening)["relief_error_m"] is None


def test_a_run_without_it_says_nothing():
    """Nor one without a source of its relief."""
    inputs = {"relief": {"role": "relief", "source": None}, "dem": {"role": "relief", "source": {}}}
    assert relief_error({"inputs": inputs}) is None


def test_nine_tenths_lie_no_nearer_than_the_half():
    """The error names the key."""
    with pytest.raises(ValidationError, match="must be no less than median"):
        ErrorEntry(median=100, nine_tenths=50, against="wells")
