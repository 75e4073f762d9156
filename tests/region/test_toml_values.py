"""Files of TOML as people save them: marks, encodings, and what no reader can hold."""

import pytest

from prospector.errors import RegionError
from prospector.region.region_file import load_region
from prospector.region.toml_values import read_toml


@pytest.mark.parametrize("name", ["region.toml", "SOURCES.toml"])
def test_a_byte_order_mark_is_passed_over(region, name):
    """As Notepad writes it."""
    file = region / name
    data = file.read_bytes() if file.exists() else b""
    file.write_bytes(b"\xef\xbb\xbf" + data)
    assert load_region(region).name == "synthetic"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            "a = 1\ntitle = 'Región'".encode("latin-1"),
            "line 2 is not UTF-8 text. Save the file with",
        ),
        (
            "title = 'x'".encode("utf-16"),
            "line 1 is not UTF-8 text. Save the file with the encoding UTF-8",
        ),
        (b"a = " + b"9" * 5000, "a number with thousands of digits"),
        (b"a = " + b"[" * 2000 + b"]" * 2000, "hundreds of nested brackets"),
        (b"a = " + b"9" * 300, "key 'a': a whole number beyond 64 bits"),
        (b"a = 0x" + b"f" * 9000, "key 'a': a whole number beyond 64 bits"),
        (b".".join([b"a"] * 3000) + b" = 1", "more than 40 nested tables or lists"),
        (b"a = " + b"[" * 60 + b"]" * 60, "more than 40 nested tables or lists"),
        (rb'a = "C:\data"', "Write a path with /, or text with . in single quotes"),
        (b"[a", "not valid TOML"),
        (b"a = 1\x00", "not valid TOML"),
        (b"# " + b"x" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_what_is_no_toml_is_said_in_one_line(tmp_path, data, said):
    """With the file's name, and no traceback."""
    file = tmp_path / "region.toml"
    file.write_bytes(data)
    with pytest.raises(RegionError, match=said) as raised:
        read_toml(file)
    assert str(raised.value).startswith(f"{file}: ")
    assert "\n" not in str(raised.value)


def test_forty_tables_within_one_another_are_read(tmp_path):
    """The pair."""
    file = tmp_path / "region.toml"
    file.write_text(".".join(["a"] * 39) + " = -9223372036854775808", "utf-8")
    assert list(read_toml(file)) == ["a"]
