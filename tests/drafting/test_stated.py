"""What a user states of files goes before what is guessed, and coordinates are found by name and value."""

import pandas as pd
import pytest
import small_files as files
from typer.testing import CliRunner

from prospector.cli.commands import app
from prospector.drafting.add import add_layers
from prospector.drafting.coordinates import guess_places
from prospector.drafting.init import init_region
from prospector.errors import LayerError, RegionError
from prospector.region import load_region
from prospector.screening.check import check


def table(folder, header, west=-69.5, south=-23.5, extra="skarn"):
    """Twelve rows of a table: name, latitude, longitude, a word."""
    rows = [f"D{n},{south + n / 17},{west + n / 13},{extra}" for n in range(12)]
    path = folder / "mines.csv"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]), "utf-8")
    return path


@pytest.mark.parametrize(
    ("across", "along"),
    [
        ("LongitudeDecimal", "LatitudeDecimal"),
        ("lon_wgs84", "lat_wgs84"),
        ("Longitud (grados)", "Latitud (grados)"),
        ("sample_long", "sample_lat"),
        ("LONDEC", "LATDEC"),
    ],
)
def test_degrees_are_found_in_compound_names(across, along):
    """By a word of the name, where the values can be degrees."""
    rows = pd.DataFrame({"id": [1, 2], along: [-23.1, -24.2], across: [-69.3, -68.9]})
    assert guess_places(rows) == {"longitude": across, "latitude": along}


@pytest.mark.parametrize(
    ("across", "along"), [("este_psad56", "norte_psad56"), ("X_UTM", "Y_UTM"), ("utmE84", "utmN84")]
)
def test_metres_are_found_in_compound_names(across, along):
    """By a word of the name, where the values are too large for degrees."""
    rows = pd.DataFrame({"y_code": [1, 2], along: [7.4e6, 7.5e6], across: [4.1e5, 4.2e5]})
    assert guess_places(rows) == {"easting": across, "northing": along}


def test_names_alone_do_not_make_coordinates():
    """A column of plateaus and one of long words hold no degrees."""
    assert guess_places(pd.DataFrame({"lat_desc": ["high", "low"], "long_name": ["a", "b"]})) == {}


def test_columns_and_a_type_are_stated_on_the_command_line(tmp_path):
    """They stand in region.toml, which is checked; what was guessed gives way."""
    path = table(tmp_path / "maps", "Ref,YY,XX,Mineral")
    mine = tmp_path / "mine"
    stated = ["--column", "longitude=XX", "--column", "latitude=YY", "--column", "mines.name=Ref"]
    done = CliRunner().invoke(
        app, ["init", str(mine), str(path), *stated, "--deposit-type", "greisen"]
    )
    assert done.exit_code == 0, done.output
    entry = load_region(mine).layers["mines"]
    assert entry.columns == {"longitude": "XX", "latitude": "YY", "name": "Ref"} | {
        ours: theirs for ours, theirs in entry.columns.items() if ours == "commodities"
    }
    assert entry.deposit_type == "greisen"
    assert set(check(mine).layers.items[0].features["deposit_type"]) == {"greisen"}


def test_a_table_without_types_is_added_by_a_stated_one(tmp_path):
    """Name, latitude and longitude are enough."""
    files.squares(tmp_path / "mine", "geologia.gpkg", -69.5, -23.5, LITOLOGIA=["granito", "caliza"])
    init_region(tmp_path / "mine")
    path = table(tmp_path / "maps", "name,my_lat,my_long,note")
    add_layers(tmp_path / "mine", path, role="deposits", deposit_type="skarn")
    entry = load_region(tmp_path / "mine").layers["mines"]
    assert (entry.deposit_type, entry.columns["longitude"]) == ("skarn", "my_long")


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("deposit_type", "must be OUR=THEIRS"),
        ("name=Nmae", "no file has a column 'Nmae'.*did you mean 'Name'|Name"),
        ("towns.name=Name", "there is no layer 'towns'. There are: mines"),
        ("voltage_kv=Name", "name the layer.*--column mines.voltage_kv=Name"),
    ],
)
def test_a_stated_column_that_nothing_takes_is_refused(tmp_path, column, message):
    """With what there is instead."""
    path = table(tmp_path, "Name,lat,lon,Tipo")
    with pytest.raises(RegionError, match=message):
        init_region(tmp_path / "mine", [path], columns=[column])


def test_coordinates_that_are_not_found_are_asked_for_as_they_can_be_given(tmp_path):
    """The error names options, not keys of a file that is not there."""
    path = table(tmp_path, "Name,A,B,Tipo")
    files.raster(tmp_path / "mine", "dem.tif", -69.5, -23.5)
    init_region(tmp_path / "mine")
    with pytest.raises(LayerError, match=r"among Name, A, B, Tipo.*--column longitude="):
        add_layers(tmp_path / "mine", path)


def test_longitudes_under_the_name_of_latitudes_are_noticed(tmp_path):
    """Beyond 90 degrees there is no doubt; the options that mend it are given and work."""
    path = table(tmp_path / "maps", "name,lon,lat,deposit_type", west=120.5, south=-27.5)
    files.raster(tmp_path / "maps", "dem.tif", 120.5, -27.5)
    draft = init_region(tmp_path / "a", [tmp_path / "maps"])
    [unread] = draft.unread
    assert "look swapped. If so: --column longitude=lat --column latitude=lon" in unread.problem
    mended = ["longitude=lat", "latitude=lon"]
    draft = init_region(tmp_path / "b", [path], columns=mended)
    assert draft.heading.window.bounds.west == pytest.approx(120.5, abs=0.05)
