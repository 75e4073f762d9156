"""The command fetch: what it says, and in what order."""

from services.running import TITLES, write_region


def test_the_command_says_licence_rows_and_what_is_next(server, tmp_path, command):
    """The licence first; a source that is not there, or a layer of it, is answered with those that are."""
    folder = write_region(tmp_path / "region", server.arcgis(titles=True), TITLES)
    checked = command("fetch", folder, "made", "--check")
    assert checked.returncode == 0
    assert checked.stdout.splitlines()[-1] == "titles: 57 rows"
    assert not (folder / "titles.gpkg").exists()
    lines = command("fetch", folder, "made").stdout.splitlines()
    assert lines[0] == (
        "Made up. Licence: CC BY-SA 4.0. It binds you: pass on what you make of it under the same licence "
        "(share-alike)."
    )
    assert lines[2] == (
        "titles: 57 rows, as many as the service counts, in 3 pages; 23 names of natural persons replaced "
        "by 'private holder'"
    )
    assert lines[-1].endswith(
        f"origin and licence in SOURCES.toml. Next: prospector check {folder}"
    )
    for wrong, says in (
        (["mad"], "Unknown source 'mad'. Did you mean 'made'?"),
        (["made", "--layer", "title"], "no such layer. Did you mean 'titles'? It has: titles."),
    ):
        refused = command("fetch", folder, *wrong)
        assert refused.returncode == 2
        assert says in refused.stderr
