"""The validation of 100 deposits: 16,000 background units, 15 evidences, 100 fits and 99 of each null.

    bench_validation.py RESULT

Deposits lie in 40 camps of a square of 800 km; evidences are smooth random fields, on three of which the
deposits hang. Every evidence counts as surveyed, so the figure without schematic evidence is the same one.
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

import numpy as np
from scipy.spatial import cKDTree

from prospector.compute.engine import Workers
from prospector.models import make_estimator
from prospector.validation import Sample, measure_skill
from prospector.validation.nulls import smooth_field

DEPOSITS, CAMPS, BACKGROUND, EVIDENCES, RUNS = 100, 40, 16_000, 15, 3
SIDE_M, CAMP_M = 800_000.0, 8_000.0
VERSIONS = ("numpy", "scipy", "scikit-learn")


def drawn():
    """A sample drawn from a seed."""
    random = np.random.default_rng(0)
    background = random.uniform(0, SIDE_M, (BACKGROUND, 2))
    fields = np.column_stack(
        [smooth_field(background, 60_000.0, random=random) for _ in range(EVIDENCES)]
    )
    favourable = np.argsort(-(fields[:, :3].sum(axis=1) + random.normal(0, 2, BACKGROUND)))
    camps = background[random.choice(favourable[:4000], CAMPS, replace=False)]
    district = np.sort(random.integers(0, CAMPS, DEPOSITS))
    places = camps[district] + random.normal(0, CAMP_M, (DEPOSITS, 2))
    nearest = cKDTree(background).query(places)[1]
    return Sample(fields[nearest], background[nearest], district, fields, background)


def main():
    sample, told, seconds = drawn(), [], []
    for _ in range(RUNS):
        begin = time.perf_counter()
        skill, _ = measure_skill(
            make_estimator("logistic"), sample, without_schematic=range(EVIDENCES),
            workers=Workers(), progress=lambda *step: told.append(step),
        )  # fmt: skip
        seconds.append(round(time.perf_counter() - begin, 1))
    found = {
        "what": __doc__.splitlines()[0],
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {one: metadata.version(one) for one in VERSIONS},
        "seconds": statistics.median(seconds),
        "seconds_of_each": seconds,
        "times_progress_was_told": len(told) // RUNS,
        "auc_blocked": skill.measured.auc.value,
        "auc_null_p95": skill.measured.auc.null_p95,
        "p_value": skill.measured.auc.p,
    }
    Path(sys.argv[1]).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
