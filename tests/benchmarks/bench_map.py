"""The map with many targets, many titles and large polygons: written, opened in headless Chromium, used.

Payloads are drawn from a seed: outlines of 27 vertices, four evidences, holders, tenure; figures are
rounded as a run rounds them. Titles are a layer of small polygons under 200 targets; units of a user's
own are 1,000 targets of 400 vertices. Times end in `_ms` or `_s`; those with `cpu` are what the thread
of the page worked, whatever else the machine does: of zooms the longest task, and how many took more than
30 ms, as the browser's trace has them. "Again" is the same file opened once more. Written to the path that
is given: JSON with machine and date; a second argument gives other numbers of targets, a third of titles,
with commas between, a fourth how many openings the medians are of.
"""

import json
import os
import platform
import shutil
import statistics
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


def numbers(place, default):
    """Numbers that an argument gives, or the default."""
    return (
        [int(text) for text in sys.argv[place].split(",") if text]
        if len(sys.argv) > place
        else default
    )


COUNTS = numbers(2, [1_000, 10_000, 50_000])
TITLES = numbers(3, [2_915, 100_000])
UNITS = 1_000
VERTICES = 27
VERTICES_OF_UNITS = 400
BOUNDS = (-71.0, -28.0, -66.25, -19.5)
RUNS = numbers(4, [3])[0]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
WINDOW = {"width": 1920, "height": 1080}
MIDDLE = (1200, 540)
DRAGS = [(-300, -200), (300, 200), (-400, 100), (400, -100)]
MOVES_A_DRAG = 25
SETTLE_MS = 400
ZOOMS = {"home": None, "close": 8}

FRAMES = """() => {
  window.frames_ms = [];
  let before = performance.now();
  const next = () => {
    const now = performance.now();
    window.frames_ms.push(now - before);
    before = now;
    window.next_frame = requestAnimationFrame(next);
  };
  window.next_frame = requestAnimationFrame(next);
}"""
END_FRAMES = "() => { cancelAnimationFrame(window.next_frame); return window.frames_ms; }"
ZOOM = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (const zoom of [6, 7, 8, 9, 10, 11, 9, 7, 6, 5]) {
    map_prospector.setZoom(zoom, { animate: true });
    for (let n = 0; n < 30; n += 1) await frame();
  }
}"""
SEARCH = """(text) => {
  const field = document.querySelector('#search');
  field.value = text;
  field.dispatchEvent(new Event('input'));
}"""
SAVE_NOTHING = """() => {
  URL.createObjectURL = () => '#';
  HTMLAnchorElement.prototype.click = () => {};
}"""
SAVE = "(place) => document.querySelectorAll('.downloads button')[place].click()"
LANGUAGE = "() => document.querySelector('.languages [lang=es]').click()"
TRACED = ["toplevel", "__metadata"]
LONG_TASK_MS = 30
AREA = {
    "type": "Polygon",
    "coordinates": [[[-70.2, -26], [-68, -26.4], [-67.4, -21.5], [-70, -21], [-70.2, -26]]],
}
"""A third of the ground."""

BRING = """(text) => {
  document.querySelector('#area-text').value = text;
  document.querySelector('.area-take').click();
}"""

WEIGHT = """() => {
  const slider = document.querySelector('#weight-e0');
  slider.value = 0.5;
  slider.dispatchEvent(new Event('input'));
}"""


def outlines(count, random, vertices=VERTICES):
    """Rounded outlines of 1 to 5 km."""
    middle = random.uniform(BOUNDS[:2], BOUNDS[2:], (count, 1, 2))
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    reach = random.uniform(0.01, 0.05, (count, 1)) * random.uniform(0.7, 1.1, (count, vertices))
    rings = middle + reach[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return middle[:, 0], shapely.polygons(rings)


def payload(count, vertices=VERTICES):
    """A payload of one deposit model with so many targets."""
    random = np.random.default_rng(0)
    middle, areas = outlines(count, random, vertices)
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
    model = {"name": "bench", "label": "Bench", "class_by": "percentile",
             "skill_words": "not tested", "evidence": evidence, "what_if": {"kind": "logistic"},
             "targets": targets, **classes}  # fmt: skip
    return {"title": "Bench", "made_by": "prospector", "bounds": BOUNDS, "sentences": ["Bench."],
            "models": [model], **classes}  # fmt: skip


def titles(count):
    """A layer of so many titles: squares of 2 to 3 km with five rows each, shown at first."""
    random = np.random.default_rng(1)
    west, south = random.uniform(BOUNDS[:2], (BOUNDS[2] - 0.03, BOUNDS[3] - 0.03), (count, 2)).T
    side = random.uniform(0.02, 0.03, count)
    areas = shapely.box(west, south, west + side, south + side)
    kinds, classes = ("exploration", "exploitation"), ("held", "applied_for", "vacant")
    features = [
        {
            "geometry": areas[i], "name": f"Title {i}",
            "rows": [("concession id", f"C-{i}"), ("holder", f"Minera {i % 211} S.A."),
                     ("kind", kinds[i % 2]), ("tenure class", classes[i % 3]), ("area ha", 600.0)],
        }
        for i in range(count)
    ]  # fmt: skip
    return {"key": "concessions", "label": "Concessions", "kind": "polygon", "visible": True,
            "style": {"colour": "#44346b", "fill": "#44346b"}, "groupings": ["holder", "tenure class"],
            "colour_by": "tenure class", "features": features}  # fmt: skip


class Opened:
    """A page that is opened, and what its thread has worked since."""

    def __init__(self, path, browser):
        self._browser = browser
        self.page = browser.new_page(viewport=WINDOW)
        self._devtools = self.page.context.new_cdp_session(self.page)
        self._devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        start = time.perf_counter()
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-ready]", state="attached", timeout=300_000)
        self.ready_s = time.perf_counter() - start
        self.page.wait_for_timeout(SETTLE_MS)
        self.ready_cpu_s = self.worked_s()
        self.page.evaluate(SAVE_NOTHING)

    def worked_s(self):
        """Seconds that the page's thread has worked."""
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "TaskDuration")

    def heap_mb(self):
        """Megabytes of the script's heap."""
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize") / 1e6

    def timed(self, name, script, argument=None):
        """Wall and working time, in milliseconds, of something that the reader does."""
        worked, start = self.worked_s(), time.perf_counter()
        self.page.evaluate(script, argument)
        passed = time.perf_counter() - start
        self.page.wait_for_timeout(SETTLE_MS)
        return {f"{name}_ms": 1000 * passed, f"{name}_cpu_ms": 1000 * (self.worked_s() - worked)}

    def panned(self, name, zoom):
        """Frames of four drags by the mouse, and working time for each of their moves."""
        if zoom is not None:
            self.page.evaluate("(zoom) => map_prospector.setZoom(zoom, { animate: false })", zoom)
        self.page.wait_for_timeout(SETTLE_MS)
        mouse, worked = self.page.mouse, self.worked_s()
        self.page.evaluate(FRAMES)
        for across, down in DRAGS:
            mouse.move(*MIDDLE)
            mouse.down()
            mouse.move(MIDDLE[0] + across, MIDDLE[1] + down, steps=MOVES_A_DRAG)
            mouse.up()
            self.page.wait_for_timeout(SETTLE_MS)
        frames = sorted(self.page.evaluate(END_FRAMES))
        moves = MOVES_A_DRAG * len(DRAGS)
        return {
            f"pan_{name}_frame_ms": statistics.median(frames),
            f"pan_{name}_frame_95_ms": frames[int(0.95 * len(frames))],
            f"pan_{name}_worst_ms": frames[-1],
            f"pan_{name}_move_cpu_ms": 1000 * (self.worked_s() - worked) / moves,
        }

    def pointed(self):
        """Working time for each of some moves of the mouse over the map."""
        worked = self.worked_s()
        self.page.mouse.move(MIDDLE[0] - 300, MIDDLE[1] - 200)
        self.page.mouse.move(*MIDDLE, steps=MOVES_A_DRAG)
        return {"point_cpu_ms": 1000 * (self.worked_s() - worked) / MOVES_A_DRAG}

    def zoomed(self):
        """Frames of ten animated changes of zoom, and the longest tasks of the page's thread."""
        self._browser.start_tracing(page=self.page, categories=TRACED)
        worked = self.worked_s()
        self.page.evaluate(FRAMES)
        self.page.evaluate(ZOOM)
        frames = self.page.evaluate(END_FRAMES)
        worked = self.worked_s() - worked
        tasks = tasks_ms(json.loads(self._browser.stop_tracing())["traceEvents"])
        return {
            "zoom_frame_ms": statistics.median(frames),
            "zoom_worst_ms": max(frames),
            "zoom_cpu_ms": 1000 * worked,
            "zoom_longest_cpu_ms": max(tasks),
            "zoom_long_tasks": sum(task > LONG_TASK_MS for task in tasks),
        }

    def brought(self):
        """Time until an area that is brought has its figures: what the titles and targets in it cover."""
        worked, start = self.worked_s(), time.perf_counter()
        self.page.evaluate(BRING, json.dumps(AREA))
        self.page.wait_for_selector(".area-saves .save-area", state="attached", timeout=300_000)
        passed = time.perf_counter() - start
        return {"area_ms": 1000 * passed, "area_cpu_ms": 1000 * (self.worked_s() - worked)}


def tasks_ms(events):
    """Working times of the tasks of the busiest main thread of a trace."""
    named = [one for one in events if one["name"] == "thread_name"]
    mains = {(one["pid"], one["tid"]) for one in named if one["args"]["name"] == "CrRendererMain"}
    tasks = {main: [0.0] for main in mains}
    for one in events:
        thread = (one["pid"], one.get("tid"))
        if one["ph"] == "X" and one["name"] == "ThreadControllerImpl::RunTask" and thread in tasks:
            tasks[thread].append(one.get("tdur", 0) / 1000)
    return max(tasks.values(), key=sum)


def used(path, browser):
    """Times until the page is ready, and of all that a reader does with it."""
    opened = Opened(path, browser)
    found = {
        "ready_s": opened.ready_s,
        "ready_cpu_s": opened.ready_cpu_s,
        "heap_mb": opened.heap_mb(),
    }
    for name, zoom in ZOOMS.items():
        found |= opened.panned(name, zoom)
    found |= opened.pointed()
    found |= opened.zoomed()
    found |= opened.timed("first_search", SEARCH, "minéra 17")
    found |= opened.timed("search", SEARCH, "mine 3")
    found |= opened.timed("search_evidence", SEARCH, "evidence 2")
    opened.timed("search_nothing", SEARCH, "")
    found |= opened.timed("csv", SAVE, 0)
    found |= opened.timed("geojson", SAVE, 1)
    found |= opened.timed("weight", WEIGHT)
    found |= opened.timed("language", LANGUAGE)
    found |= opened.brought()
    opened.page.close()
    again = Opened(path, browser)
    found |= {"again_ready_s": again.ready_s, "again_ready_cpu_s": again.ready_cpu_s}
    again.page.close()
    return found


def rounded(name, value):
    """Seconds with two decimals, all else in whole numbers, a move of the mouse with one decimal."""
    decimals = 2 if name.endswith("_s") else 1 if name.startswith(("pan", "point", "heap")) else 0
    return round(value, decimals or None)


def measured(size, content, folder, browser):
    """Written once, opened three times; medians."""
    path = Path(folder) / "map.html"
    start, worked = time.perf_counter(), time.process_time()
    write_map(content, path)
    written = {
        "written_s": time.perf_counter() - start,
        "written_cpu_s": time.process_time() - worked,
    }
    runs = [used(path, browser) for _ in range(RUNS)]
    times = written | {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    megabytes = {"megabytes": round(path.stat().st_size / 1e6, 2)}
    return size | megabytes | {name: rounded(name, value) for name, value in times.items()}


def contents():
    """Each size with its payload."""
    for count in COUNTS:
        yield {"targets": count, "vertices": VERTICES}, payload(count)
    for count in TITLES:
        yield {"targets": 200, "titles": count}, payload(200) | {"layers": [titles(count)]}
    yield {"targets": UNITS, "vertices": VERTICES_OF_UNITS}, payload(UNITS, VERTICES_OF_UNITS)


def main():
    """Measure every size and write the figures."""
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        write_map(payload(10), Path(folder) / "first.html")  # imports and templates are read once
        figures = [measured(size, content, folder, browser) for size, content in contents()]
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
