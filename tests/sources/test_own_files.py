"""A geological map that a person brings becomes layers with classes."""

import datetime
import tomllib
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from prospector.errors import LayerError, RegionError, SourceError
from prospector.region.region_file import load_region
from prospector.sources.own_files import class_file

DAY = datetime.date(2026, 11, 27)

REGION = """\
# mine
[region]
name = "mine"
title = "Mine"
crs = "EPSG:32719"
cell_size_m = 2000
deposit_models = ["manto_copper"]

[region.window]
west = -69.6
south = -24.4
east = -69.0
north = -23.8
"""


def chile(file: Path, **more: object) -> Path:
    """Three units as the survey's shapefile has them."""
    table = gpd.GeoDataFrame(
        {
            "CD_GEOL": ["J3i", "Kiag", "XX9"],
            "NOMBRE_DE_": ["La Negra", "Plutones", "Otra"],
            "ROCA1": ["andesita", "granodiorita", None],
            "RUT": ["11.222.333-4"] * 3,
            **more,
        },
        geometry=[shapely.box(-69.5 + i / 10, -24.2, -69.4 + i / 10, -24.0) for i in range(3)],
        crs="EPSG:4326",
    )
    table.to_file(file)
    return file


@pytest.fixture
def region(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "region.toml").write_text(REGION, encoding="utf-8")
    return folder


def test_a_map_with_a_source_becomes_two_layers_of_a_region(tmp_path: Path, region: Path) -> None:
    """Files, region.toml and SOURCES.toml with licence and scale; the file stays as it was."""
    file = chile(tmp_path / "GeologiaBase.shp")
    before = file.read_bytes()
    done = class_file(file, source="chile_geology_1m", region=region, today=DAY)
    assert done.rows == {"geology": 3, "intrusions": 1}
    assert done.classes == {"volcanic": 1, "intrusive": 1, "": 1}
    assert [(miss.value, miss.lacks) for miss in done.unmapped] == [
        ("XX9", "class"),
        ("XX9", "age"),
    ]
    assert done.added == ("geology", "intrusions")
    table = gpd.read_file(region / "geology.gpkg")
    assert list(table.columns) == [
        "code", "unit", "lithology", "rock_class", "age", "age_ma", "age_min_ma", "age_max_ma",
        "geometry",
    ]  # fmt: skip
    assert table["rock_class"].fillna("").tolist() == ["volcanic", "intrusive", ""]
    text = (region / "region.toml").read_text("utf-8")
    assert text.startswith("# mine\n")
    layers = tomllib.loads(text)["layers"]
    assert {name: layer["role"] for name, layer in layers.items()} == {
        "geology": "geology",
        "intrusions": "intrusions",
    }
    loaded = load_region(region)
    assert loaded.sources["geology.gpkg"].scale == "1:1,000,000"
    assert loaded.sources["intrusions.gpkg"].licence.endswith("(attribution; non-commercial)")
    assert file.read_bytes() == before


def test_a_newer_file_takes_the_place_of_an_older_one(tmp_path: Path, region: Path) -> None:
    """Files that were edited since are kept, and the command says so."""
    class_file(chile(tmp_path / "old.shp"), source="chile_geology_1m", region=region, today=DAY)
    newer = chile(tmp_path / "new.shp", CD_GEOL=["J3i", "J3i", "J3i"])
    done = class_file(newer, source="chile_geology_1m", region=region, today=DAY)
    assert done.added == ()
    assert done.classes == {"volcanic": 3}
    with (region / "geology.gpkg").open("ab") as edited:
        edited.write(b"mine")
    with pytest.raises(SourceError, match=r"geology.gpkg: was changed since"):
        class_file(newer, source="chile_geology_1m", region=region, today=DAY)


def test_without_a_region_files_lie_beside_the_map(tmp_path: Path) -> None:
    """All columns but tax numbers are kept where no source says which."""
    file = chile(tmp_path / "map.gpkg")
    done = class_file(file, scheme="chile_1m")
    assert {name: path.name for name, path in done.files.items()} == {
        "geology": "map_geology.gpkg",
        "intrusions": "map_intrusions.gpkg",
    }
    columns = list(gpd.read_file(tmp_path / "map_geology.gpkg").columns)
    assert "NOMBRE_DE_" in columns
    assert "RUT" not in columns
    with pytest.raises(LayerError, match=r"map_geology.gpkg: already exists"):
        class_file(file, scheme="chile_1m")


def test_any_column_of_ages_serves(tmp_path: Path) -> None:
    """With the scheme of age names."""
    file = chile(tmp_path / "map.gpkg", PERIOD=["Jurásico", "Late Cretaceous", "?"])
    class_file(file, scheme="age_names", fields={"age": "PERIOD"})
    table = gpd.read_file(tmp_path / "map_geology.gpkg")
    assert table["age_max_ma"].fillna(-1).tolist() == [201.4, 100.5, -1]


def test_columns_are_found_in_another_case_or_cut_to_ten_letters(tmp_path: Path) -> None:
    """As a shapefile cuts descrip_litologica."""
    table = gpd.GeoDataFrame(
        {
            "EDAD_INF": ["Jurásico"], "EDAD_SUP": ["Jurásico"], "DESCRIP_LI": ["Andesitas"],
            "NOMBRE": ["X"],
        },
        geometry=[shapely.box(-69.5, -24.2, -69.4, -24.0)],
        crs="EPSG:4326",
    )  # fmt: skip
    table.to_file(tmp_path / "hoja.shp")
    done = class_file(tmp_path / "hoja.shp", source="segemar_250k")
    assert done.classes == {"volcanic": 1}
    written = gpd.read_file(tmp_path / "hoja_geology.gpkg")
    assert written["unit"].tolist() == ["X"]
    assert written["lithology"].tolist() == ["Andesitas"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({}, r"No source and no scheme of codes is given"),
        (
            {"scheme": "age_names"},
            r"'age_names' reads age, oldest, youngest, and no column is named",
        ),
        (
            {"scheme": "age_names", "fields": {"code": "RUT"}},
            r"--field code=RUT: scheme 'age_names'",
        ),
        ({"scheme": "chile_1m", "fields": {"code": "CD"}}, r"No column 'CD'.*It has: CD_GEOL"),
        ({"scheme": "chile"}, r"Unknown scheme of codes 'chile'"),
        ({"source": "usgs_mrds"}, r"Source 'usgs_mrds' has no codes"),
        ({"source": "chile"}, r"Unknown source 'chile'"),
        ({"scheme": "chile_1m", "crs": "EPSG:1"}, r"--crs EPSG:1: not a CRS"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, keys: dict[str, object], message: str) -> None:
    """With what to give."""
    file = chile(tmp_path / "map.gpkg")
    with pytest.raises((LayerError, RegionError), match=message):
        class_file(file, **keys)  # type: ignore[arg-type]


def test_a_file_that_is_not_there_or_no_region(tmp_path: Path) -> None:
    """One sentence each."""
    with pytest.raises(LayerError, match=r"nowhere.shp: no such file"):
        class_file(tmp_path / "nowhere.shp", scheme="chile_1m")
    with pytest.raises(RegionError, match=r"region.toml: no such file"):
        class_file(chile(tmp_path / "map.gpkg"), scheme="chile_1m", region=tmp_path)


def test_a_scheme_of_one_s_own_is_named_by_its_path(tmp_path: Path) -> None:
    """With numbers for codes."""
    scheme = tmp_path / "ours.toml"
    scheme.write_text(
        'title = "Ours"\ncitation = "none"\nreads = ["code"]\n[codes]\n7 = { rock_class = "volcanic" }\n',
        encoding="utf-8",
    )
    file = chile(tmp_path / "map.gpkg", NUMBER=[7, 7, 8])
    done = class_file(file, scheme=str(scheme), fields={"code": "NUMBER"})
    assert done.classes == {"volcanic": 2, "": 1}
    assert "intrusions" not in done.files
