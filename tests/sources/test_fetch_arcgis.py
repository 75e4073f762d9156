"""Layers of an ArcGIS-like server: whole, every row once, or one clear error and nothing changed."""

import datetime
import json
import tomllib

import geopandas as gpd
import pytest
from services.running import TITLES, UNITS, some, write_region

from prospector.errors import SourceError
from prospector.region.region_file import load_region
from prospector.sources.fetch import PAGES_FOLDER, count, fetch_layers
from prospector.sources.http import Manners

QUICK = Manners(
    connect_s=5, read_s=3, whole_s=2, pause_s=0, first_wait_s=0.01, most_bytes=20_000_000
)
DAY = datetime.date(2026, 11, 27)


def fetched(folder, **keys):
    """Fetch with short waits."""
    return fetch_layers(folder, "made", manners=QUICK, today=DAY, **keys)


def queries(log):
    """Return the queries that a server has written down."""
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def test_a_layer_comes_whole_with_its_entries(server, tmp_path):
    """57 rows in pages of 20: file, SOURCES.toml and region.toml say so, and comments stay."""
    folder = write_region(tmp_path, server.arcgis())
    [layer] = fetched(folder)
    assert (layer.count, layer.pages, layer.added) == (57, 3, "units")
    table = gpd.read_file(folder / "units.gpkg")
    assert table["unit"].tolist() == [f"Sheet {number}," for number in range(1, 58)]
    assert table["code"].tolist()[:3] == ["001", "002", "003"]
    assert table["age"][0] == "2023-11-15"
    region = (folder / "region.toml").read_text("utf-8")
    assert region.startswith("# A region of somebody's own.\n[region]\n")
    assert "[region.window] # in degrees" in region
    assert tomllib.loads(region)["layers"]["units"] == {
        "role": "geology", "file": "units.gpkg", "title": "Units",
    }  # fmt: skip
    entry = tomllib.loads((folder / "SOURCES.toml").read_text("utf-8"))["units.gpkg"]
    assert entry["licence"] == "CC BY-SA 4.0 (share-alike)"
    assert entry["date"] == "2026-11-27"
    assert "57 rows" in entry["coverage"]
    assert not (folder / PAGES_FOLDER / "made" / "units").exists()


def test_the_same_rows_give_the_same_bytes(server, tmp_path):
    """Whether they come in pages, in smaller pages or by their ids."""
    hashes = set()
    for number, options in enumerate(({}, {"paging": False}, {"geojson": False})):
        folder = write_region(tmp_path / str(number), server.arcgis(**options))
        fetched(folder)
        hashes.add(tomllib.loads((folder / "SOURCES.toml").read_text())["units.gpkg"]["sha256"])
    assert len(hashes) == 1


@pytest.mark.parametrize(
    "options",
    some(
        {"cap": 7, "flag": False},
        {"paging": False, "largest_batch": 15},
        {"geojson": False, "wkid": 3857},
        {"ids": False},
        {"fault": "busy", "at": 2, "seconds": 0},
        {"fault": "cut", "at": 2},
        {"fault": "short", "at": 2},
        {"fault": "changed", "at": 2},
        of_long=(
            {"cap": 7},
            {"most": 1000},
            {"paging": False},
            {"paging": False, "largest_batch": 4},
            {"geojson": False},
            {"shape": "point"},
            {"shape": "line"},
            {"shape": "point", "geojson": False},
            {"shape": "line", "geojson": False},
            {"fault": "busy", "at": 2, "seconds": 1},
            {"fault": "busy", "at": 1, "times": 3, "seconds": 0},
            {"fault": "reset", "at": 3},
            {"fault": "cookie", "at": 1, "times": 9},
            {"fault": "short", "at": 2, "flag": False},
            {"fault": "changed", "at": 2, "ids": False},
            {"fault": "cut", "at": 1, "times": 4},
            {"fault": "error"},
            {"fault": "drip"},
            {"fault": "endless"},
            {"fault": "half"},
            {"fault": "no geojson", "times": 99},
        ),
    ),
    ids=str,
)
def test_no_row_is_lost_or_doubled(server, tmp_path, options):
    """However the server pages, fails for a while or changes once."""
    folder = write_region(tmp_path, server.arcgis(**options))
    [layer] = fetched(folder)
    rows = 56 if options.get("fault") == "changed" else 57
    codes = gpd.read_file(folder / "units.gpkg")["unit"].tolist()
    assert layer.count == rows
    assert codes == [f"Sheet {number}," for number in range(1, rows + 1)]


def test_shapes_are_the_same_in_either_form(server, tmp_path):
    """Rings with holes and parts, in degrees or in another CRS, against GeoJSON."""
    tables = []
    for number, options in enumerate(({}, {"geojson": False}, {"geojson": False, "wkid": 3857})):
        folder = write_region(tmp_path / str(number), server.arcgis(**options))
        fetched(folder)
        tables.append(gpd.read_file(folder / "units.gpkg"))
    first, second, third = tables
    assert first.geometry.geom_equals(second.geometry).all()
    assert first.geometry.geom_equals_exact(third.geometry, 1e-6).all()
    with_hole = first.geometry[9].geoms[0]
    assert len(with_hole.interiors) == 1
    assert len(first.geometry[6].geoms) == 2


@pytest.mark.parametrize(
    ("options", "says"),
    some(
        ({"fault": "declares"}, "counts 196130 rows and lists 57"),
        ({"fault": "repeat"}, "20 rows came twice, e.g. 1: the service repeats a page"),
        ({"fault": "html"}, "a web page instead of data: 'Maintenance'"),
        (
            {"fault": "error", "times": 99},
            "the service refuses (500): 'Error performing query. tired'",
        ),
        ({"fault": "busy", "times": 99, "seconds": 0}, "the service answers 503 (5 attempts)"),
        ({"fault": "cut", "times": 99}, "incomplete answer"),
        ({"fault": "changing"}, "changed while it was read, 2 times"),
        ({"fault": "drip", "times": 9}, "the answer was not complete after 2 s"),
        ({"fault": "bomb", "times": 9}, "the answer is larger than 20 MB"),
        ({"fault": "redirect:file:///etc/passwd"}, "file:///etc/passwd: not an http(s) address"),
        (
            {"fault": "redirect:http://169.254.169.254/latest"},
            "169.254.169.254: an address of this",
        ),
        of_long=(
            ({"fault": "declares", "ids": False}, "counts 196130 rows but gives 57"),
            ({"fault": "empty", "at": 2, "times": 9}, "counts 57 rows but gives 20"),
            ({"fault": "busy", "seconds": 9999}, "answers 503 (asks to wait 9,999 s)"),
            ({"fault": "reset", "times": 99}, "incomplete answer"),
            ({"fault": "hang", "times": 99}, "the answer was not complete after 2 s"),
            ({"fault": "endless", "times": 9}, "the answer is larger than 20 MB"),
            (
                {"fault": "redirect:http://2130706433/x"},
                "2130706433 (127.0.0.1): an address of this",
            ),
            (
                {"fault": "redirect:http://[::ffff:127.0.0.1]/x"},
                "::ffff:127.0.0.1 (::ffff:7f00:1): an",
            ),
            ({"fault": "redirect:http://localhost/x"}, "an address of this machine"),
            ({"fault": "redirect:/loop"}, "redirects more than 5 times"),
            ({"rows": 0}, "has no rows within"),
            ({"paging": False, "ids": False}, "neither pages nor a list of ids"),
            ({"paging": False, "largest_batch": -1}, "answers 500"),
        ),
    ),
    ids=str,
)
def test_what_does_not_come_whole_is_one_error_and_changes_nothing(server, tmp_path, options, says):
    """And the error says what the service did."""
    folder = write_region(tmp_path, server.arcgis(**options))
    before = (folder / "region.toml").read_bytes()
    with pytest.raises(SourceError) as caught:
        fetched(folder)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (folder / "region.toml").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == [
        ".prospector-fetch", "region.toml", "sources",
    ]  # fmt: skip


def test_a_wrong_field_is_named_before_rows_are_asked_for(server, tmp_path):
    """The server itself would give no features, and no error."""
    log = tmp_path / "log"
    layers = UNITS.replace('"CODE"', '"CODES"')
    folder = write_region(tmp_path, server.arcgis(log=str(log)), layers)
    with pytest.raises(SourceError, match=r"has no field 'CODES'\. Did you mean 'CODE'\?"):
        fetched(folder)
    assert len(queries(log)) == 1


def test_a_field_in_other_letters_is_asked_for_as_the_layer_spells_it(server, tmp_path):
    """Names of fields differ by case from layer to layer."""
    folder = write_region(tmp_path, server.arcgis(), UNITS.replace('"CODE"', '"code"'))
    fetched(folder)
    assert gpd.read_file(folder / "units.gpkg")["code"][0] == "001"


def test_a_layer_that_is_not_there_is_answered_with_those_that_are(server, tmp_path):
    """The number of a layer differs from service to service."""
    folder = write_region(tmp_path, server.arcgis(), UNITS.replace('path = "0"', 'path = ""'))
    with pytest.raises(SourceError, match=r"It holds the layers 0 \(made_up\)"):
        fetched(folder)


def test_nothing_but_the_box_is_sent(server, tmp_path):
    """No cookie, no name of a user or machine; no tax number is asked for."""
    log = tmp_path / "log"
    folder = write_region(tmp_path, server.arcgis(log=str(log), fault="cookie", times=9), UNITS)
    fetched(folder, margin_km=0)
    asked = queries(log)
    assert len(asked) > 5
    for query in asked:
        headers = query.pop("headers")
        assert set(headers) <= {
            "Host", "User-Agent", "Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type",
        }  # fmt: skip
        assert query.get("geometry", "") in ("", "-69.900000,-24.900000,-68.100000,-23.100000")
        assert "RUT" not in query.get("outFields", "")


def test_titles_come_without_natural_persons(server, tmp_path):
    """Neither the file nor a page that was kept names one; companies stay."""
    folder = write_region(
        tmp_path, server.arcgis(titles=True, fault="reset", at=3, times=99), TITLES
    )
    with pytest.raises(SourceError):
        fetched(folder)
    pages = list((folder / PAGES_FOLDER / "made" / "titles").glob("*.gz"))
    assert len(pages) == 2
    kept = "".join(_text(page) for page in pages)
    assert "Minera Uno S.A." in kept
    folder = write_region(folder, server.arcgis(titles=True), TITLES)
    [layer] = fetched(folder)
    assert layer.private == 23
    whole = (folder / "titles.gpkg").read_bytes().decode("latin-1")
    for text in (kept, whole):
        for person in ("Eva", "Lopez", "Juan", "Perez", "11.222.333"):
            assert person not in text
    table = gpd.read_file(folder / "titles.gpkg")
    assert table["TITULAR_NOMBRE"].value_counts()["private holder"] == 23
    region = tomllib.loads((folder / "region.toml").read_text("utf-8"))
    assert region["layers"]["titles"] == {
        "role": "concessions", "file": "titles.gpkg", "title": "Titles", "register": "chile",
        "as_of": "2026-11-27", "coverage": "titles_coverage.geojson",
    }  # fmt: skip


def _text(page):
    import gzip

    return gzip.decompress(page.read_bytes()).decode()


def test_a_fetch_that_was_cut_goes_on_from_its_pages(server, tmp_path):
    """Rows that came are not asked for again, where the layer is still the same."""
    port = server.arcgis(fault="reset", at=3, times=99)
    folder = write_region(tmp_path, port)
    with pytest.raises(SourceError, match="incomplete answer"):
        fetched(folder)
    server.end()
    log = tmp_path / "log"
    server.arcgis(port=port, log=str(log))
    [layer] = fetched(folder)
    assert layer.resumed == 40
    assert [query["resultOffset"] for query in queries(log) if "resultOffset" in query] == ["40"]
    assert len(gpd.read_file(folder / "units.gpkg")) == 57


@pytest.mark.parametrize("damage", ["flipped", "removed", "foreign"])
def test_pages_that_are_damaged_are_asked_for_again(server, tmp_path, damage):
    """From the first that is not as it was written."""
    port = server.arcgis(fault="reset", at=3, times=99)
    folder = write_region(tmp_path, port)
    with pytest.raises(SourceError):
        fetched(folder)
    first, second = sorted((folder / PAGES_FOLDER / "made" / "units").glob("*.gz"))
    if damage == "flipped":
        data = bytearray(second.read_bytes())
        data[50] ^= 1
        second.write_bytes(data)
    elif damage == "removed":
        first.unlink()
    else:
        second.rename(second.with_name("000003-" + second.name[7:]))
    server.end()
    server.arcgis(port=port)
    [layer] = fetched(folder)
    assert layer.resumed == (0 if damage == "removed" else 20)
    assert len(set(gpd.read_file(folder / "units.gpkg")["unit"])) == 57


def test_pages_of_another_state_are_not_gone_on_from(server, tmp_path):
    """A row more, or another box, and all is asked for again."""
    port = server.arcgis(fault="reset", at=3, times=99)
    folder = write_region(tmp_path, port)
    with pytest.raises(SourceError):
        fetched(folder)
    server.end()
    server.arcgis(port=port, rows=58)
    [layer] = fetched(folder)
    assert (layer.count, layer.resumed) == (58, 0)


def test_a_server_that_is_down_leaves_the_dated_copy(server, tmp_path):
    """Its age is said, and nothing else is touched."""
    folder = write_region(tmp_path, server.arcgis())
    fetch_layers(folder, "made", manners=QUICK, today=datetime.date(2026, 11, 20))
    server.end()
    before = {path: path.read_bytes() for path in folder.glob("*.*") if path.is_file()}
    with pytest.raises(SourceError) as caught:
        fetched(folder)
    assert str(caught.value).endswith(
        f"The copy of 2026-11-20 (7 days old) stays in use: {folder / 'units.gpkg'}."
    )
    assert {path: path.read_bytes() for path in before} == before


def test_a_second_fetch_replaces_its_own_copy_and_keeps_comments(server, tmp_path):
    """Date and count are renewed in place; no second layer is added."""
    folder = write_region(tmp_path, server.arcgis(titles=True), TITLES)
    fetch_layers(folder, "made", manners=QUICK, today=datetime.date(2026, 11, 20))
    for name in ("SOURCES.toml", "region.toml"):
        file = folder / name
        file.write_text(
            file.read_text("utf-8").replace("2026-11-20", "2026-11-20") + "# the end\n", "utf-8"
        )
    text = (folder / "SOURCES.toml").read_text("utf-8")
    (folder / "SOURCES.toml").write_text(
        text.replace("schematic = false", "schematic = false # sure")
    )
    write_region(folder, server.arcgis(titles=True, rows=60), TITLES)
    [layer] = fetched(folder)
    assert layer.added is None
    region = (folder / "region.toml").read_text("utf-8")
    assert region.endswith("# the end\n")
    assert tomllib.loads(region)["layers"]["titles"]["as_of"] == "2026-11-27"
    text = (folder / "SOURCES.toml").read_text("utf-8")
    assert "schematic = false # sure" in text
    assert "60 rows" in tomllib.loads(text)["titles.gpkg"]["done"]


def test_a_file_of_the_users_own_is_never_replaced(server, tmp_path):
    """The copy goes beside it, under the source's name."""
    folder = write_region(tmp_path, server.arcgis())
    (folder / "units.gpkg").write_bytes(b"mine")
    for _ in range(2):
        [layer] = fetched(folder)
        assert layer.file.name == "made_units.gpkg"
    assert (folder / "units.gpkg").read_bytes() == b"mine"
    assert tomllib.loads((folder / "region.toml").read_text())["layers"].keys() == {"units"}


def test_a_copy_that_was_edited_is_never_replaced(server, tmp_path):
    """Its changes would be lost."""
    folder = write_region(tmp_path, server.arcgis())
    fetched(folder)
    with (folder / "units.gpkg").open("ab") as file:
        file.write(b"mine")
    before = (folder / "units.gpkg").read_bytes()
    with pytest.raises(SourceError, match="was changed since it was fetched"):
        fetched(folder)
    assert (folder / "units.gpkg").read_bytes() == before


@pytest.mark.parametrize("step", ["note_source", "note_layer"])
@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
def test_a_kill_between_file_and_entries_is_made_good_by_the_next_fetch(
    server, tmp_path, monkeypatch, step, again
):
    """The file that was moved in is still known as this source's copy."""
    from prospector.sources import fetch

    folder = write_region(tmp_path, server.arcgis(titles=True), TITLES)
    if again:
        fetched(folder)
        write_region(folder, server.arcgis(titles=True, rows=60), TITLES)

    def killed(*parts):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fetch, step, killed)
        with pytest.raises(KeyboardInterrupt):
            fetched(folder)
    [layer] = fetched(folder)
    assert layer.file.name == "titles.gpkg"
    assert layer.resumed == layer.count
    entries = tomllib.loads((folder / "SOURCES.toml").read_text("utf-8"))
    assert entries.keys() == {"titles.gpkg", "titles_coverage.geojson"}
    assert f"all {layer.count} rows" in entries["titles.gpkg"]["coverage"]
    load_region(folder)


def test_what_was_written_before_an_error_is_said(server, tmp_path):
    """Each layer is whole by itself."""
    second = UNITS.replace("[layers.units]", "[layers.others]").replace('path = "0"', 'path = "7"')
    folder = write_region(tmp_path, server.arcgis(), UNITS + second)
    with pytest.raises(SourceError, match=r"Written before it: .*units\.gpkg\.$"):
        fetched(folder)
    assert (folder / "units.gpkg").exists()


def test_titles_have_the_same_bytes_however_they_are_paged(server, tmp_path):
    """A holder's name is read by itself, not beside those of its page."""
    hashes = set()
    for number, options in enumerate(({}, {"cap": 3})):
        folder = write_region(tmp_path / str(number), server.arcgis(titles=True, **options), TITLES)
        fetched(folder)
        hashes.add(tomllib.loads((folder / "SOURCES.toml").read_text())["titles.gpkg"]["sha256"])
    assert len(hashes) == 1


def test_columns_that_a_geopackage_has_itself_are_kept(server, tmp_path):
    """A field that is called fid or geom comes as any other."""
    layers = UNITS.replace("unit =", "fid =").replace("code =", "geom =")
    folder = write_region(tmp_path, server.arcgis(), layers)
    fetched(folder)
    table = gpd.read_file(folder / "units.gpkg")
    assert table["fid"][0] == "Sheet 1,"
    assert table["geom"][0] == "001"


def test_two_fetches_at_once_do_not_meet(server, tmp_path):
    """The second is refused."""
    from prospector.sources.fetch import _alone

    folder = write_region(tmp_path, server.arcgis())
    with (
        _alone(folder),
        pytest.raises(SourceError, match="another fetch is running in this region"),
    ):
        fetched(folder)
    assert len(fetched(folder)) == 1


def test_rows_are_counted_without_being_fetched(server, tmp_path):
    """Nothing is written."""
    folder = write_region(tmp_path, server.arcgis())
    assert count(folder, "made") == {"units": 57}
    assert sorted(path.name for path in folder.iterdir()) == ["region.toml", "sources"]
