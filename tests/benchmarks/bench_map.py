"""The map with many targets: built, opened in headless Chromium, zoomed.

Payloads are drawn from a seed: outlines of 27 vertices, four evidences, holders, tenure; figures are
rounded as a run rounds them. Written to the path that is given: JSON with machine and date; a second
argument gives other numbers of targets, with commas between.
"""

import json
import os
import platform
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numpy as np
import shapely
from playwright.sync_api import sync_playwright

from prospector.gis.palette import CLASS_BREAKS, COLOURS
from prospector.map.html import write_map

COUNTS = (
    [int(one) for one in sys.argv[2].split(",")] if len(sys.argv) > 2 else [1_000, 10_000, 50_000]
)
VERTICES = 27
BOUNDS = (-71.0, -28.0, -66.25, -19.5)
RUNS = 3
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
ZOOM = """async () => {
  const times = [];
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (const zoom of [6, 7, 8, 9, 10, 11, 9, 7, 6, 5]) {
    map_prospector.setZoom(zoom, { animate: true });
    let before = performance.now();
    for (let n = 0; n < 30; n += 1) {
      await frame();
      const now = performance.now();
      times.push(now - before);
      before = now;
    }
  }
  times.sort((one, other) => one - other);
  return { worst: times.at(-1), median: times[Math.floor(times.length / 2)] };
}"""

HANDLE = """() => {
  const timed = (act) => { const start = performance.now(); act(); return performance.now() - start; };
  const search = (text) => {
    const field = document.querySelector('#search');
    field.value = text;
    field.dispatchEvent(new Event('input'));
  };
  URL.createObjectURL = () => '#';
  HTMLAnchorElement.prototype.click = () => {};
  const [csv, geojson] = document.querySelectorAll('.downloads button');
  const times = { first_search_ms: timed(() => search('minéra 17')) };
  times.search_ms = timed(() => search('mine 3'));
  times.search_evidence_ms = timed(() => search('evidence 2'));
  search('');
  return { ...times, csv_ms: timed(() => csv.click()), geojson_ms: timed(() => geojson.click()) };
}"""


def outlines(count, random):
    """Rounded outlines of 1 to 5 km."""
    middle = random.uniform(BOUNDS[:2], BOUNDS[2:], (count, 1, 2))
    angle = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    reach = random.uniform(0.01, 0.05, (count, 1)) * random.uniform(0.7, 1.1, (count, VERTICES))
    rings = middle + reach[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return middle[:, 0], shapely.polygons(rings)


def payload(count):
    """A payload of one deposit model with so many targets."""
    random = np.random.default_rng(0)
    middle, areas = outlines(count, random)
    parts = random.normal(0, 1, (count, 4)).round(4)
    values = random.uniform(0, 100, (count, 4)).round(3)
    score = np.sort(random.beta(2, 1, count))[::-1].round(6)
    ids = random.permutation(2**32 // count * np.arange(count))
    held = random.choice([0.0, 0.25, 1.0], count)
    known = random.uniform(0, 1, count) < 0.02
    targets = [
        {
            "target_id": f"BEN-{ids[i]:08X}", "rank": i + 1, "score": float(score[i]),
            "percentile": round(100 * (1 - 0.2 * i / count), 3), "percentile_mean": 90.0,
            "percentile_spread": 3.0, "top_tenth_share": 0.8,
            "area_km2": round(areas[i].area * 11_000, 3), "known_deposits": int(known[i]),
            "known_names": "A mine" if known[i] else "", "nearest_deposit": f"Mine {i % 97}",
            "nearest_deposit_km": float(i % 71), "values": values[i].tolist(), "parts": parts[i].tolist(),
            "tenure": {"unknown": round(1 - held[i], 6), "held": held[i], "applied_for": 0, "reserved": 0,
                       "vacant": 0, "open": 0},
            "protection": {"protected": 0, "not_protected": 0, "protection_unknown": 1},
            "holders": f"Minera {i % 211} S.A.", "concession_ids": f"C-{i % 5003}",
            "centre": tuple(middle[i].round(5).tolist()), "geometry": areas[i],
        }
        for i in range(count)
    ]  # fmt: skip
    classes = {"breaks": list(CLASS_BREAKS), "colours": list(COLOURS)}
    evidence = [{"name": f"e{n}", "label": f"evidence {n}", "unit": "km"} for n in range(4)]
    model = {"name": "bench", "label": "Bench", "unit": "cell", "class_by": "percentile",
             "skill_words": "not tested", "evidence": evidence, "what_if": {"kind": "logistic"},
             "targets": targets, **classes}  # fmt: skip
    return {"title": "Bench", "made_by": "prospector", "bounds": BOUNDS, "sentences": ["Bench."],
            "models": [model], **classes}  # fmt: skip


def opened(path, browser):
    """Times until the page is ready, of frames while it zooms, of a weight, of searches and of downloads."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    start = time.perf_counter()
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached", timeout=120_000)
    ready = time.perf_counter() - start
    frames = page.evaluate(ZOOM)
    moved = page.evaluate(
        "() => { const slider = document.querySelector('#weight-e0'); const start = performance.now();"
        "slider.value = 0.5; slider.dispatchEvent(new Event('input')); return performance.now() - start; }"
    )
    handled = page.evaluate(HANDLE)
    page.close()
    return {
        **{name: round(value) for name, value in handled.items()},
        "ready_s": round(ready, 2),
        "worst_zoom_frame_ms": round(frames["worst"]),
        "median_frame_ms": round(frames["median"]),
        "weight_moved_ms": round(moved),
    }


def measured(count, folder, browser):
    """Build once, open three times; medians."""
    start = time.perf_counter()
    content = payload(count)
    drawn = time.perf_counter()
    path = Path(folder) / f"{count}.html"
    write_map(content, path)
    built = time.perf_counter() - drawn
    runs = [opened(path, browser) for _ in range(RUNS)]
    middle = {key: sorted(run[key] for run in runs)[RUNS // 2] for key in runs[0]}
    return {
        "targets": count,
        "payload_s": round(drawn - start, 2),
        "written_s": round(built, 2),
        "megabytes": round(path.stat().st_size / 1e6, 2),
        **middle,
    }


def main():
    """Measure every count and write the figures."""
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        write_map(payload(10), Path(folder) / "first.html")  # imports and templates are read once
        figures = [measured(count, folder, browser) for count in COUNTS]
        version = browser.version
        browser.close()
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "versions": {
            name: metadata.version(name) for name in ("numpy", "shapely", "folium", "pydantic")
        },
        "chromium": version,
        "map": figures,
    }
    Path(sys.argv[1]).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
