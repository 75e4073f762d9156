"""What a GeoPackage says of its own layers: styles, titles, abstracts, and what columns mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from prospector.gis.qml import qml
from prospector.gis.sld import sld
from prospector.gis.styles import LayerStyle

STYLES_TABLE = "layer_styles"
"""The table in which QGIS keeps styles; useAsDefault is what it opens a layer with."""

DATE = "2000-01-01T00:00:00.000Z"
"""The date that every row states, so that the same run gives the same bytes."""

_STYLES = f"""
CREATE TABLE {STYLES_TABLE} (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""
_COLUMNS = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
)
"""
_CONSTRAINTS = """
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
    min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)
"""
SCHEMA = (
    "gpkg_schema",
    "http://www.geopackage.org/spec121/#extension_schema",
    "read-write",
)


def dress_package(package: Path, styles: Iterable[LayerStyle]) -> None:
    """Write styles, titles, abstracts and the meaning of columns into a GeoPackage.

    The same styles in the same package give the same bytes.
    """
    with closing(sqlite3.connect(package)) as file, file:
        for statement in (_STYLES, _COLUMNS, _CONSTRAINTS):
            file.execute(statement)
        file.executemany(
            "INSERT OR IGNORE INTO gpkg_extensions VALUES (?, NULL, ?, ?, ?)",
            [(table, *SCHEMA) for table in ("gpkg_data_columns", "gpkg_data_column_constraints")],
        )
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, "
            "srs_id) VALUES (?, 'attributes', ?, ?, ?, 0)",
            (
                STYLES_TABLE,
                STYLES_TABLE,
                "Styles of the layers, as QGIS and GeoServer read them",
                DATE,
            ),
        )
        titles: set[str] = set()
        for style in styles:
            _dress_layer(file, style, titles)


def _dress_layer(file: sqlite3.Connection, style: LayerStyle, titles: set[str]) -> None:
    title = style.title if style.title not in titles else f"{style.title} ({style.name})"
    titles.add(title)
    file.execute(
        "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
        (title, style.abstract, style.name),
    )
    file.executemany(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)",
        [
            (style.name, column.name, column.alias, column.alias, column.description)
            for column in style.columns
        ],
    )
    geometry = "" if style.shape == "table" else "geom"
    row = (style.name, geometry, "default", qml(style), sld(style), title, DATE)
    file.execute(
        f"INSERT INTO {STYLES_TABLE} (f_table_catalog, f_table_schema, f_table_name, "  # noqa: S608 - own name
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
        "update_time) VALUES ('', '', ?, ?, ?, ?, ?, 1, ?, '', ?)",
        row,
    )
