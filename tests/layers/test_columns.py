"""What leaves the reader: columns on a list, yes and no as such, no tax numbers."""

import json
import re

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

import prospector
from prospector.compute.normalised import normalise
from prospector.compute.provenance import versions
from prospector.errors import LayerError
from prospector.layers import ROLES, read_layers
from prospector.layers.columns import kept_columns, yes_or_no
from prospector.layers.contract import COLUMNS
from prospector.layers.registers import PRIVATE, is_tax_column, without_personal_marks
from prospector.layers.typed import typed
from prospector.models.deposits import select_deposits
from prospector.region.region_file import load_region
from prospector.words.language import sentence

CRS = "EPSG:32719"
PERSONAL = {
    "owner": "Eva Rojas",
    "email": "eva@example.org",
    "telefono": "+56 9 1234 5678",
    "domicilio": "Calle Uno 12",
    "rutTitular": "11.222.333-4",
    "documento": "22333444",
    "cuit": "20-33444555-1",
    "dni": "44.555.666",
    "ruc": "10556667778",
    "pasaporte": "AB667788",
    "celular": "(0387) 155-667788",
    "representante": "Zoilo Liendro",
}
"""Columns that say who somebody is, as files of titles have them."""


def read(region):
    loaded = load_region(region)
    return read_layers(loaded, loaded.grid())


def said(layers):
    return [sentence(notice) for notice in layers.notices]


def squares(n, **columns):
    """Return squares of 10 km in the planted region."""
    shapes = [
        shapely.box(450_000 + 2e4 * i, 7_260_000, 460_000 + 2e4 * i, 7_270_000) for i in range(n)
    ]
    table = {
        name: values if isinstance(values, list) else [values] * n
        for name, values in columns.items()
    }
    return gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)


def add(region, name, role, table, more=""):
    """Add a layer to the planted region."""
    table.to_file(region / f"{name}.geojson", driver="GeoJSON")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[layers.{name}]\nrole = "{role}"\nfile = "{name}.geojson"\n{more}\n')


TITLES = {"concession_id": ["a", "b"], "tenure_class": "held", "holder": "Minera Puna S.A."}


@pytest.mark.parametrize(
    "role", [name for name, role in ROLES.items() if role.geometry != "raster"]
)
def test_no_role_hands_on_who_somebody_is(region, role):
    """Whatever the layer is for, and its notice names the columns, not what stands in them."""
    made = {"deposits": {"deposit_type": "porphyry_copper"}, "concessions": TITLES}.get(role, {})
    table = squares(2, **{"name": "A", **made, **PERSONAL})
    if ROLES[role].geometry != "polygon":
        line = ROLES[role].geometry == "line"
        table = table.set_geometry(table.boundary if line else table.centroid)
    add(region, "extra", role, table)
    layers = read(region)
    features = next(one for one in layers.items if one.name == "extra").features
    assert not set(PERSONAL) & set(features.columns)
    assert not any(mark in features.to_json() for mark in PERSONAL.values())
    left = [one for one in said(layers) if one.startswith("Layer 'extra': columns not kept")]
    assert len(left) == 1
    assert "owner, email" in left[0]
    assert not any(mark in " ".join(said(layers)) for mark in PERSONAL.values())


DIORITE = (
    '[override.porphyry_copper.evidence.diorite]\nkind = "distance"\nrole = "geology"\n'
    'where = {{ {} = ["Kd"] }}\nlabel = "diorite"\nexpected = "any"\nreason = "a test"\n'
)
"""An evidence that chooses by a column."""


def test_what_region_toml_maps_is_kept(region):
    """Under our name, where an evidence uses that; what the role knows is kept under its own."""
    add(region, "rocks", "geology", squares(2, cod_unid="Kd", lithology="granite", owner="Eva"),
        'columns = { rock = "cod_unid" }\n' + DIORITE.format("rock"))  # fmt: skip
    assert sorted(read(region).vector("geology").features.columns) == [
        "geometry",
        "lithology",
        "rock",
    ]


@pytest.mark.parametrize(
    ("new", "rest"), [("rock", ""), ("litology", r"\. Did you mean 'lithology'\?"), ("fid", "")]
)
def test_a_column_that_nobody_knows_is_mapped_onto_nothing(region, new, rest):
    """The error names those that the role knows, and the nearest spelling."""
    add(
        region, "rocks", "geology", squares(2, cod_unid="Kd"), f'columns = {{ {new} = "cod_unid" }}'
    )
    known = r"not a column of the role 'geology'\. Use: name, class, .*formation, or a column that"
    with pytest.raises(
        LayerError, match=f"'layers.rocks.columns': .*({known}.*{rest}|cannot be mapped)"
    ):
        read(region)


def test_a_misspelt_field_gets_the_nearest_spelling(region):
    """With the fields that there are."""
    add(region, "rocks", "geology", squares(2, COD_UNID="Kd"), 'columns = { code = "cod_unid" }')
    with pytest.raises(LayerError, match=r"has no column 'cod_unid'.*Did you mean 'COD_UNID'\?"):
        read(region)


def test_what_an_evidence_uses_is_kept(region):
    """Its parameters name it, as the column that it selects by."""
    add(region, "rocks", "geology", squares(2, cod_unid=["Kd", "Jv"], owner="Eva"))
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(DIORITE.format("cod_unid"))
    assert sorted(read(region).vector("geology").features.columns) == ["cod_unid", "geometry"]


def test_what_an_evidence_of_another_role_uses_is_not_kept(region):
    """A column of that name in a layer that it does not read."""
    add(region, "rocks", "geology", squares(2, fault_system="Eva"))
    assert list(read(region).vector("geology").features.columns) == ["geometry"]


@pytest.mark.parametrize("column", ["owner", "class"])
def test_a_column_of_titles_that_the_role_does_not_know_is_refused(region, column):
    """Titles name people: the list is closed."""
    add(
        region,
        "titles",
        "concessions",
        squares(2, **TITLES, owner="Eva Rojas"),
        f'columns = {{ {column} = "owner" }}',
    )
    with pytest.raises(
        LayerError,
        match=rf"'{column}' is not a column of the role 'concessions'\. Use: concession_id",
    ):
        read(region)


def test_a_tax_number_is_mapped_onto_nothing(region):
    """Not onto a name either."""
    add(
        region,
        "ground",
        "protected",
        squares(2, RUT_DUENO=11222333),
        'columns = { name = "RUT_DUENO" }',
    )
    with pytest.raises(LayerError, match="'RUT_DUENO' holds a tax or personal number"):
        read(region)


def test_a_tax_column_that_an_evidence_names_is_not_kept():
    """An override cannot bring it out."""
    table = squares(1, dni=1, unit="a")
    kept, left = kept_columns(table, ROLES["geology"], mapped=[], used=["dni", "unit"])
    assert list(kept.columns) == ["unit", "geometry"]
    assert left == ["dni"]


@pytest.mark.parametrize(
    "number",
    ["11.222.333-4", "11222333-K", "11 222 333-4", "RUT 112223334", "DNI: 11.222.333", "20-11222333-9",
     "20.11222333.9", "20112223348", "CUIT 20112223330", "R.U.T. 112223334", "D.N.I. 11.222.333",
     "Cédula 11222333", "RUT (112223334)", "rut=112223334", "DNI11222333", "11.222.333\u20114",
     "11\u00a0222\u00a0333-4", "11.222.333/4", "C.I. 1234567", "RUC 10556667778", "RUC: 10556667778",
     "Documento 22333444", "Documento de identidad N° 22.333.444", "Doc. 22333444", "pasaporte AB123456",
     "Pasaporte N° 12345678", "PASSPORT: X-1234567", "CPF 123.456.789-09", "eva@example.org",
     "(eva.rojas@mail.example.org)", "e-mail: eva+sol@example.org", "<eva@example.org>", "eva(at)example.org",
     "eva @ example.org", "+56 9 1234 5678", "+54 (387) 421-5678", "+56912345678", "tel. 55 2 123456",
     "Tel: 387-4215678", "Teléfono 421 5678", "fono 9 1234 5678", "cel. 9-1234-5678",
     "Celular: 387 155123456", "móvil 912345678", "WhatsApp +56 9 1234 5678", "fax 55-2123456",
     "(0387) 421-5678", "(0387) 15 421-5678"],
)  # fmt: skip
def test_tax_numbers_are_cut_from_every_text_that_is_kept(region, number):
    """In names, kinds and file numbers, with a register and without."""
    texts = dict.fromkeys(
        ("name", "kind", "state", "file_number", "minerals"), f"Mina Sol {number}"
    )
    add(region, "titles", "concessions", squares(2, **TITLES, **texts))
    add(region, "ground", "protected", squares(2, name=f"Parque {number}"))
    with_words = squares(2, concession_id=["c", "d"], **texts)
    add(
        region,
        "words",
        "concessions",
        with_words,
        'kinds = { mine = "mine" }\nstates = { valid = "held" }',
    )
    layers = read(region)
    features = [layer.features for layer in layers.items if hasattr(layer, "features")]
    written = " ".join([*(one.to_json() for one in features), *said(layers)])
    parts = re.findall(r"\w*\d[\d.\-]*\w|[\w.+]*eva[\w.+]*|example\.org", number)
    assert parts
    assert [part for part in parts if part in written and len(part) > 3] == []
    assert "Mina Sol" in written
    for layer in ("titles", "ground", "words"):
        assert any(
            one.startswith(
                f"Layer '{layer}': tax numbers, e-mail addresses or telephone numbers removed"
            )
            and "'name'" in one
            for one in said(layers)
        )


@pytest.mark.parametrize(
    "text",
    [
        "02201-1234-5",
        "Expediente 1234567",
        "EX-2021-00123456- -CAT",
        "20240131",
        "1.234.567",
        "Sol 4",
        "K-7",
        "Sol 1 al 20",
        "Rol 02201-1234-5",
        "Cu + Au 12",
        "Doc. 12/2024",
        "Documento EX-2021-00123456",
        "Sol (1990)",
        "cel 4",
        "Telégrafo 1234567",
        "Faxas 12345678",
        "5 @ 0.3 %",
        "cerro @ 4200 m",
    ],
)
def test_other_numbers_stay(text):
    """Rolls, files, dates and areas are no tax numbers."""
    assert without_personal_marks(text) == text


def test_a_word_of_a_register_is_quoted_without_its_number(region):
    """A notice says which word is not known."""
    add(
        region,
        "titles",
        "concessions",
        squares(2, concession_id=["a", "b"], tenure_class="Eva 11.222.333-4"),
    )
    notices = " ".join(said(read(region)))
    assert "unknown tenure class 'Eva': 2 titles count as unknown" in notices


@pytest.mark.parametrize(
    "more", ["", 'kinds = { mine = "mine" }\nstates = { valid = "held" }', 'register = "salta"']
)
def test_no_notice_quotes_a_holder(region, more):
    """Whatever its register calls it, and however it is written."""
    field = "titular" if "salta" in more else "holder"
    holders = [
        "Eva Rojas",
        "Zoilo Liendro 11.222.333-4 eva@example.org",
        "Rojas y Minera Uno S.A.",
        "?Eva",
    ]
    texts = {"tipo": "MINA", "estado": "VIGENTE", "kind": "mine", "state": "valid"}
    texts |= {} if more else {"tenure_class": "held", "concession_id": list("abcd")}
    add(region, "titles", "concessions", squares(4, **{**texts, field: holders}), more)
    layers = read(region)
    written = " ".join([*said(layers), layers.vector("concessions").features.to_json()])
    assert PRIVATE in written
    assert [mark for mark in ("Eva", "Rojas", "Liendro", "example") if mark in written] == []


def test_the_store_holds_no_other_column(region, tmp_path):
    """What workers read is what left the reader."""
    add(region, "ground", "protected", squares(2, name="Parque", **PERSONAL))
    loaded = load_region(region)
    layers = read(region)
    store = tmp_path / "store"
    normalise(layers.vector("protected"), loaded.grid(), str(store), versions())
    content = b"".join(file.read_bytes() for file in store.rglob("*") if file.is_file())
    assert b"Parque" in content
    assert [mark for mark in PERSONAL.values() if mark.encode() in content] == []


def test_no_output_holds_who_somebody_is(region, tmp_path):
    """Titles without a register, protected ground and deposits, from the file to every file written."""
    within = "Sol, " + ", ".join(
        PERSONAL[name] for name in ("email", "telefono", "rutTitular", "cuit")
    )
    beside = {"name": within, "kind": within, "minerals": within, "file_number": within}
    add(region, "titles", "concessions", squares(2, **TITLES, **PERSONAL, **beside))
    add(region, "ground", "protected", squares(2, name=f"Parque {within}", **PERSONAL))
    deposits = gpd.read_file(region / "deposits.geojson").assign(**PERSONAL)
    deposits.to_file(region / "deposits.geojson", driver="GeoJSON")
    folder = prospector.write(
        prospector.screen(region, quick=True, workers=1, store=tmp_path / "s"), tmp_path / "run"
    )
    marks = [one.encode() for one in PERSONAL.values()]
    files = [
        file for place in (folder, tmp_path / "s") for file in place.rglob("*") if file.is_file()
    ]
    assert len(files) > 20
    assert [file for file in files for mark in marks if mark in file.read_bytes()] == []
    titles = pyogrio.read_dataframe(folder / "prospects.gpkg", layer="concessions")
    assert titles["concession_id"].tolist() == ["a", "b"]
    assert titles["holder"].tolist() == ["Minera Puna S.A."] * 2
    assert "owner" in [
        column
        for notice in prospector.open_run(folder).notices
        if notice.code == "columns-not-kept"
        for column in notice.value("columns")
    ]


# yes and no ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("yes", "no"),
        ("TRUE", "False"),
        ("Sí", "NO"),
        ("si", " n "),
        ("1", "0"),
        (1, 0),
        (True, False),
        (1.0, None),
    ],
)
def test_unverified_deposits_do_not_train_whatever_the_word(region, words):
    """Half are verified; the others are told."""
    deposits = gpd.read_file(region / "deposits.geojson")
    column = pd.Series([words[i % 2] for i in range(len(deposits))])
    deposits = deposits.assign(verified=column)
    (region / "deposits.geojson").unlink()
    deposits.to_file(region / "deposits.geojson", driver="GeoJSON")
    layers, labels = read(region), load_region(region).deposit_model("porphyry_copper").labels
    unmerged = labels.model_copy(update={"merge_within_m": 0.001})
    chosen = select_deposits(layers, unmerged)
    assert layers.vector("deposits").features["verified"].dtype == bool
    assert len(chosen.table) == len(deposits) / 2
    assert ("deposits-unverified", 20) in [(n.code, n.count) for n in chosen.notices]


@pytest.mark.parametrize("word", ["maybe", "2", "?", "verified"])
def test_another_word_is_refused(region, word):
    """By `check` already; the remedy lists the words."""
    deposits = gpd.read_file(region / "deposits.geojson")
    deposits["verified"] = ["yes", word] * (len(deposits) // 2)
    deposits.to_file(region / "deposits.geojson", driver="GeoJSON")
    with pytest.raises(
        LayerError, match=r"'verified' is for yes or no, but has '.*'\. Write yes or no"
    ):
        prospector.check(region)


def test_empty_is_no():
    """What nobody has verified is not verified."""
    assert yes_or_no(pd.Series([None, "", float("nan"), pd.NA])).tolist() == [False] * 4


# what a stranger's file may hold -----------------------------------------------------------------


def test_tables_and_lists_within_a_value_hand_on_nobody(region):
    """GeoJSON and other services nest what they know of an owner."""
    table = json.loads(squares(2, **TITLES).to_crs("EPSG:4326").to_json())
    for feature in table["features"]:
        feature["properties"] |= {
            "administrative_unit": {"mail": "eva@example.org"},
            "minerals": ["copper", "Eva 11.222.333-4"],
        }
    add(region, "titles", "concessions", squares(2, **TITLES))
    (region / "titles.geojson").write_text(json.dumps(table), "utf-8")
    layers = read(region)
    titles = layers.vector("concessions").features
    assert titles["administrative_unit"].isna().all()
    assert titles["minerals"].tolist() == ["copper; Eva"] * 2
    assert (
        "Layer 'titles': columns with tables inside a value left out: administrative_unit."
        in said(layers)
    )


def test_ids_stay_apart_where_they_look_like_tax_numbers(region):
    """Figures alone are the id; where a number stands in one, its row takes its place."""
    ids = ["1234567-1", "20112223348", "Eva 11.222.333-4", "Eva 22.333.444-5"]
    add(region, "titles", "concessions", squares(4, concession_id=ids, tenure_class="held"))
    layers = read(region)
    found = layers.vector("concessions").features["concession_id"].tolist()
    assert found == ["1234567-1", "20112223348", "row 3", "row 4"]
    about = {"layer": "titles", "column": "concession_id"}
    assert any(n.code == "tax-numbers-cut" and dict(n.about) == about for n in layers.notices)


def test_a_company_whose_name_begins_with_figures_keeps_it(region):
    """Canada's are numbered; a person's number beside a name is cut."""
    holders = [
        "11272420 Canada Inc",
        "12345678 Canada Inc.",
        "76.543.210 SpA",
        "Minera Uno S.A. 76543210",
    ]
    add(
        region,
        "titles",
        "concessions",
        squares(4, **{**TITLES, "concession_id": list("abcd"), "holder": holders}),
    )
    found = read(region).vector("concessions").features["holder"].tolist()
    assert found == [*holders[:3], "Minera Uno S.A."]


@pytest.mark.parametrize(
    "column",
    [
        "RUTTITULAR",
        "numrut",
        "nro_doc",
        "CUIT_TITULAR",
        "ci",
        "cpf",
        "NIF",
        "ruc",
        "dni",
        "documento",
        "Documento_Titular",
        "PASAPORTE",
        "nro_pasaporte",
        "rfc",
        "curp",
    ],
)
def test_a_column_of_tax_numbers_is_known_by_many_names(column):
    """As registers write them."""
    assert is_tax_column(column)


@pytest.mark.parametrize(
    "column",
    ["ruta", "city", "rutile", "nitrate", "tin", "tin_ppm", "Sn_ppm", "ci_index", "document_date"],
)
def test_a_column_that_begins_alike_is_another(column):
    """Tin is an element."""
    assert not is_tax_column(column)


def test_a_column_of_the_file_gives_way_to_one_that_is_mapped_onto_its_name(region):
    """The one that is mapped counts; the other is not kept, and said."""
    table = squares(
        2, **{"name": ["a", "b"], "class": ["I", "II"], "designation": ["park", "reserve"]}
    )
    add(region, "ground", "protected", table, 'columns = { class = "designation" }')
    layers = read(region)
    assert layers.vector("protected").features["class"].tolist() == ["park", "reserve"]
    assert "Layer 'ground': columns not kept: class_of_file." in said(layers)


@pytest.mark.parametrize("columns", ['geometry = "name"', 'class = "geometry"', 'fid = "name"'])
def test_the_geometry_is_mapped_onto_nothing(region, columns):
    """Nor anything onto it, nor onto what GeoPackages number their rows by."""
    add(region, "ground", "protected", squares(2, name="a"), f"columns = {{ {columns} }}")
    with pytest.raises(
        LayerError,
        match=r"'layers\.ground\.columns': .*cannot be mapped to a column|has no column",
    ):
        read(region)


@pytest.mark.parametrize(
    ("word", "yes"),
    [
        ("1.0", True),
        ("0,0", False),
        ("NULL", False),
        ("None", False),
        ("-", False),
        ("Verdadero", True),
    ],
)
def test_words_of_exports_are_read(word, yes):
    """As spreadsheets and databases write them."""
    assert yes_or_no(pd.Series([word])).tolist() == [yes]


def test_a_column_that_a_later_run_uses_is_there_in_the_same_store(region, tmp_path):
    """What an earlier run kept of the layer is not all that it has."""
    faults = gpd.read_file(region / "faults.geojson").assign(throw="big")
    faults.to_file(region / "faults.geojson", driver="GeoJSON")
    prospector.screen(region, quick=True, workers=1, store=tmp_path / "store")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[override.porphyry_copper.evidence.big_faults]\nkind = "distance"\nrole = "faults"\n'
            'where = { throw = ["big"] }\nlabel = "big faults"\nexpected = "any"\nreason = "a test"\n'
        )
    ranking = prospector.screen(region, quick=True, workers=1, store=tmp_path / "store").rankings[
        "porphyry_copper"
    ]
    assert "big_faults" in [one.name for one in ranking.evidence]


@pytest.mark.parametrize(
    ("ours", "theirs", "stored", "meant"),
    [
        ("age_ma", "EDAD_KA", 34_000.0, 34.0),
        ("tolerance_m", "error_km", 2.0, 2000.0),
        ("cu_percent", "Cu_ppm", 5000.0, 0.5),
        ("age_ma", "EDAD", 34.0, 34.0),
    ],
)
def test_a_mapped_column_is_of_the_unit_that_its_own_name_states(ours, theirs, stored, meant):
    """And it is told that it was converted."""
    values, notices = typed(pd.Series([stored]), COLUMNS[ours], ours, of_file=theirs)
    assert values.tolist() == [meant]
    assert [notice.code for notice in notices] == ["units-converted"] * (stored != meant)


@pytest.mark.parametrize("word", ["<Null>", "NULL", " nan ", "N/A", ""])
def test_words_for_nothing_are_no_class(word):
    """As programs write them into text; "NA" and "none" may be classes."""
    classes, _ = typed(pd.Series([word, "NA", "none"]), COLUMNS["class"], "class")
    assert classes.tolist() == [None, "NA", "none"]


@pytest.mark.parametrize("word", ["<Null>", "(null)", ""])
def test_marks_for_nothing_are_no_name(word):
    """Bare words may be: a place is called as it is."""
    words = pd.Series([word, "Null", "El Abra"])
    names, notices = typed(words, COLUMNS["name"], "name", required=True)
    assert names.tolist() == ["unnamed", "Null", "El Abra"]
    assert [notice.code for notice in notices] == ["features-unnamed"]
