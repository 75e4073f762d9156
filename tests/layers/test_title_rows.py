"""Rows of a register that are one title are one title: joint holders, parts, and the same row twice."""

import geopandas as gpd
import pytest
import shapely

from prospector.layers import read_layers
from prospector.layers.registers import PRIVATE, tidy_titles
from prospector.region.region_file import load_region
from tests.layers.test_registers import own_titles, read, said, square


def titles(outlines=None, crs="EPSG:32719", **columns):
    """Two rows of one title in a register without a mapping, unless columns say otherwise."""
    count = max(len(values) for values in columns.values())
    table = {
        "file_number": "7", "kind": "MINA", "state": "VIGENTE", "nombre": "Cerro", "titular": "Andes S.A.",
        **columns,
    }  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=outlines or [square()] * count, crs=crs)


def read_own(table, **columns):
    keys = {"name": "nombre", "holder": "titular", **columns}
    return read(table, columns=keys, kinds={"MINA": "mine"}, states={"VIGENTE": "held"})


def codes(found):
    return {notice.code: notice for notice in found.notices}


def test_a_row_for_each_joint_holder_is_one_title():
    """Of three rows with one outline comes one title with its companies, and one private holder."""
    found = read_own(titles(titular=["Puna Ltda", "Andes S.A.", "ROJAS SOTO EVA"]))
    assert found.table["holder"].tolist() == [f"Andes S.A.; Puna Ltda; {PRIVATE}"]
    assert found.table.area.tolist() == [1e6]
    joined = codes(found)["title-rows-joined"]
    assert (joined.count, joined.value("rows"), joined.value("columns")) == (1, 3, ("holder",))
    assert "ids-numbered" not in codes(found)
    assert (
        "3 rows with the same id, or file number, and the same outline joined into 1 title"
        in " ".join(said(found))
    )


def test_the_outline_is_the_same_from_whichever_vertex_it_begins():
    """The second holder's square begins at another corner and runs the other way."""
    corners = [*square().exterior.coords][:4]
    turned = shapely.Polygon([*corners[2:], *corners[:2]]).reverse()
    found = read_own(titles([square(), turned], titular=["Puna Ltda", "Andes S.A."]))
    assert found.table["holder"].tolist() == ["Andes S.A.; Puna Ltda"]


@pytest.mark.parametrize(("metres", "count"), [(0.5, 1), (5.0, 2)])
def test_an_outline_that_was_drawn_again_is_the_same_within_a_thousandth(metres, count):
    """Of a square of 1 km; farther off it is another, and its holder another title's."""
    again = shapely.transform(square(), lambda vertices: vertices + metres)
    found = read_own(titles([square(), again], titular=["Puna Ltda", "Andes S.A."]))
    assert len(found.table) == count


def test_rows_with_ids_of_their_own_are_one_title_by_file_number_and_name():
    """The register numbers its rows; under another name the same ground is another title."""
    table = titles(titular=["Puna Ltda", "Andes S.A."], oid=[1, 2])
    found = read_own(table, concession_id="oid").table
    assert found[["concession_id", "holder"]].to_numpy().tolist() == [
        ["1", "Andes S.A.; Puna Ltda"]
    ]
    table = titles(titular=["Puna Ltda", "Andes S.A."], oid=[1, 2], nombre=["Cerro", "Loma"])
    assert len(read_own(table, concession_id="oid").table) == 2


def test_many_rows_of_one_name_take_no_time():
    """Titles without id and number, 20,000 of them, all "S/N"."""
    shapes = [
        square(400_000 + 1500 * (n % 150), 7_200_000 + 1500 * (n // 150)) for n in range(20_000)
    ]
    table = titles(shapes, file_number=[""] * 20_000, nombre=["S/N"] * 20_000)
    assert len(read_own(table).table) == 20_000


def test_a_title_in_a_row_for_each_mineral_and_commune_keeps_them_all():
    """Four rows: two minerals by two communes."""
    table = titles(
        minerals=["Cu", "Au", "Cu", "Au"], comuna=["Calama", "Calama", "Taltal", "Taltal"]
    )
    found = read_own(table, administrative_unit="comuna").table
    assert found["minerals"].tolist() == ["Au; Cu"]
    assert found["administrative_unit"].tolist() == ["Calama; Taltal"]


def test_rows_of_one_outline_that_differ_in_class_stay_apart():
    """A title in force and an application on the same ground under one number are two."""
    table = titles(state=["VIGENTE", "TRAMITE"], titular=["Puna Ltda", "Andes S.A."])
    found = read(
        table, columns={"holder": "titular"}, kinds={"MINA": "mine"},
        states={"VIGENTE": "held", "TRAMITE": "applied_for"},
    )  # fmt: skip
    assert found.table["tenure_class"].tolist() == ["held", "applied_for"]
    assert "title-rows-joined" not in codes(found)


def test_other_values_that_joined_rows_differ_in_are_named():
    """The first row's date counts, and a notice says so of the one title of two whose dates differ."""
    table = titles(
        [square(), square(), square(520_000), square(520_000)],
        titular=["Puna Ltda", "Andes S.A."] * 2, file_number=["7", "7", "8", "8"],
        fecha=["2019-02-01", "2021-02-01", "2022-02-01", "2022-02-01"],
    )  # fmt: skip
    found = read_own(table, date="fecha")
    assert found.table["date"].tolist() == ["2019-02-01", "2022-02-01"]
    told = codes(found)["title-rows-differ"]
    assert (told.count, told.value("columns")) == (1, ("date",))


@pytest.mark.parametrize(
    ("stated", "whole"), [([300.0, 300.0], 300.0), ([100.0, 200.0], 300.0), ([None, 300.0], 300.0)]
)
def test_parts_of_a_title_are_one_title(stated, whole):
    """An area that each part repeats is the whole's; areas that differ are the parts' own."""
    table = titles([square(), square(520_000)], ha=stated, titular=["Andes S.A."] * 2)
    found = read_own(table, area_ha="ha")
    assert len(found.table) == 1
    assert found.table.area.tolist() == [2e6]
    assert found.table["area_ha"].tolist() == [whole]
    assert codes(found)["title-parts-joined"].value("rows") == 2


def test_parts_that_overlap_count_their_ground_once():
    """Two squares of 1 km2 that have half of it in common are 1.5 km2, also where one is a bow tie."""
    table = titles([square(), square(500_500)], titular=["Andes S.A."] * 2)
    assert read_own(table).table.area.tolist() == [1.5e6]
    tie = shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
    assert read_own(titles([tie, square()], titular=["Andes S.A."] * 2)).table.area.sum() == 1.5e6


def test_parts_with_two_holders_each_are_one_title():
    """Two outlines by two holders: four rows, one title."""
    shapes = [square(), square(), square(520_000), square(520_000)]
    found = read_own(titles(shapes, titular=["Puna Ltda", "Andes S.A."] * 2)).table
    assert found["holder"].tolist() == ["Andes S.A.; Puna Ltda"]
    assert found.area.tolist() == [2e6]


def test_outlines_of_one_number_with_other_names_are_titles_of_their_own():
    """A file number may stand for several mines."""
    found = read_own(titles([square(), square(520_000)], nombre=["Cerro", "Loma"]))
    assert found.table["name"].tolist() == ["Cerro", "Loma"]


def test_titles_without_any_number_are_no_parts_of_one():
    """Two outlines of one name and holder may be two titles."""
    found = read_own(titles([square(), square(520_000)], file_number=["", ""]))
    assert len(found.table) == 2


def test_a_row_that_a_register_holds_twice_is_dropped():
    """It got a number behind its id, and both copies counted."""
    found = read_own(titles(titular=["Andes S.A.", "ANDES S.A."]))
    assert len(found.table) == 1
    assert codes(found)["duplicates-dropped"].count == 1


def test_titles_without_a_place_keep_it_unknown():
    """One part that cannot be placed is not lost in the other."""
    found = read_own(titles([square(), None], titular=["Andes S.A."] * 2))
    assert found.table.geometry.isna().tolist() == [False, True]


def test_joint_holders_in_our_own_columns_are_one_title():
    """Without a register, too; what our columns lack is not asked for."""
    table = own_titles(
        concession_id=["a", "a", "b"], holder=["Puna Ltda", "Andes S.A.", "Andes S.A."]
    )
    found, notices = tidy_titles(table.set_geometry([square(), square(), square(520_000)]))
    assert found["concession_id"].tolist() == ["a", "b"]
    assert found["holder"].tolist() == ["Andes S.A.; Puna Ltda", "Andes S.A."]
    assert [notice.code for notice in notices if notice.level == "caution"] == ["title-rows-joined"]


def test_shares_of_joint_holders_are_kept_with_their_names():
    """Two private holders of the same share are two, whatever minerals repeat them."""
    table = titles(
        titular=["Puna Ltda", "ROJAS SOTO EVA", "SOTO ROJAS JUAN"] * 2,
        parte=["40 %", "30 %", "30 %"] * 2,
        minerals=["Cu"] * 3 + ["Au"] * 3,
    )
    found = read_own(table, holder_shares="parte")
    assert found.table["holder"].tolist() == [f"Puna Ltda; {PRIVATE}"]
    assert found.table["holder_shares"].tolist() == [
        f"Puna Ltda (40 %); {PRIVATE} (30 %); {PRIVATE} (30 %)"
    ]
    assert "duplicates-dropped" not in codes(found)


def test_no_name_comes_through_a_field_of_shares():
    """What is no share is left out, and counted."""
    found = read_own(titles(titular=["Puna Ltda"], parte=["Eva Rojas 50"]), holder_shares="parte")
    assert found.table["holder_shares"].tolist() == [""]
    assert codes(found)["shares-not-kept"].count == 1
    for columns in ({"holder": ["Puna Ltda"]}, {}):
        own, _ = tidy_titles(own_titles(holder_shares=["Eva Rojas (50)"], **columns))
        assert own["holder_shares"].tolist() == [""]


def test_two_private_holders_are_no_row_that_stands_twice():
    """They are shown alike, and the notice tells two rows of one title."""
    found = read_own(titles(titular=["ROJAS SOTO EVA", "SOTO ROJAS JUAN"]))
    assert found.table["holder"].tolist() == [PRIVATE]
    assert codes(found)["title-rows-joined"].value("columns") == ("holder",)
    assert "duplicates-dropped" not in codes(found)


def test_titles_outside_the_coverage_of_their_register_are_told(region):
    """One of two in the region; a third lies beyond it and is no matter."""
    shapes = [square(450_000), square(500_000), square(100_000)]
    own_titles(concession_id=["a", "b", "c"]).set_geometry(shapes).to_file(region / "t.gpkg")
    gpd.GeoDataFrame(geometry=[square(440_000, side=20_000)], crs="EPSG:32719").to_file(
        region / "c.gpkg"
    )
    with (region / "region.toml").open("a") as file:
        file.write('\n[layers.t]\nrole = "concessions"\nfile = "t.gpkg"\ncoverage = "c.gpkg"\n')
    loaded = load_region(region)
    notices = {notice.code: notice for notice in read_layers(loaded, loaded.grid()).notices}
    told = notices["titles-outside-coverage"]
    assert (told.count, told.value("of")) == (1, 2)
