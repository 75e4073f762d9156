"""One piece of work in a process of its own: its figures as JSON on the last line.

child.py screen REGION WORKERS STORE   a screening, stage by stage
child.py windows REGION HOW STORE      evidence and score alone: HOW is a number or a scheduler
child.py ground REGION STORE           the same in this process: CPU seconds, cells of ground
child.py turns FOLDER ROUNDS REGION... evidence and score of regions in turn in this process: CPU seconds
child.py plain REGION                  the same work written plainly on whole arrays
child.py predict REGION WORKERS STORE ESTIMATOR   the score of stored evidence alone
"""

import json
import os
import shutil
import sys
import time
from itertools import pairwise
from pathlib import Path

from meter import cpu_seconds, metered


def screen(region, workers, store):
    """Seconds of each stage of a screening, and of all but the validation."""
    import prospector

    moments = [("start", time.perf_counter())]

    def progress(what, done, total):
        del done, total
        stage = what.rsplit(": ", 1)[-1]
        if stage != moments[-1][0]:
            moments.append((stage, time.perf_counter()))

    cpu = cpu_seconds()
    screening = prospector.screen(
        region, workers=int(workers), store=store, progress=progress, beside=(), max_cells=1e9
    )
    moments.append(("end", time.perf_counter()))
    stages = {}
    for (stage, begin), (_, end) in pairwise(moments):
        stages[stage] = stages.get(stage, 0.0) + end - begin
    validation = sum(taken for stage, taken in stages.items() if "validation" in stage)
    return {
        "stages": {stage: round(taken, 2) for stage, taken in stages.items()},
        "seconds": sum(stages.values()),
        "seconds_without_validation": sum(stages.values()) - validation,
        "cpu_seconds": cpu_seconds() - cpu,
        "targets": len(screening.targets),
    }


def ground(region, workspace):
    """The evidence of a region's cells, computed where the store lacks it."""
    from prospector.ground.application import ground_of

    model, columns, setting = opened(region, workspace)
    return ground_of(model, columns, setting, nothing)


def opened(region, workspace):
    """The copper's model, its evidence and what they are applied to."""
    from prospector.ground.application import available_evidence
    from prospector.ground.setting import Setting
    from prospector.layers import read_layers
    from prospector.options import Options
    from prospector.region.region_file import load_region

    loaded = load_region(region)
    grid = loaded.grid()
    layers = read_layers(loaded, grid)
    model = loaded.deposit_model("porphyry_copper")
    columns = available_evidence(model, layers, [], stated=False)
    return model, columns, Setting(grid, layers, Options(), workspace)


def nothing(done, total):
    """Tell no progress."""


def ready(_):
    """Import what windows need, so that the start of processes is not measured."""
    import prospector.ground.cells  # noqa: F401


def workers_of(how):
    """Local processes or those of a scheduler, started and ready."""
    from prospector.compute.engine import Workers

    if how.isdigit():
        found = Workers(count=int(how))
    else:
        from distributed import Client

        found = Workers(Client(how).get_executor())
    found.run(ready, range(8))
    return found


def processes_of(workers):
    """The numbers of the processes of a scheduler and its workers, on this machine; none of local ones."""
    if workers.executor is None:
        return []
    client = workers.executor._client
    return [client.run_on_scheduler(os.getpid), *client.run(os.getpid).values()]


def some_model(found):
    """A logistic regression that has seen some cells; what it learned does not matter."""
    from prospector.models import SquaredLogistic
    from prospector.models.fitted import Fitted

    rows = found.scale(found.background(2000, 0, nothing)[0].evidence)
    learned = SquaredLogistic().fit(rows, rows[:, 0] < rows[:, 0].mean())
    return Fitted.of("logistic", learned, rows, "benchmark")


def windows(region, how, store):
    """Seconds of evidence and score, of the clock and of all CPUs, workers being there."""
    from prospector.compute.store import Store
    from prospector.compute.windows import Workspace

    workspace = Workspace(Store(store), workers_of(how))
    pids = processes_of(workspace.workers)
    begin, cpu = time.perf_counter(), cpu_seconds(*pids)
    found = ground(region, workspace)
    found.score(some_model(found), nothing)
    taken = time.perf_counter() - begin
    return {"seconds": taken, "cpu_seconds": cpu_seconds(*pids) - cpu}


def on_ground(region, store):
    """CPU seconds of ground, evidence and score in one process, and the cells that are ground."""
    from prospector.compute.engine import Workers
    from prospector.compute.store import Store
    from prospector.compute.windows import Workspace
    from prospector.ground.application import ground_of

    ready(None)
    workspace = Workspace(Store(store), Workers(count=1))
    asked = opened(region, workspace)
    found = ground_of(*asked, nothing)  # so that layers are there, and all is imported
    fitted = some_model(found)
    forget(store)
    begin = time.process_time()
    found = ground_of(*asked, nothing)
    middle = time.process_time()
    scored = found.score(fitted, nothing)
    grid = found.stack.grid
    return {
        "seconds": time.process_time() - begin,
        "seconds_of_evidence": middle - begin,
        "ground": sum(int(found.stack.permissive(one).sum()) for one in found.windows),
        "scored": scored.distribution.total,
        "cells": grid.shape[0] * grid.shape[1],
        "bytes": sum(one.stat().st_size for one in Path(store).rglob("c/*/*")),
        "windows": len(found.windows),
    }


def forget(store):
    """Remove what a store keeps of windows."""
    for kept in Path(store).glob("*/c"):
        shutil.rmtree(kept.parent)


def turns(folder, rounds, *regions):
    """CPU seconds of ground, evidence and score of some regions, one after another, round by round."""
    from prospector.compute.engine import Workers
    from prospector.compute.store import Store
    from prospector.compute.windows import Workspace
    from prospector.ground.application import ground_of

    ready(None)
    asked = {}
    for region in set(regions):
        store = Path(folder) / f"store of {Path(region).name}"
        what = opened(region, Workspace(Store(str(store)), Workers(count=1)))
        fitted = some_model(
            ground_of(*what, nothing)
        )  # so that layers are there, and all is imported
        asked[region] = store, what, fitted
    taken = {region: {"evidence": [], "all": []} for region in regions}
    for _ in range(int(rounds)):
        for region in regions:
            store, what, fitted = asked[region]
            forget(store)
            begin = time.process_time()
            found = ground_of(*what, nothing)
            taken[region]["evidence"].append(time.process_time() - begin)
            found.score(fitted, nothing)
            taken[region]["all"].append(time.process_time() - begin)
    return {"turns": {Path(region).name: seconds for region, seconds in taken.items()}}


def tenth(region, workers, store, first):
    """Seconds of every tenth window of a region, from its files to its targets, without validation."""
    from prospector.compute.store import Store
    from prospector.compute.windows import Workspace
    from prospector.grid import Grid
    from prospector.ground.protocol import Cutting
    from prospector.region.region_file import load_region

    every = Grid.windows
    Grid.windows = lambda grid, size: every(grid, size)[int(first) :: 10]
    workspace = Workspace(Store(store), workers_of(workers))
    begin = time.perf_counter()
    found = ground(region, workspace)
    fitted = some_model(found)
    scored = found.score(fitted, nothing)
    entry = load_region(region).deposit_model("porphyry_copper").targets
    outlined, _ = found.cut(scored, fitted, Cutting(entry, "benchmark"), nothing)
    grid = found.stack.grid
    return {
        "seconds": time.perf_counter() - begin,
        "windows": len(grid.windows(1024)),
        "windows_in_all": len(every(grid, 1024)),
        "targets": len(outlined.outlines),
    }


def predict(region, workers, store, name):
    """Seconds of scoring cells whose evidence is stored."""
    import numpy as np

    from prospector.compute.store import Store
    from prospector.compute.windows import Workspace
    from prospector.models import make_estimator
    from prospector.models.fitted import Fitted

    workspace = Workspace(Store(store), workers_of(workers))
    found = ground(region, workspace)
    rows = found.scale(found.background(6000, 0, nothing)[0].evidence)
    labels = rows[:, 0] < np.quantile(rows[:, 0], 0.02)
    learned = make_estimator(name, random_state=0).fit(rows, labels)
    fitted = Fitted.of(name, learned, rows, "benchmark")
    begin = time.perf_counter()
    scored = found.score(fitted, nothing)
    return {"seconds": time.perf_counter() - begin, "cells": scored.distribution.total}


def plain(region):
    """The same with whole arrays: scipy, rasterio, scikit-learn, as one would write it."""
    import geopandas as gpd
    import numpy as np
    import rasterio
    import rasterio.features
    import rasterio.warp
    from scipy import ndimage, signal
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    from prospector.region.region_file import load_region

    begin, cpu = time.perf_counter(), cpu_seconds()
    grid = load_region(region).grid()
    folder, shape, transform = Path(region), grid.shape, grid.transform
    layers = {name: gpd.read_file(folder / f"{name}.fgb") for name in
              ("faults", "geology", "samples", "deposits")}  # fmt: skip

    def distance(system):
        lines = layers["faults"].geometry[layers["faults"]["fault_system"] == system]
        burned = rasterio.features.rasterize(
            lines, out_shape=shape, transform=transform, all_touched=True, dtype="uint8"
        )
        return ndimage.distance_transform_edt(burned == 0) * grid.cell_size_m / 1000

    def share(rock):
        blobs = layers["geology"].geometry[layers["geology"]["rock"] == rock]
        return rasterio.features.rasterize(
            blobs, out_shape=shape, transform=transform, dtype="uint8"
        )

    def density():
        points = layers["samples"].geometry
        row, column, inside = grid.index(points.x.to_numpy(), points.y.to_numpy())
        count = np.zeros(shape)
        np.add.at(count, (row[inside], column[inside]), 1)
        step = np.arange(-50, 51)
        return signal.oaconvolve(count, np.hypot(step, step[:, None]) <= 50, mode="same")

    def surface(name):
        values = np.full(shape, np.nan, dtype="float32")
        with rasterio.open(folder / f"{name}.tif") as dataset:
            rasterio.warp.reproject(
                rasterio.band(dataset, 1), values, dst_transform=transform, dst_crs=grid.crs,
                resampling=rasterio.warp.Resampling.bilinear,
            )  # fmt: skip
        return values

    stack = np.stack([
        np.log1p(distance("Domeyko")), surface("relief"), distance("NW"), distance("NE"), density(),
        share("granite"), share("andesite"), surface("gravity"),
    ]).reshape(8, -1).T  # fmt: skip
    valid = np.isfinite(stack).all(axis=1)
    places = layers["deposits"].geometry
    row, column, _ = grid.index(places.x.to_numpy(), places.y.to_numpy())
    positive = stack[row * shape[1] + column]
    drawn = np.random.default_rng(0).choice(np.flatnonzero(valid), 6000, replace=False)
    rows = np.vstack([positive, stack[drawn]])
    labels = np.repeat([1, 0], [len(positive), 6000])
    squares = FunctionTransformer(lambda one: np.hstack([one, one**2]))
    logistic = LogisticRegression(class_weight="balanced", max_iter=500)
    model = make_pipeline(StandardScaler(), squares, logistic).fit(rows, labels)
    score = np.full(len(stack), np.nan)
    score[valid] = model.predict_proba(stack[valid])[:, 1]
    score = np.round(score.reshape(shape), 4)
    ground, targets = np.isfinite(score), np.zeros(shape, dtype="int32")
    for level in np.arange(95, 99.6, 0.5):
        components, _ = ndimage.label(ground & (score >= np.nanpercentile(score, level)))
        sizes = np.bincount(components.ravel()) * grid.cell_area_km2
        fits = sizes <= 50
        fits[0] = False
        taken = fits & (sizes >= 1)
        numbers = np.cumsum(taken) * taken + (targets.max() * taken)
        targets += numbers[components].astype("int32")
        ground &= (components > 0) & ~fits[components]
    outlines = list(rasterio.features.shapes(targets, mask=targets > 0, transform=transform))
    taken = {"seconds": time.perf_counter() - begin, "cpu_seconds": cpu_seconds() - cpu}
    return {**taken, "targets": len(outlines)}


def main():
    work = {
        "screen": screen,
        "windows": windows,
        "tenth": tenth,
        "predict": predict,
        "ground": on_ground,
        "turns": turns,
        "plain": plain,
    }[sys.argv[1]]
    with metered() as memory:
        found = work(*sys.argv[2:])
    print(json.dumps(found | memory))


if __name__ == "__main__":
    main()
