"""Roles guessed by geometry, names, columns and values, in English and Spanish."""

from pathlib import Path

import pytest

from prospector.drafting.clues import Clue, Clues, clue_words, guessed_by
from prospector.drafting.looks import ColumnLook, Look
from prospector.drafting.roles import guess_role
from prospector.layers.roles import ROLES

NAMES = [
    ("fallas", "line", "faults"),
    ("Faults_250k", "line", "faults"),
    ("fault_lines", "line", "faults"),
    ("LINEAMIENTOS_magneticos", "line", "faults"),
    ("estructuras", "line", "faults"),
    ("ShearZones", "line", "faults"),
    ("geologia", "polygon", "geology"),
    ("Geología_1M_2003", "polygon", "geology"),
    ("bedrock_geology_100k", "polygon", "geology"),
    ("Unidades_litologicas", "polygon", "geology"),
    ("lithology", "polygon", "geology"),
    ("MapaGeologico", "polygon", "geology"),
    ("plutones", "polygon", "intrusions"),
    ("granitoids", "polygon", "intrusions"),
    ("yacimientos", "point", "deposits"),
    ("depositos_metalicos", "point", "deposits"),
    ("mineral_deposits", "point", "deposits"),
    ("Mineral Occurrences", "point", "deposits"),
    ("mrds", "point", "deposits"),
    ("ocurrencias minerales", "point", "deposits"),
    ("minas", "point", "deposits"),
    ("depositos_de_relaves", "point", "tailings"),
    ("tailings", "point", "tailings"),
    ("concesiones_mineras", "polygon", "concessions"),
    ("catastro", "polygon", "concessions"),
    ("tenements", "polygon", "concessions"),
    ("MiningClaims", "polygon", "concessions"),
    ("exploration_licences", "polygon", "concessions"),
    ("dem_30m", "raster", "relief"),
    ("SRTM", "raster", "relief"),
    ("elevacion", "raster", "relief"),
    ("MDT", "raster", "relief"),
    ("mag_rtp", "raster", "magnetics"),
    ("TMI", "raster", "magnetics"),
    ("magnetometria", "raster", "magnetics"),
    ("bouguer", "raster", "surface"),
    ("gravedad", "raster", "surface"),
    ("espesor_moho", "raster", "crust_thickness"),
    ("geoquimica", "point", "geochemistry"),
    ("stream_sediments", "point", "geochemistry"),
    ("suelos", "point", "geochemistry"),
    ("soil_samples", "point", "geochemistry"),
    ("salares", "polygon", "salars"),
    ("cuencas_BNA", "polygon", "basins"),
    ("Subcuencas", "polygon", "basins"),
    ("watersheds", "polygon", "basins"),
    ("pozos_DGA", "point", "wells"),
    ("water_wells", "point", "wells"),
    ("playas", "polygon", "salars"),
    ("areas_protegidas", "polygon", "protected"),
    ("national_parks", "polygon", "protected"),
    ("ANP", "polygon", "protected"),
    ("comunidades_indigenas", "polygon", "indigenous"),
    ("ciudades", "point", "towns"),
    ("towns", "point", "towns"),
    ("localidades", "point", "towns"),
    ("limite_urbano", "polygon", "urban"),
    ("caminos", "line", "roads"),
    ("roads", "line", "roads"),
    ("red vial", "line", "roads"),
    ("puertos", "point", "ports"),
    ("ports", "point", "ports"),
    ("lineas_de_transmision", "line", "power_lines"),
    ("PowerLines", "line", "power_lines"),
    ("limites", "line", "borders"),
    ("costa", "line", "coast"),
    ("coastline", "line", "coast"),
    ("land", "polygon", "land"),
    ("volcanes", "point", "volcanoes"),
    ("holocene_volcanoes", "point", "volcanoes"),
    ("dataciones", "point", "dated_samples"),
    ("geochronology", "point", "dated_samples"),
    ("U-Pb ages", "point", "dated_samples"),
    ("lagunas", "polygon", "water"),
    ("glaciers", "polygon", "water"),
    ("provincias", "polygon", "administrative"),
    ("fosa", "line", "trench"),
]

NO_ROLE = [
    ("rios", "line", "drainage"),
    ("rivers", "line", "drainage"),
    ("curvas_de_nivel", "line", "contours"),
    ("sondajes", "point", "drillholes"),
    ("drill_collars", "point", "drillholes"),
    ("railways", "line", "railways"),
    ("AOI", "polygon", "study area"),
    ("hillshade", "raster", "shading"),
]


def look(name, geometry, columns=(), values=None):
    of = values or {}
    looks = [ColumnLook(column, True, (("1", 9),), 9, 9) for column in columns]
    looks += [ColumnLook(column, False, words, 9, 9) for column, words in of.items()]
    return Look(Path(f"{name}.gpkg"), geometry=geometry, columns=tuple(looks))


@pytest.mark.parametrize(("name", "geometry", "role"), NAMES)
def test_a_role_is_guessed_by_name_and_geometry(name, geometry, role):
    """In both languages, whatever the case, the accents and what else stands in the name."""
    guess = guess_role(look(name, geometry))
    assert guess.role == role
    assert "name" in [clue.where for clue in guess.because.found]
    assert ROLES[role].geometry == geometry


@pytest.mark.parametrize(("name", "geometry", "what"), NO_ROLE)
def test_what_no_role_reads_is_named(name, geometry, what):
    """It is not forced into the role whose geometry it has."""
    guess = guess_role(look(name, geometry))
    assert guess.role is None
    assert guess.because.unread_kind == what
    assert guess.because.found[0].where == "name"
    assert clue_words(guess.because).startswith(f"{what} by the name (")


@pytest.mark.parametrize(
    ("columns", "geometry", "role"),
    [
        (("Cu_ppm", "Au_ppb", "As_ppm"), "point", "geochemistry"),
        (("NOMBRE", "TIPO_YACIM", "SUSTANCIA"), "point", "deposits"),
        (("LITOLOGIA", "EDAD"), "polygon", "geology"),
        (("TITULAR", "EXPEDIENTE"), "polygon", "concessions"),
        (("DIP", "STRIKE"), "line", "faults"),
        (("POBLACION",), "point", "towns"),
        (("METODO_CONSTRUCTIVO_MURO", "VOL_AUTORIZADO", "RECURSO"), "point", "tailings"),
        (("highway", "lanes"), "line", "roads"),
        (("WDPAID", "IUCN_CAT"), "polygon", "protected"),
    ],
)
def test_a_name_that_says_nothing_leaves_it_to_the_columns(columns, geometry, role):
    """A file is often called export.gpkg."""
    guess = guess_role(look("export_1", geometry, columns))
    assert guess.role == role
    assert guess.because.found[0].where == "columns"


def test_values_tell_where_neither_name_nor_columns_do():
    """A column of rocks makes polygons geology."""
    words = (("granito", 12), ("andesita", 5), ("caliza", 2))
    guess = guess_role(look("capa", "polygon", values={"C1": words}))
    assert guess.role == "geology"
    assert guess.because == Clues((Clue("values", ("granito", "andesita", "caliza")),))
    assert guessed_by(guess.because) == "guessed by values (granito, andesita, caliza)"


def test_an_ambiguous_name_says_what_else_it_could_be():
    """Both words count; the other role stands beside the guess."""
    guess = guess_role(look("limite_areas_protegidas", "polygon"))
    assert guess.role == "protected"
    assert "administrative" in guess.others
    guess = guess_role(look("muestras_datadas_edades", "point"))
    assert {guess.role, *guess.others} >= {"dated_samples", "geochemistry"}


@pytest.mark.parametrize("geometry", ["point", "line", "polygon"])
def test_features_of_which_nothing_is_known_have_no_role(geometry):
    """Known deposits that are none would train a model; every role of the geometry is offered."""
    guess = guess_role(look("layer1", geometry, ("a", "b")))
    assert guess.role is None
    assert guess.others == tuple(name for name, role in ROLES.items() if role.geometry == geometry)


def test_a_raster_of_which_nothing_is_known_is_a_surface():
    """It does nothing until a deposit model names it."""
    guess = guess_role(look("export", "raster"))
    assert guess.role == "surface"
    assert "relief" in guess.others
