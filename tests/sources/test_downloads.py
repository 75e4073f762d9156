"""Files and archives over HTTP: whole, the rows over the box, no field but those asked for, no tricks."""

import io
import stat
import zipfile

import geopandas as gpd
import pytest
import shapely

from prospector.errors import SourceError
from prospector.grid import Bounds
from prospector.sources.downloads import read_download
from prospector.sources.http import Client, Manners
from prospector.sources.narrowing import narrowed
from prospector.sources.rows import Asked
from prospector.sources.source import SourceLayer

QUICK = Manners(
    connect_s=5, read_s=3, whole_s=5, pause_s=0, first_wait_s=0.01, attempts=2, most_bytes=5_000_000
)
BOX = Bounds(-70.0, -25.0, -69.0, -24.0)

TABLE = """dep_id,site_name,longitude,latitude,operator,rut
1,Uno,-69.5,-24.5,Minera Uno S.A.,11.222.333-4
2,Dos,-69.2,-24.9,Eva Lopez Rojas,11.222.333-4
3,Far,-60.0,-24.5,Codelco,11.222.333-4
4,"Tres, RUT 11.222.333-4",-69.9,-24.1,Codelco,11.222.333-4
"""


def layer(**keys):
    """A layer of sites that asks for name and operator."""
    described = {
        "role": "deposits", "title": "Sites", "key": "dep_id",
        "fields": {
            "name": "site_name", "operator": "operator", "longitude": "longitude", "latitude": "latitude",
        },
    }  # fmt: skip
    return SourceLayer.model_validate({**described, **keys})


def download(port, name, of_layer=None, *, manners=QUICK, holders=("operator",)):
    described = of_layer or layer()
    asked = Asked(
        f"http://127.0.0.1:{port}/{name}", described.path, described.asked, BOX, described.key
    )
    with Client(("127.0.0.1",), manners) as client:
        return read_download(client, asked, described, holders=holders)


def archive(file, members, *, method=zipfile.ZIP_DEFLATED):
    """Write an archive of members: name -> text or bytes."""
    with zipfile.ZipFile(file, "w", method) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return file


@pytest.mark.parametrize("ranges", [True, False])
def test_a_table_gives_the_rows_over_the_box(server, tmp_path, ranges):
    """Only fields on the list, companies by name, persons and numbers not."""
    (tmp_path / "sites.csv").write_text(TABLE, "utf-8")
    whole = download(server.files(tmp_path, ranges=ranges), "sites.csv")
    table = whole.table
    assert list(table.columns) == [
        "dep_id", "site_name", "operator", "longitude", "latitude", "geometry",
    ]  # fmt: skip
    assert table["site_name"].tolist() == ["Uno", "Dos", "Tres,"]
    assert table["operator"].tolist()[::2] == ["Minera Uno S.A.", "Codelco"]
    assert "Lopez" not in table.to_json()
    assert "222" not in table.to_json()
    assert (whole.count, whole.pages, whole.resumed) == (3, 1, 0)
    assert table.crs == "EPSG:4326"


def test_a_member_of_an_archive_is_chosen_by_its_name(server, tmp_path):
    """With its folders or without; the only table where none is named."""
    archive(
        tmp_path / "a.zip", {"data/sites.csv": TABLE, "data/readme.pdf": b"no", "other.csv": "x"}
    )
    port = server.files(tmp_path)
    for path in ("sites.csv", "data/sites.csv"):
        assert download(port, "a.zip", layer(path=path)).count == 3
    archive(tmp_path / "b.zip", {"data/sites.csv": TABLE, "data/readme.pdf": b"no"})
    assert download(port, "b.zip").count == 3


def test_a_shapefile_in_an_archive_comes_with_its_parts(server, tmp_path):
    """In the CRS that it states."""
    points = gpd.GeoDataFrame(
        {"dep_id": [1, 2], "site_name": ["Uno", "Far"]},
        geometry=[shapely.Point(-69.5, -24.5), shapely.Point(-60, -24.5)],
        crs="EPSG:4326",
    ).to_crs("EPSG:32719")
    folder = tmp_path / "shape"
    folder.mkdir()
    points.to_file(folder / "sites.shp")
    archive(tmp_path / "s.zip", {f"x/{file.name}": file.read_bytes() for file in folder.iterdir()})
    found = download(server.files(tmp_path), "s.zip", layer(fields={"name": "site_name"}))
    assert found.table["site_name"].tolist() == ["Uno"]
    assert found.table.geometry.iloc[0].distance(shapely.Point(-69.5, -24.5)) < 1e-6


def test_names_that_lead_elsewhere_are_no_members(server, tmp_path, monkeypatch):
    """Upwards, absolute, a drive, a link: nothing is written outside, and the error lists what there is."""
    opened = io.BytesIO()
    with zipfile.ZipFile(opened, "w") as bad:
        for name in ("../evil.csv", "/tmp/evil.csv", "a/../../evil.csv", "C:evil.csv"):
            bad.writestr(name, TABLE)
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        bad.writestr(link, "/etc/passwd")
    (tmp_path / "evil.zip").write_bytes(opened.getvalue())
    port = server.files(tmp_path)
    for path in ("", "../evil.csv", "/tmp/evil.csv", "link.csv"):
        with pytest.raises(SourceError, match=r"It holds: nothing"):
            download(port, "evil.zip", layer(path=path))
    assert not list(tmp_path.parent.glob("evil.csv"))


def test_an_archive_that_unpacks_to_far_more_is_refused(server, tmp_path):
    """Zeros, packed a thousand times: a clear error before they are unpacked."""
    archive(tmp_path / "bomb.zip", {"sites.csv": b"0" * 50_000_000})
    assert (tmp_path / "bomb.zip").stat().st_size < 100_000
    with pytest.raises(SourceError, match=r"unpacks 0.0 MB to 50 MB, more than a table would"):
        download(server.files(tmp_path), "bomb.zip")


def test_a_damaged_or_locked_archive_is_one_error(server, tmp_path):
    """A byte in the middle, an end that is missing, a password."""
    good = archive(tmp_path / "good.zip", {"sites.csv": TABLE * 500}).read_bytes()
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(bytes(flipped))
    (tmp_path / "short.zip").write_bytes(good[: len(good) // 2])
    locked = bytearray(archive(tmp_path / "l.zip", {"sites.csv": TABLE}).read_bytes())
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(bytes(locked))
    port = server.files(tmp_path)
    for name in ("flipped.zip", "short.zip", "locked.zip"):
        with pytest.raises(SourceError, match=r"damaged or locked"):
            download(port, name)


def test_which_member_is_meant_must_be_clear(server, tmp_path):
    """Two tables and none named; one that is not there."""
    archive(tmp_path / "two.zip", {"a.csv": TABLE, "b.csv": TABLE})
    port = server.files(tmp_path)
    with pytest.raises(
        SourceError, match=r"does not hold exactly one layer. It holds: a.csv, b.csv"
    ):
        download(port, "two.zip")
    with pytest.raises(SourceError, match=r"has no 'c.csv'. It holds: a.csv, b.csv"):
        download(port, "two.zip", layer(path="c.csv"))


def test_a_field_that_is_missing_is_said_before_anything_is_kept(server, tmp_path):
    """With those that there are."""
    (tmp_path / "sites.csv").write_text(TABLE, "utf-8")
    wrong = layer(fields={"name": "site_nam"})
    with pytest.raises(
        SourceError, match=r"no column 'site_nam'. Did you mean 'site_name'\? It has: dep_id"
    ):
        download(server.files(tmp_path), "sites.csv", wrong)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "<!DOCTYPE html><title>Down</title>", r"a web page instead of data: 'Down'"),
        ("a.csv", "dep_id,site_name\n1,Uno\n", r"no columns|longitude"),
        ("a.csv", "", r"a.csv: the received file"),
        ("a.exe", "MZ", r"the received file has an unknown ending"),
        ("a.geojson", '{"type": "FeatureCollection"', r"the received file"),
        ("a.gpkg", "<OGRVRTDataSource></OGRVRTDataSource>", r"the received file"),
    ],
)
def test_what_is_no_layer_is_one_error(server, tmp_path, name, content, message):
    """Whatever came in its place; no path of this machine is shown."""
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(SourceError, match=message) as caught:
        download(server.files(tmp_path), name)
    assert "download" not in str(caught.value)


def test_no_row_over_the_box_is_an_error(server, tmp_path):
    """An empty layer says nothing of the ground."""
    (tmp_path / "far.csv").write_text(TABLE.replace("-69", "-59"), "utf-8")
    with pytest.raises(SourceError, match=r"none of its rows lies within -70 -25 -69 -24"):
        download(server.files(tmp_path), "far.csv")


def test_a_file_beyond_the_limit_or_not_there_is_one_error(server, tmp_path):
    """Nothing is cut off."""
    (tmp_path / "large.csv").write_text(TABLE + "#" * 6_000_000, "utf-8")
    port = server.files(tmp_path, fault="cut", at=3)
    with pytest.raises(SourceError, match=r"the answer is larger than 5 MB"):
        download(port, "large.csv")
    with pytest.raises(SourceError, match=r"none.csv: the service answers 404"):
        download(port, "none.csv")
    (tmp_path / "sites.csv").write_text(TABLE, "utf-8")
    with pytest.raises(SourceError, match=r"was cut at|incomplete answer"):
        download(port, "sites.csv")


def test_nothing_is_left_in_the_scratch_folder(server, tmp_path):
    """Neither of a file that was read nor of one that was refused."""
    from prospector.scratch import scratch_folder

    before = set(scratch_folder().iterdir())
    (tmp_path / "sites.csv").write_text(TABLE, "utf-8")
    port = server.files(tmp_path)
    download(port, "sites.csv")
    with pytest.raises(SourceError):
        download(port, "sites.csv", layer(fields={"name": "no"}))
    assert set(scratch_folder().iterdir()) == before


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        TABLE.replace(",", ";"),
        TABLE.replace(",", "\t"),
        TABLE.replace("\n", "\r\n"),
        "\ufeff" + TABLE,
        TABLE.replace("-69.5", '"-69,5"').replace("-24.5", '"-24,5"'),
        TABLE.replace("longitude", "LONGITUD").replace("latitude", "LATITUD"),
    ],
)
def test_a_table_gives_the_same_rows_however_it_is_written(server, tmp_path, text):
    """Whether it is made small before it is read or not."""
    (tmp_path / "sites.csv").write_bytes(text.encode())
    fields = {"name": "site_name"} if "LONGITUD" in text else {
        "name": "site_name", "longitude": "longitude", "latitude": "latitude",
    }  # fmt: skip
    found = download(server.files(tmp_path), "sites.csv", layer(fields=fields), holders=())
    assert sorted(found.table["dep_id"].astype(str)) == ["1", "2", "4"]


def test_a_table_in_another_encoding_is_read_in_it(server, tmp_path):
    """That the source states."""
    (tmp_path / "sites.csv").write_bytes(TABLE.replace("Uno", "\u00d1and\u00fa").encode("latin-1"))
    port = server.files(tmp_path)
    found = download(port, "sites.csv", layer(encoding="ISO-8859-1"))
    assert "\u00d1and\u00fa" in found.table["site_name"].tolist()


def test_rows_that_are_surely_elsewhere_go_before_the_table_is_read(tmp_path):
    """What cannot be told stays for the reader; other columns go."""
    file = tmp_path / "t.csv"
    file.write_text(
        "id,more,lon,lat\n1,x,-69.5,-24.5\n2,x,10,50\n3,x,69 W,24 S\n4,x,500000,7300000\n5,x,,\n",
        "utf-8",
    )
    small, left = narrowed(file, ["id"], BOX)
    assert left == 4
    assert small.read_text("utf-8").splitlines() == [
        "id,lon,lat", "1,-69.5,-24.5", "3,69 W,24 S", "4,500000,7300000", "5,,",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content", ["id\n1\n", 'id,lon,lat\n1,"2,3\n', "lon,lat\n1,2\n", "id,lon,lat\n1\n"]
)
def test_a_table_that_cannot_be_made_small_stays(tmp_path, content):
    """For the reader, who says what is wrong."""
    file = tmp_path / "t.csv"
    file.write_text(content, "utf-8")
    assert narrowed(file, ["id"], BOX) == (file, None)
