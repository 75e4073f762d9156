"""ro-crate-metadata.json: a run described for archives and catalogues, as an RO-Crate.

It follows RO-Crate 1.1 and the profile Process Run Crate: inputs with licence, citation and hash, the
program, the options, and every file with its type and hash. It holds no time of day, so that the same inputs
give the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from prospector.layers.files import sha256_of
from prospector.region.region_tables import OTHER_LICENCE
from prospector.runs.manifest import MANIFEST_FILE
from prospector.runs.run_folder import RUN_FILE

CRATE_FILE = "ro-crate-metadata.json"

CONTEXT = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "http://schema.org/sha256"}]
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
SPDX_LIST = "https://spdx.org/licenses/"

PROGRAM, RUN = "#prospector", "#screening"
LICENCES = "#licences"

UNDATED = "2026"
"""Date of a run none of whose inputs has one: the year of this version of prospector."""

FORMATS = {
    ".csv": "text/csv",
    ".fgb": "application/vnd.flatgeobuf",
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
    ".html": "text/html",
    ".json": "application/json",
    ".kml": "application/vnd.google-earth.kml+xml",
    ".kmz": "application/vnd.google-earth.kmz",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".qgz": "application/zip",
    ".qmd": "application/xml",
    ".qml": "application/xml",
    ".sld": "application/vnd.ogc.sld+xml",
    ".tif": "image/tiff",
    ".toml": "application/toml",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
"""Media types by the ending of a file's name."""

ANY_FORMAT = "application/octet-stream"

DATE = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)

Entity = dict[str, Any]


def write_crate(folder: Path) -> None:
    """Write the crate of a run folder that holds all its other files but the manifest."""
    record = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    text = json.dumps(crate_of(record, folder), indent=1, ensure_ascii=False)
    (folder / CRATE_FILE).write_text(f"{text}\n", encoding="utf-8")


def crate_of(record: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return the crate of a run.

    The manifest lists the crate with its hash, so the crate has the manifest without one.

    Parameters
    ----------
    record
        The content of run.json.
    folder
        Where the files of the run lie.
    """
    files = [_file(path, folder) for path in _files(folder)]
    outputs = [*files, _manifest()]
    inputs, options = list(_inputs(record)), list(_options(record))
    licences = _unique([_all_licences(), *_licences(record)])
    graph = [
        _descriptor(),
        _root(record, outputs),
        _profile(),
        _action(record, [*inputs, *options], outputs),
        _program(record),
        *inputs,
        *options,
        *licences,
        *outputs,
    ]
    return {"@context": CONTEXT, "@graph": graph}


def published(record: Mapping[str, Any]) -> str:
    """Return the date of a run: that of its concessions, else of its newest input.

    Examples
    --------
    >>> published({"tenure_as_of": "2025-12-11", "inputs": {}})
    '2025-12-11'
    >>> relief = {"as_of": None, "source": {"date": "2024-06"}}
    >>> published({"tenure_as_of": "unknown", "inputs": {"relief": relief}})
    '2024-06'
    """
    if DATE.fullmatch(record["tenure_as_of"]):
        return str(record["tenure_as_of"])
    stated = [
        date
        for entry in record["inputs"].values()
        for date in (entry["as_of"], (entry["source"] or {}).get("date"))
        if date is not None and DATE.fullmatch(date)
    ]
    return max(stated, default=UNDATED)


# what a crate has -------------------------------------------------------------------------------


def _descriptor() -> Entity:
    return {
        "@id": CRATE_FILE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }


def _root(record: Mapping[str, Any], outputs: Iterable[Entity]) -> Entity:
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Screening of {record['region']['title']}",
        "description": " ".join(record["sentences"]),
        "datePublished": published(record),
        "license": {"@id": LICENCES},
        "conformsTo": {"@id": PROFILE},
        "hasPart": [_reference(output) for output in outputs],
        "mentions": {"@id": RUN},
    }


def _profile() -> Entity:
    return {
        "@id": PROFILE,
        "@type": "CreativeWork",
        "name": "Process Run Crate",
        "version": "0.5",
    }


def _action(
    record: Mapping[str, Any], inputs: Iterable[Entity], outputs: Iterable[Entity]
) -> Entity:
    labels = [
        figures["model"]["deposit_model"]["label"] for figures in record["deposit_models"].values()
    ]
    return {
        "@id": RUN,
        "@type": "CreateAction",
        "name": f"Screening of {record['region']['title']} for {', '.join(labels)}",
        "description": (
            "Targets were ranked from the layers of the region by the program, as described in "
            "run.json."
        ),
        "instrument": {"@id": PROGRAM},
        "object": [_reference(entity) for entity in inputs],
        "result": [_reference(entity) for entity in outputs],
    }


def _program(record: Mapping[str, Any]) -> Entity:
    versions = {**record["versions"], **record["libraries"]}
    version = versions.pop("prospector-geo")
    return {
        "@id": PROGRAM,
        "@type": "SoftwareApplication",
        "name": "prospector",
        "description": "Exploration screening: ranked, explained, tenure-checked target polygons",
        "softwareVersion": version,
        "identifier": record["code"],
        "license": {"@id": f"{SPDX_LIST}Apache-2.0"},
        "softwareRequirements": [f"{name} {versions[name]}" for name in sorted(versions)],
    }


def _inputs(record: Mapping[str, Any]) -> Iterator[Entity]:
    """Give every file that decided the run; the file of a layer has its title, source and licence."""
    layers = {entry["file"]: entry for entry in record["inputs"].values()}
    for name, digest in record["files"].items():
        yield {
            "@id": f"#input/{quote(name)}",
            "@type": "CreativeWork",
            "name": name,
            "encodingFormat": _format(name),
            "sha256": digest,
            **_provenance(layers.get(name)),
        }


def _provenance(layer: Mapping[str, Any] | None) -> Entity:
    """Return what is known of the file of a layer: title, origin, citation, licence, dates."""
    if layer is None:
        return {}
    source = layer["source"]
    if source is None:
        return {"description": layer["title"]}
    dated = layer["as_of"] or source["date"]
    return {
        "description": f"{layer['title']}. {source['coverage']}".strip(),
        "creditText": source["origin"],
        "citation": source["citation"],
        "license": {"@id": _licence(source)["@id"]},
        **({"datePublished": dated} if DATE.fullmatch(dated) else {}),
    }


def _options(record: Mapping[str, Any]) -> Iterator[Entity]:
    """Give what was asked, as names and values; what was not is left out."""
    asked = {**record["parameters"], **record["outputs"], "language": record["language"]}
    for name, value in asked.items():
        if not (value is None or value is False or value == []):
            yield {
                "@id": f"#option/{name}",
                "@type": "PropertyValue",
                "name": name,
                "value": ", ".join(map(str, value)) if isinstance(value, list) else value,
            }


def _licences(record: Mapping[str, Any]) -> Iterator[Entity]:
    """Give the licences of the program and of the layers."""
    yield {"@id": f"{SPDX_LIST}Apache-2.0", "@type": "CreativeWork", "name": "Apache-2.0"}
    for entry in record["inputs"].values():
        if entry["source"] is not None:
            yield _licence(entry["source"])


def _licence(source: Mapping[str, Any]) -> Entity:
    """Return the licence of a source: by its address in the list of SPDX, or in its own words."""
    spdx = source["spdx"]
    if spdx not in (None, OTHER_LICENCE):
        return {"@id": f"{SPDX_LIST}{spdx}", "@type": "CreativeWork", "name": spdx}
    words = source["licence"]
    return {"@id": f"#licence/{quote(words, safe='')}", "@type": "CreativeWork", "name": words}


def _all_licences() -> Entity:
    return {
        "@id": LICENCES,
        "@type": "CreativeWork",
        "name": "Licences of the inputs",
        "description": "Results derived from a layer are bound by the licence of that layer; each "
        "input names its own. NOTICE.txt lists them, with the attribution that every file must carry.",
    }


def _files(folder: Path) -> list[Path]:
    """Return the files that a crate describes: all but itself and the manifest."""
    found = (path for path in folder.rglob("*") if path.is_file())
    apart = {folder / CRATE_FILE, folder / MANIFEST_FILE}
    return sorted(path for path in found if path not in apart)


def _file(path: Path, folder: Path) -> Entity:
    name = path.relative_to(folder).as_posix()
    return {
        "@id": quote(name),
        "@type": "File",
        "name": name,
        "encodingFormat": _format(name),
        "contentSize": str(path.stat().st_size),
        "sha256": sha256_of(path),
    }


def _manifest() -> Entity:
    return {
        "@id": MANIFEST_FILE,
        "@type": "File",
        "name": MANIFEST_FILE,
        "description": "The hash of every file of the run, this description included.",
        "encodingFormat": _format(MANIFEST_FILE),
    }


def _format(name: str) -> str:
    return FORMATS.get(PurePosixPath(name).suffix.lower(), ANY_FORMAT)


def _reference(entity: Entity) -> Entity:
    return {"@id": entity["@id"]}


def _unique(entities: Iterable[Entity]) -> list[Entity]:
    """Return entities in order, each address once."""
    return list({entity["@id"]: entity for entity in entities}.values())
