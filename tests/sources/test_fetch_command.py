"""The command fetch: what it says, and in what order."""

from services.running import TITLES, write_region

from prospector.region.region_file import load_region


def test_the_command_says_licence_rows_and_what_is_next(server, tmp_path, command):
    """The licence first; a source that is not there, or a layer of it, is answered with those that are."""
    folder = write_region(tmp_path / "region", server.arcgis(titles=True), TITLES)
    checked = command("fetch", folder, "made", "--check")
    assert checked.returncode == 0
    assert checked.stdout.splitlines()[-1] == "titles: 57 rows"
    assert not (folder / "titles.gpkg").exists()
    lines = command("fetch", folder, "made").stdout.splitlines()
    assert lines[0] == (
        "Made up. Licence: CC BY-SA 4.0. Its conditions: share results made from it under the same "
        "licence (share-alike)."
    )
    assert lines[2] == (
        "titles: 57 rows, the count that the service reports, in 3 pages; 23 names of natural persons "
        "replaced by 'private holder'"
    )
    assert lines[-2].endswith("origin and licence in SOURCES.toml.")
    assert lines[-1] == f"Next: prospector check {folder}"
    for wrong, says in (
        (["mad"], "Unknown source 'mad'. Did you mean 'made'?"),
        (["made", "--layer", "title"], "no such layer. Did you mean 'titles'? It has: titles."),
    ):
        refused = command("fetch", folder, *wrong)
        assert refused.returncode == 2
        assert says in refused.stderr


def test_a_window_is_enough_to_begin_with(server, tmp_path, command):
    """The region is made, and loads once a layer is there; it is not made twice, nor for a wrong name."""
    folder = write_region(tmp_path / "andes", server.arcgis(titles=True), TITLES)
    (folder / "region.toml").unlink()
    bounds = ("--bounds", "-69.9", "-24.9", "-68.1", "-23.1")
    assert command("fetch", folder, "mad", *bounds).returncode == 2
    assert not (folder / "region.toml").exists()
    begun = command("fetch", folder, "made", *bounds)
    assert begun.returncode == 0, begun.stderr
    region = load_region(folder)
    assert region.name == "andes"
    assert region.region.window.bounds().as_tuple() == (-69.9, -24.9, -68.1, -23.1)
    assert list(region.layers) == ["titles"]
    again = command("fetch", folder, "made", *bounds)
    assert again.returncode == 2
    assert "already exists, with its own window. Leave out --bounds." in again.stderr
    wrong = command("fetch", tmp_path / "sea", "usgs_mrds", "--bounds", "10", "0", "5", "1")
    assert wrong.returncode == 2
    assert "west must be less than east" in wrong.stderr
    assert not (tmp_path / "sea").exists()
