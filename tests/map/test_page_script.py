"""The page's script by itself: its types, its style, and its own tests, which node runs without Python."""

import base64
import gzip
import json
import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
import shapely

from prospector.map.packing import LETTERS, in_letters, pack, packed
from prospector.map.payload_schema import EVERY_COLUMN, MapPayload, TargetColumn

HERE = Path(__file__).parents[1] / "page"
PAYLOAD = HERE / "payload.json"
PAGE = Path(__file__).parents[2] / "prospector" / "map" / "page"

HOLED = shapely.Polygon(
    [(-69, -24), (-68.9, -24), (-68.9, -23.9), (-69, -23.9)],
    [[(-68.97, -23.97), (-68.93, -23.97), (-68.95, -23.93)]],
)
TWO = shapely.MultiPolygon([shapely.box(-70, -22, -69.9, -21.9), HOLED])


def small_payload():
    """One deposit model with three targets, a layer of points and one of lines."""
    outlines = [HOLED, TWO, shapely.box(-67.123456, -20.1, -67.0, -20.0)]
    shares = {
        "unknown": 0.5,
        "held": 0.3,
        "applied_for": 0,
        "reserved": 0,
        "vacant": 0.1,
        "open": 0.1,
    }
    targets = [
        {
            "target_id": f"T-{rank}", "name": name, "rank": rank, "score": score, "percentile": 99.5 - rank,
            "area_km2": 100.0 * rank, "known_deposits": rank % 2, "known_names": "Ñandú" if rank % 2 else "",
            "values": [float(rank), 40.0], "parts": [1.0 - rank, 0.25 * rank], "tenure": shares,
            "protection": {"protected": 0, "not_protected": 0, "protection_unknown": 1},
            "holders": "Minera Una S.A.; private holder" if rank == 2 else "", "centre": [-69.0, -24.0],
            "geometry": outline, "top_tenth_share": None if rank == 3 else 1 / rank,
            "law": [0, 1] if rank == 1 else [],
            "regime": "granted" if rank == 1 else "", "regime_cited": "2024" if rank == 1 else "",
            "unresolved": [0] if rank == 3 else [], "surveyed": [0] if rank == 2 else [],
            "carried": ["probed" if rank == 1 else "", [120.0, None, 60.5][rank - 1]],
        }
        for rank, name, score, outline in zip(
            (1, 2, 3), ("=cmd()", '<b>"two"</b>', ""), (0.9, 0.8, 0.7), outlines, strict=True
        )
    ]  # fmt: skip
    evidence = [
        {
            "name": "fault",
            "label": "distance to a fault",
            "unit": "km",
            "schematic": True,
            "partly": True,
        },
        {"name": "crust", "label": "thickness of the crust", "unit": "km"},
    ]
    classes = {"breaks": [0, 90, 98, 100], "colours": ["#440154", "#21918c", "#fde725"]}
    carried = [
        TargetColumn(name="status", kind="text", carried=True),
        TargetColumn(name="drilled_m", kind="figure", carried=True),
    ]
    model = {
        "name": "copper", "label": "Copper", "class_by": "percentile", "skill_words": "none",
        "evidence": evidence, "what_if": {"kind": "logistic"}, "targets": targets, **classes,
        "columns": [*EVERY_COLUMN, *carried],
    }  # fmt: skip
    style = {"colour": "#111111"}
    features = [
        {"geometry": shapely.Point(-70 + n, -23), "name": f"d{n}", "rows": [["year", 1900 + n]]}
        for n in range(3)
    ]
    features[1]["rows"].append(["found", "by drilling"])
    line = {"geometry": shapely.LineString([(-70, -25), (-69.5, -24), (-69, -22)]), "name": "fault"}
    layers = [
        {"key": "deposits", "label": "Deposits", "kind": "point", "style": style, "features": features,
         "groupings": ["year"]},
        {"key": "faults", "label": "Faults", "kind": "line", "style": style, "features": [line],
         "visible": False},
        {"key": "salars", "label": "Salars", "kind": "polygon", "style": style, "visible": False,
         "features": [{"geometry": outline} for outline in (shapely.box(0, 0, 1, 1), outlines[2], TWO)]},
    ]  # fmt: skip
    law = [
        {"sentence": "Reserved.", "date": "1979-10-22", "seen": "2026-02", "is_reservation": True},
        {"sentence": "Four years.", "date": "2023-12-30", "seen": "2026-03"},
    ]
    return {
        "law": law, "title": "Small", "made_by": "tests", "bounds": [-71, -28, -66, -19],
        "sentences": ["One."],
        "models": [model], "layers": layers, **classes,
    }  # fmt: skip


def written_payload():
    """What the tests of the script read: the text of the page's element, and the outlines as they were."""
    payload = small_payload()
    data = packed(MapPayload.model_validate(payload))
    geometry = [
        shapely.geometry.mapping(one["geometry"]) for one in payload["models"][0]["targets"]
    ]
    return {"size": len(data), "letters": in_letters(data), "geometry": geometry}


def unzipped(written):
    """The bytes before they were compressed: compression may differ between machines."""
    numbers = [LETTERS.index(one) for one in written["letters"].encode()]
    bits = "".join(
        f"{high * 91 + low:013b}" for high, low in zip(numbers[::2], numbers[1::2], strict=True)
    )
    return gzip.decompress(int(bits[: written["size"] * 8], 2).to_bytes(written["size"], "big"))


def test_the_scripts_payload_is_what_python_writes(request):
    """tests/page/payload.json is made here (--renew) and read there: both sides keep to one form."""
    written = json.loads(json.dumps(written_payload()))
    if request.config.getoption("--renew"):
        PAYLOAD.write_text(json.dumps(written) + "\n", encoding="utf-8")
    kept = json.loads(PAYLOAD.read_text("utf-8"))
    assert unzipped(kept) == unzipped(written)
    assert kept["geometry"] == written["geometry"]


def test_what_a_layer_has_is_written_once():
    """Two of three outlines lie in the layer, at 2 and 1; the third alone has bytes behind the layer's.

    Places are differences: from nought to none (-1), to 2, to 1.
    """
    payload = MapPayload.model_validate(small_payload())
    whole = gzip.decompress(packed(payload))
    size = int.from_bytes(whole[:4], "little")
    head, geometry = json.loads(whole[4 : 4 + size]), whole[4 + size :]
    (model,), (*_, salars) = head["models"], head["layers"]
    assert model["outlines"]["of_layer"] == {"number": 2, "places": [-1, 3, -1]}
    assert (model["outlines"]["count"], salars["outlines"]["count"]) == (1, 3)
    assert geometry[model["outlines"]["start"] :] == pack([shapely.to_wkb(HOLED)])


def test_what_few_outlines_share_is_written_again():
    """One of three is not worth a list of places."""
    payload = small_payload()
    payload["layers"][2]["features"] = payload["layers"][2]["features"][:2]
    whole = gzip.decompress(packed(MapPayload.model_validate(payload)))
    head = json.loads(whole[4 : 4 + int.from_bytes(whole[:4], "little")])
    assert "of_layer" not in head["models"][0]["outlines"]
    assert head["models"][0]["outlines"]["count"] == 3


def test_pieces_change_no_byte(monkeypatch):
    """However few outlines, numbers, rows and letters are packed at once."""
    payload = MapPayload.model_validate(small_payload())
    whole, text = gzip.decompress(packed(payload)), in_letters(bytes(range(200)))
    sizes = {
        "SHAPES_AT_ONCE": 1,
        "ROWS_AT_ONCE": 1,
        "PACKED_AT_ONCE": 7,
        "MOST_WAITING": 1,
        "AT_ONCE": 13,
    }
    for name, size in sizes.items():
        monkeypatch.setattr(f"prospector.map.packing.{name}", size)
    assert gzip.decompress(packed(payload)) == whole
    assert in_letters(bytes(range(200))) == text


def test_the_number_of_cores_changes_no_byte(monkeypatch):
    """One gzip stream of many pieces, which a plain reader takes."""
    monkeypatch.setattr("prospector.map.packing.PACKED_AT_ONCE", 50)
    payload = MapPayload.model_validate(small_payload())
    found = set()
    for cores in (1, 3, None):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        found.add(packed(payload))
    [whole] = found
    plain = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert plain.decompress(whole) == gzip.decompress(whole)
    assert plain.eof
    assert not plain.unused_data


def run(*command):
    """Run a tool of the script's; its absence skips, but fails in CI."""
    program = shutil.which(command[0], path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no {command[0]} on PATH: CI must check the page's script")
        pytest.skip(f"no {command[0]} on PATH: the page's script is not checked")
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_scripts_own_tests_pass():
    """Unpacking, other weights, filters, order, links, files, coordinates: in node, without Python."""
    said = run("node", "--test", *sorted(str(one) for one in HERE.glob("*.test.js")))
    assert "# fail 0" in said


def test_the_scripts_types_hold():
    """By their JSDoc."""
    run("tsc", "-p", str(HERE))


def test_the_script_is_in_good_style():
    """By oxlint, with tests/page/oxlint.json."""
    run("oxlint", "-c", str(HERE / "oxlint.json"), str(PAGE), str(HERE))


def test_letters_are_read_as_they_are_written():
    """The decoder of this file agrees with the writer."""
    data = gzip.compress(base64.b64decode(b"AAEC/w=="), mtime=0)
    assert unzipped({"letters": in_letters(data), "size": len(data)}) == bytes([0, 1, 2, 255])
