"""Holders: companies and bodies of the state keep their name however it is written, persons never do."""

import re
import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.layers.registers import PRIVATE, read_holders
from prospector.layers.registers.company_words import NUMBERS, PLACES, SURE, TELLING
from prospector.layers.registers.joint_holders import named_in
from prospector.layers.registers.words import company_key, is_company


def holders_of(*texts):
    return read_holders(pd.Series(texts))[0].tolist()


COMPANIES = [
    "Plan B S.A.", "Minera X S.A.", "Plan B SpA", "X S.R.L.", "Minera Norte S.A.", "Minera Norte S. A.",
    "MINERA NORTE SA", "Minera Norte S.A.C.", "Minera Norte S.A.I.C.", "Minera Norte S.A. de C.V.",
    "Minera Norte Limitada", "Minera Norte, S.A.", "Minera Y S.A.", "Mauricio Emiliano Daroca S.A.",
    "SLM Rosario Uno de la Sierra", "S.L.M. Rosario Uno de la Sierra", "SLM Rosario 1", "SLM X",
    "Sociedad Legal Minera Rosario Uno de la Sierra", "Soc. Legal Minera Rosario Uno de la Sierra",
    "SLM Santa Rosa", "SLM Las Breas Coloradas", "SCM Tambillos", "SCM El Abra", "S.C.M. Atacama Kozan",
    "Sociedad Contractual Minera El Abra", "Compañía Minera Carmen de Andacollo", "Cia. Minera Norte",
    "Cía. Contractual Minera Candelaria", "Compañía de Acero del Pacífico", "Empresa Nacional del Petróleo",
    "Cooperativa de Trabajo Minaclar", "Sociedad Química y Minera de Chile S.A. (SQM)",
    "Compania Minera Doña Ines de Collahuasi SCM", "Cía. Minera y Comercial Sali Hochschild S.A.",
    "Lithea Inc Sucursal Argentina", "BHP Billiton World Exploration Inc.", "Barrick Gold Inc", "Glencore AG",
    "Freeport-McMoRan Inc", "YPF SE", "Agua Negra UTE", "Billiton Argentina B.V.", "Minera Uno S.A. (Chile)",
    "Minera Uno S.A. en liquidación", "Minera Uno S.A. Agencia en Chile", "Humboldt Minerals Ltd.See.",
    "Galaxy Lithium (Sal de Vida) SA", "Minera Uno S.A. (ex Minera Vieja S.A.)", "Universidad de Chile",
    "Pérez y Asociados Ltda", "Eva Lopez y Cía. Ltda", "Sal y Agua S.A.", "Minera Río y Cía. Ltda",
    "Rio Tinto & Co Ltd", "Johnson & Johnson S.A.", "Pérez y Soto Ltda", "Minera Norte & Cia",
    "Minera Rosario de la Sierra y Otros SLM", "Minerales e Hidrocarburos S.A.", "Productora V-D S.R.L.",
    "Servicios y Explotaciones Mineras Cruz S.R.L.", "Starship Ventures Exploration and Mining S.A.",
    "Compañía Minera Río y Mar S.A.", "11272420 Canada Inc", "1234567 B.C. Ltd", "76.543.210 SpA",
]  # fmt: skip


@pytest.mark.parametrize("name", COMPANIES)
def test_a_company_keeps_its_name(name):
    """As it is written, whole."""
    assert is_company(name)
    assert holders_of(name) == [name]


PERSONS = [
    "Rosa Rojas", "ROJAS SOTO ROSA", "Rosa", "Rosa Rojas y otros", "Rosa Rojas y otra", "Rosa Rojas (50 %)",
    "Rosa Rojas y Juan Soto", "Rosa Rojas E.I.R.L.", "Rosa Rojas EIRL", "Minera Norte E.I.R.L.",
    "Rosa Rojas Empresa Individual de Responsabilidad Limitada", "Eva Lopez SE", "Eva Lopez AG",
    "Eva Lopez UTE", "Eva Lopez INC", "E. Lopez AG", "Eva de los Angeles Lopez Soto Inc", "SCM Eva Lopez",
    "SLM Eva Lopez", "Compañía Eva Lopez", "Sucesión Eva Lopez", "Suc. Eva Lopez", "Sucesión Eva Lopez S.A.",
    "Herederos de Eva Lopez", "Eva Lopez & Cia", "Eva Lopez y Compañía", "Eva Lopez y otros S.A.",
    "Eva Lopez y otras Ltda", "Lopez, Eva S.A.", "Lopez Soto, Eva S.A.", "Eva Lopez y Soto Ltda",
    "Minera Eva", "Eva de Sá", "Codelco Eva Lopez", "Minera Uno S.A. Suc. Eva Lopez", "S.A.", "otros",
    "Otros S.A.",
]  # fmt: skip


@pytest.mark.parametrize("name", PERSONS)
def test_a_person_does_not(name):
    """Nor what may be one, nor one of several."""
    assert not is_company(name)
    assert holders_of(name) == [PRIVATE]


PARTED = {
    "Eva Lopez y Minera Uno S.A.": "Minera Uno S.A.; private holder",
    "Minera Uno S.A. y Eva Lopez": "Minera Uno S.A.; private holder",
    "Eva Lopez & Minera Uno SpA": "Minera Uno SpA; private holder",
    "Eva Lopez&Minera Uno SpA": "Minera Uno SpA; private holder",
    "Eva Lopez - Minera Uno S.A.": "Minera Uno S.A.; private holder",
    "Eva Lopez-Minera Uno S.A.": "Minera Uno S.A.; private holder",
    "Minera Uno S.A. \u2013 Eva Lopez": "Minera Uno S.A.; private holder",
    "Minera Uno S.A./Eva Lopez": "Minera Uno S.A.; private holder",
    "Minera S.A. (Eva Lopez)": "Minera S.A.; private holder",
    "Minera S.A. [rep. Eva Lopez": "Minera S.A.; private holder",
    "Minera (Eva Lopez) S.A.": "Minera S.A.; private holder",
    "Eva Lopez y/o Minera Uno S.A.": "Minera Uno S.A.; private holder",
    "Eva Lopez, Juan Soto e Irma Rojas y Minera Uno S.A.": "Minera Uno S.A.; private holder",
    "Lopez y Minera Uno S.A.": "Minera Uno S.A.; private holder",
    "Eva X y Minera Y S.A.": "Minera Y S.A.; private holder",
    "Rosa Rojas EIRL y Minera Uno S.A.": "Minera Uno S.A.; private holder",
    "Suc. Lopez Eva y Minera Uno S.A.": "Minera Uno S.A.; private holder",
    "Eva Lopez y Sal y Agua S.A.": "Sal y Agua S.A.; private holder",
    "Eva Lopez y Codelco": "Codelco; private holder",
    "ENAMI y Eva Lopez": "ENAMI; private holder",
    "SLM Rosario Uno de la Sierra y Eva Lopez": "SLM Rosario Uno de la Sierra; private holder",
    "Minera Uno S.A. 50%, Eva Lopez 50%": "Minera Uno S.A.; private holder",
    "50% Eva Lopez 50% Minera Uno S.A.": "Minera Uno S.A.; private holder",
    "Eva Lopez 1/2 Minera Uno S.A. 1/2": "Minera Uno S.A.; private holder",
    "Empresa Nacional del Petróleo, Eva de Sá": "Empresa Nacional del Petróleo; private holder",
    "Rosa Rojas & 76.543.210 SpA": "private holder",
    "Rosa Rojas y 76.543.210 SpA": "private holder",
    "Minera Uno S.A., Chile": "Minera Uno S.A., Chile",
    "Minera Uno S.A. y Cobre Norte": "Cobre Norte; Minera Uno S.A.",
    "Minera Uno S.A. y Rosario Norte": "Minera Uno S.A.; private holder",
    "Minera Uno S.A. y Minera Dos S.A.": "Minera Dos S.A.; Minera Uno S.A.",
    "Minera Uno S.A. (Minera Dos SpA)": "Minera Dos SpA; Minera Uno S.A.",
    "Minera Norte e Irma Soto UTE": "Minera Norte; private holder",
    "Compañía Minera Norte - Eva Lopez SE": "Compañía Minera Norte; private holder",
    "Minera Uno S.A. Suc. Eva Lopez & Minera Dos S.A.": "Minera Dos S.A.; private holder",
    "Universidad de Chile y Eva Lopez & Cia": "Universidad de Chile; private holder",
    "Norte & Cia, SCM Eva Lopez y Minera Dos S.A.": "Minera Dos S.A.; Norte & Cia; private holder",
    "Compañía Eva Lopez y Puna Mining S.A.": "Puna Mining S.A.; private holder",
    "Minera Uno S.A. Eva Lopez SpA": "private holder",
    "Minera Uno S.A. 50%": "Minera Uno S.A.",
    "Minera Uno S.A. (33,3 %)": "Minera Uno S.A.",
    "Minera Uno S.A. 50 por ciento": "Minera Uno S.A.",
    "Minera Uno S/A": "Minera Uno S.A.",
    "Minera Uno S.A. y otros": "Minera Uno S.A.; private holder",
    "Minera Uno S.A. y otra": "Minera Uno S.A.; private holder",
    "Minera Uno S.A. et al.": "Minera Uno S.A.; private holder",
}  # fmt: skip


@pytest.mark.parametrize("text", PARTED)
def test_joint_holders_are_parted_before_they_are_judged(text):
    """The company is kept, the person is not."""
    assert holders_of(text) == [PARTED[text]]
    assert is_company(text) is not bool(re.search("Rosario Norte|Eva|Irma|Lopez|Rosa", text))


JOINED = st.sampled_from(
    [" y ", " Y ", " e ", " & ", "&", " - ", "; ", "/", ", ", " y/o ", "\n", " 50 %, ", " (25%) y "]
)
FIRMS = [
    "Minera Uno S.A.", "Puna Mining SpA", "Compañía Minera Norte Ltda", "SLM Rosario Uno de la Sierra",
    "Inversiones Dos S.R.L.", "Minera Y S. A.", "CODELCO",
]  # fmt: skip
PEOPLE = [
    "Eva Lopez",
    "LOPEZ ROJAS EVA MARIA",
    "Eva X",
    "E. Lopez",
    "Lopez-Rojas Eva",
    "Suc. Eva Lopez",
]


@given(st.lists(st.tuples(st.sampled_from(FIRMS + PEOPLE), JOINED), min_size=1, max_size=5))
def test_nobody_leaves_among_companies_and_no_company_is_lost(holders):
    """However they are joined, in whatever order."""
    text = "".join(name + joined for name, joined in holders[:-1]) + holders[-1][0]
    named = {name for name, _ in holders}
    expected = named & set(FIRMS) | ({PRIVATE} if named & set(PEOPLE) else set())
    assert holders_of(text) == ["; ".join(sorted(expected))]
    assert is_company(text) is not bool(named & set(PEOPLE))


@given(st.lists(st.tuples(st.sampled_from(COMPANIES + PERSONS), JOINED), min_size=1, max_size=4))
def test_what_was_kept_is_kept_again(holders):
    """A register that was read and written is read the same; nobody is brought out by it."""
    once = holders_of("".join(name + joined for name, joined in holders))
    assert holders_of(*once) == once


CODELCO = [
    "Codelco", "CODELCO", "CODELCO CHILE", "Codelco-Chile", "CODELCO (Chile)",
    "Corporación Nacional del Cobre", "CORPORACION NACIONAL DEL COBRE DE CHILE",
    "Corp. Nacional del Cobre de Chile", "Corp. Nac. del Cobre",
    "Corporación Nacional del Cobre de Chile (Codelco)", "Corporación Nacional del Cobre de Chile, CODELCO",
    "Corporación Nacional del Cobre de Chile - Codelco", "CODELCO-Chile División El Teniente",
    "Codelco Chile - División Andina", "CODELCO CHILE DIV. CHUQUICAMATA",
]  # fmt: skip


def test_codelco_is_one_holder_however_it_is_written():
    """In the commonest of its spellings."""
    assert holders_of(*CODELCO, "Codelco") == ["Codelco"] * (len(CODELCO) + 1)
    assert all(is_company(name) for name in CODELCO)
    assert not is_company("Codelco Lopez")


@pytest.mark.parametrize(
    ("spelled", "alike"),
    [
        ("Enami", "Empresa Nacional de Minería"),
        ("ENAMI", "Empresa Nacional de Minería (ENAMI)"),
        ("Corfo", "Corporación de Fomento de la Producción"),
        ("SLM Rosario", "Sociedad Legal Minera Rosario"),
        ("S.C.M. Tambillos", "SCM Tambillos"),
        ("Minera Uno S.A.", "MINERA UNO S/A"),
        ("Minera Uno Ltda.", "Minera Uno Limitada"),
        ("Cía. Minera Norte", "Compañía Minera Norte"),
        ("Plan B S.A.", "PLAN B SA"),
    ],
)
def test_spellings_of_one_name_agree(spelled, alike):
    """The commonest stands for all."""
    assert holders_of(spelled, spelled, alike) == [spelled] * 3


def test_names_that_differ_stay_apart():
    """A letter more, or another form."""
    assert company_key("Plan B S.A.") != company_key("Plan S.A.")
    assert company_key("Minera Uno S.A.") != company_key("Minera Uno SpA")
    assert company_key("SLM Rosario") != company_key("SCM Rosario")


@pytest.mark.parametrize(
    "number",
    ["11 222 333-4", "11.222.333-4", "112223334", "11222333", "20.11222333.9", "20-11222333-9", "20112223339",
     "1234567", "RUT 11.222.333-4", "(11.222.333-K)"],
)  # fmt: skip
@pytest.mark.parametrize("text", ["Minera Uno S.A. {}", "{} Minera Uno S.A.", "Minera Uno {} S.A."])
def test_numbers_are_cut_from_the_name_of_a_company(text, number):
    """Wherever they stand."""
    assert holders_of(text.format(number)) == ["Minera Uno S.A."]


def test_each_rule_is_counted_by_row():
    """Rows, not names."""
    texts = ["Minera Uno S.A. 11.222.333-4"] * 2 + [
        "Rosa Rojas",
        PRIVATE,
        "MINERA UNO SA",
        "Codelco y otros",
    ]
    _, notices = read_holders(pd.Series(texts))
    assert {notice.code: notice.count for notice in notices} == {
        "tax-numbers-cut-from-holders": 2,
        "holders-made-private": 2,
        "holder-spellings-folded": 1,
    }


LONG = {
    "brackets": "(a b)" * 700,
    "additions": "Minera Uno S.A." + ", Chile" * 1000,
    "former names": "Minera Uno S.A. (ex " + "S.A. " * 1500 + ")",
    "open brackets": "(" * 5000 + "a",
    "lines": "\n \n" * 1500 + "a",
    "forms": "S.A." * 4000,
}


@pytest.mark.parametrize("kind", LONG)
def test_a_long_text_takes_no_longer_than_its_length(kind):
    """Twice as long takes about twice as long: nothing is looked through again from its beginning."""
    elapsed = []
    for text in (LONG[kind], LONG[kind] * 2):
        start = time.process_time()
        is_company(text)
        elapsed.append(time.process_time() - start)
    assert elapsed[1] < 3 * elapsed[0] + 0.5


def test_joint_holders_that_are_too_long_to_be_read_are_private():
    """Where no hard mark parts them; a list that has marks is read whole, however long."""
    short, long = "Minera Uno S.A." + ", Chile" * 100, "Minera Uno S.A." + ", Chile" * 300
    assert holders_of(short, long, f"{long}; Minera Dos S.A.") == [
        short, PRIVATE, f"Minera Dos S.A.; {PRIVATE}"
    ]  # fmt: skip
    many = [f"Minera Norte {number} S.A." for number in range(100, 300)]
    assert holders_of(";".join(many)) == ["; ".join(many)]


def test_a_bracket_far_behind_is_read_as_one_nearby():
    """What stands before it is looked at as far as a name goes."""
    before = "Eva Lopez; " * 100
    assert holders_of(f"{before}Minera Uno S.A. (Eva Lopez)") == [f"Minera Uno S.A.; {PRIVATE}"]


def test_no_word_of_companies_is_a_usual_name():
    """Such a word would make a company of a person; a few of the commonest names and surnames are tried."""
    usual = {
        "ROSA", "ROSARIO", "CARMEN", "MERCEDES", "VICTORIA", "ESPERANZA", "SOL", "LUZ", "FLOR", "SANTIAGO",
        "CRUZ", "SIERRA", "PLATA", "SALINAS", "SALES", "LLANOS", "TORRES", "CAMPOS", "MONTES", "RIOS", "VEGA",
        "TORO", "LEON", "ROJAS", "BLANCO", "MORA", "LAGOS", "ROCA", "PIEDRA", "ARENAS", "FUENTES", "VALLE",
        "PRADO", "COSTA", "LUNA", "MARINA", "GONZALEZ", "PEREZ", "SOTO", "QUISPE", "MAMANI", "SANTOS",
    }  # fmt: skip
    assert not usual & SURE
    assert not TELLING & (PLACES | NUMBERS)


def test_shares_without_a_sign_name_nobody():
    """Behind a colon, or between marks."""
    assert named_in("Norte S.A.: 25; Sur Ltda: 75") == ["Norte S.A.", "Sur Ltda"]
    assert named_in("Norte S.A.; 33,3") == ["Norte S.A."]
