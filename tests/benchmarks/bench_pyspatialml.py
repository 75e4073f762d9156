"""Pyspatialml's prediction of 16.8 million cells by logistic regression on eight rasters of noise.

It asks for NumPy 1.26, so it runs in an environment of its own:
python3 -m venv other && other/bin/pip install pyspatialml psutil && other/bin/python bench_pyspatialml.py
"""

import json
import tempfile
import time
from pathlib import Path

import numpy as np
import rasterio
from meter import metered
from pyspatialml import Raster
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

SIDE = 4096


def squared(rows):
    """Linear and squared terms."""
    return np.hstack([rows, rows**2])


def main():
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number in range(8):
            path = Path(folder) / f"evidence_{number}.tif"
            with rasterio.open(
                path, "w", driver="GTiff", height=SIDE, width=SIDE, count=1, dtype="float32",
                crs="EPSG:32719", transform=rasterio.transform.from_origin(0, 0, 100, 100),
                tiled=True, blockxsize=256, blockysize=256,
            ) as dataset:  # fmt: skip
                dataset.write(random.normal(size=(SIDE, SIDE)).astype("float32"), 1)
            paths.append(str(path))
        rows = random.normal(size=(6000, 8))
        model = make_pipeline(StandardScaler(), FunctionTransformer(squared), LogisticRegression())
        model.fit(rows, rows[:, 0] > 1)
        stack = Raster(paths)
        begin = time.perf_counter()
        with metered() as memory:
            stack.predict_proba(model, file_path=str(Path(folder) / "score.tif"))
        taken = time.perf_counter() - begin
    print(json.dumps({"seconds": round(taken, 1), **memory}))


if __name__ == "__main__":
    main()
