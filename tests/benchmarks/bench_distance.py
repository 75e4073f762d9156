"""Distance of 10^8 cells to 400 faults: true and on the grid, against whole-array transforms.

    bench_distance.py RESULT [SIDE]

Everything runs in one process on one thread, one after another and then again; the figures are CPU seconds
(medians) and their ratios to the fastest exact transform. SIDE is that of the grid in cells.
"""

import json
import os
import platform
import statistics
import sys
import time
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import cv2
import mahotas
import numpy as np
from scipy.ndimage import distance_transform_edt
from threadpoolctl import threadpool_limits

from prospector.evidence.burn import touched
from prospector.evidence.burned import grid_distance
from prospector.evidence.segments import Segments
from prospector.evidence.tiles import cell_distance
from prospector.grid import Grid

SIDE = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
GRID = Grid("EPSG:32719", 0.0, SIDE * 100.0, 100.0, (SIDE, SIDE))
WINDOW = 1024
VERSIONS = ("numpy", "scipy", "mahotas", "opencv-python-headless")
RUNS = 3


def faults(n):
    """Wandering lines of 80 vertices, 500 m apart."""
    random = np.random.default_rng(0)
    ends = []
    for _ in range(n):
        turn = random.uniform(0, 2 * np.pi) + np.cumsum(random.normal(0, 0.15, 80))
        step = np.column_stack([np.cos(turn), np.sin(turn)]) * 500.0
        at = random.uniform(0, SIDE * 100.0, 2) + np.cumsum(step, axis=0)
        ends.append(np.stack([at[:-1], at[1:]], axis=1))
    return Segments(np.concatenate(ends))


def cpu_seconds(works):
    """Median CPU seconds of each piece of work, all of them run in turn, and again."""
    taken = {name: [] for name in works}
    for _ in range(RUNS):
        for name, work in works.items():
            start = time.process_time()
            work()
            taken[name].append(time.process_time() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def by_windows(function, segments):
    """Run a distance over every window, as a worker would."""
    for window in GRID.windows(WINDOW):
        function(segments, GRID.part(window))


def transformed(ground):
    """The transform of each window by itself, wrong near its edges: what no window can do without."""
    for window in GRID.windows(WINDOW):
        mahotas.distance(ground[window.cells])


def main():
    cv2.setNumThreads(1)
    segments = faults(round(400 * (SIDE / 10_000) ** 2))
    ground = np.ones(GRID.shape, dtype=np.uint8)
    ground[touched(segments, GRID)] = 0
    block = np.ones(GRID.shape)
    with threadpool_limits(1):
        figures = cpu_seconds({
            "copy of 8 bytes a cell": lambda: block.copy(),
            "opencv, precise, whole": lambda: cv2.distanceTransform(
                ground, cv2.DIST_L2, cv2.DIST_MASK_PRECISE
            ),
            "scipy, whole": lambda: distance_transform_edt(ground),
            "mahotas, windows without margins": lambda: transformed(ground),
            "grid, windows": lambda: by_windows(grid_distance, segments),
            "true, windows": lambda: by_windows(cell_distance, segments),
        })  # fmt: skip
    fastest = figures["opencv, precise, whole"]
    record = {
        "what": __doc__.splitlines()[0],
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {n: metadata.version(n) for n in VERSIONS},
        "cells": GRID.shape[0] * GRID.shape[1],
        "segments": len(segments),
        "runs": RUNS,
        "cpu_seconds": {name: round(value, 2) for name, value in figures.items()},
        "ratio_to_opencv": {name: round(value / fastest, 2) for name, value in figures.items()},
    }
    text = json.dumps(record, indent=1)
    Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
