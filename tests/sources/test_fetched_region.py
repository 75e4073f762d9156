"""A region with what was fetched: it is checked and screened, and its outputs carry the licence."""

import shutil

from services.running import TITLES, UNITS, write_region

import prospector
from prospector.sources.fetch import fetch_layers


def test_what_a_licence_binds_to_goes_with_the_outputs(server, planted, tmp_path):
    """Into the notice and the report of a run; titles fetched are tenure at once."""
    folder = shutil.copytree(planted, tmp_path / "region")
    window = prospector.load_region(folder).region.window
    west_south = (window.west, window.south)
    write_region(folder, server.arcgis(titles=True, west_south=west_south), TITLES + UNITS)
    layers = fetch_layers(folder, "made", layers=["titles"])
    assert [layer.added for layer in layers] == ["titles"]
    run = prospector.write(prospector.screen(folder, quick=True, workers=1), tmp_path / "run")
    for name in ("NOTICE.txt", "report.html"):
        assert "CC BY-SA 4.0 (share-alike)" in (run / name).read_text("utf-8")
    held = prospector.open_run(run).targets
    assert (held["unknown_share"] < 1).any()
