"""Tables added to a TOML file: what a person wrote stays."""

import tomllib

import pytest

from prospector import RegionError
from prospector.region.editing import add_table, with_table

TEXT = """# the region of the north
[region]
name = "north"   # as on the map

[layers.faults]   # from the survey
role = "faults"
file = 'faults.gpkg'
"""


def test_what_stands_in_a_file_stays_byte_for_byte():
    """Comments, blanks and quotes before the new table are those that were there."""
    edited = with_table(TEXT, ("layers", "geology"), {"role": "geology", "crs": "EPSG:32719"})
    assert edited.startswith(TEXT)
    tables = tomllib.loads(edited)
    assert list(tables["layers"]) == ["faults", "geology"]
    assert tables["layers"]["geology"] == {"role": "geology", "crs": "EPSG:32719"}


def test_values_have_comments_behind_them():
    """A guess says so where it stands."""
    edited = with_table("", ("layers", "dem"), {"role": "relief"}, comments={"role": "guessed"})
    assert edited == '[layers.dem]\nrole = "relief" # guessed\n'


def test_names_of_files_are_keys_too(tmp_path):
    """SOURCES.toml has a table for each file: its name is quoted."""
    file = tmp_path / "SOURCES.toml"
    add_table(file, ("a b.gpkg",), {"origin": 'the "old" survey', "schematic": False})
    add_table(file, ("sub/c.tif",), {"origin": "x", "tags": ["a", "b"]})
    tables = tomllib.loads(file.read_text("utf-8"))
    assert tables["a b.gpkg"]["origin"] == 'the "old" survey'
    assert tables["sub/c.tif"]["tags"] == ["a", "b"]


def test_a_table_that_is_there_is_refused(tmp_path):
    """It is not overwritten, and the file stays as it is."""
    file = tmp_path / "region.toml"
    file.write_text(TEXT, "utf-8")
    with pytest.raises(RegionError, match=r"key 'layers\.faults': this table already exists"):
        add_table(file, ("layers", "faults"), {"role": "faults"})
    assert file.read_text("utf-8") == TEXT


def test_lines_that_end_as_on_windows_stay_so(tmp_path):
    """And a byte-order mark is passed over, as it is on reading."""
    file = tmp_path / "region.toml"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    add_table(file, ("layers", "geology"), {"role": "geology"})
    data = file.read_bytes()
    assert data.startswith(TEXT.replace("\n", "\r\n").encode())
    assert tomllib.loads(data.decode())["layers"]["geology"] == {"role": "geology"}


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    """With its line, as on reading."""
    file = tmp_path / "region.toml"
    file.write_text("[region\n", "utf-8")
    with pytest.raises(RegionError, match="not valid TOML"):
        add_table(file, ("layers", "geology"), {"role": "geology"})
