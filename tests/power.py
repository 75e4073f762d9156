"""How strong a signal must be to be demonstrated: simulates the table that a run looks up.

    power.py TABLE [--trials 80] [--processes 2]

Each trial is a square of 300 km with 1000 background places and four smooth fields of one range. One of
them is the cause: districts are drawn where it is high, so that the true AUC, that of the field itself
over the ground, is a number drawn between 0.55 and 0.97. Deposits lie within some 8 km of the middle of
their district. The default estimator is measured as in a run, over 5 splits with 39 replicates of each
null. A line of the log-odds of being demonstrated against the true signal gives the AUC that is
demonstrated in half, and in 80 %, of the trials; blank where that lies beyond 0.97.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.spatial import cKDTree
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

from prospector.compute.engine import Workers
from prospector.models import make_estimator
from prospector.validation import Sample, share_below, smooth_field
from prospector.validation.layout import lay_out
from prospector.validation.measuring import Drawing, measure

SIDE_M, CAMP_M, FIELDS = 300_000.0, 8_000.0, 4
GROUND, CANDIDATES = 1000, 4000
DEPOSITS = (10, 20, 40, 80)
DISTRICTS_SHARE = (0.4, 1.0)
RANGE_SHARE = (0.05, 0.15, 0.5)
LEAST_AUC, LARGEST_AUC = 0.55, 0.97
N_NULL, REPEATS = 39, 5

HEAD = '"""Least true AUCs that are demonstrated, as tests/power.py simulated them."""\n\n'
FOOT = '"""Deposits, share of districts, share of the range, half, four fifths, trials; as in `Power`."""\n'


def region(n, districts_share, range_share, auc, random):
    """Return deposits that follow the first of four smooth fields with a true AUC, over a square."""
    ground = random.uniform(0, SIDE_M, (GROUND, 2))
    candidates = random.uniform(0, SIDE_M, (CANDIDATES, 2))
    n_districts = max(3, round(districts_share * n))
    district = np.sort(
        np.concatenate([np.arange(n_districts), random.integers(0, n_districts, n)])[:n]
    )
    offsets = random.normal(0, CAMP_M, (n, 2)) * (n_districts < n)
    places = np.vstack([candidates, ground])
    fields = [smooth_field(places, range_share * SIDE_M, random=random) for _ in range(FIELDS)]
    evidence = np.column_stack(fields)
    cause = evidence[:CANDIDATES, 0]
    weight = tilt((cause - cause.mean()) / cause.std(), auc)
    middles = candidates[random.choice(CANDIDATES, n_districts, p=weight)]
    chosen = cKDTree(candidates).query(middles[district] + offsets)[1]
    return Sample(evidence[chosen], candidates[chosen], district, evidence[CANDIDATES:], ground)


def tilt(cause, auc):
    """Return weights of places by which a draw from them has that AUC against all of them."""
    below = share_below(cause, cause)

    def reached(strength):
        weight = np.exp(strength * cause)
        return (weight / weight.sum()) @ below

    strength = brentq(lambda one: reached(one) - auc, 0.0, 40.0)
    weight = np.exp(strength * (cause - cause.max()))
    return weight / weight.sum()


def trial(task):
    """Return the true signal of one region, and whether it was demonstrated."""
    n, districts_share, range_share, seed = task
    random = np.random.default_rng(
        [seed, n, round(1000 * districts_share), round(1000 * range_share)]
    )
    signal = random.uniform(norm.ppf(LEAST_AUC), norm.ppf(LARGEST_AUC))
    sample = region(n, districts_share, range_share, norm.cdf(signal), random)
    layout = lay_out([sample], repeats=REPEATS, random_state=seed)
    how = Drawing(N_NULL, seed, Workers(count=1), None)
    measured, _ = measure(make_estimator("logistic"), layout, how, "power")
    return signal, measured is not None and measured.beats_nulls


def least_auc(signals, demonstrated, share):
    """Return the true AUC that is demonstrated in a share of the trials; None beyond the strongest."""
    if demonstrated.all() or not demonstrated.any():
        return LEAST_AUC if demonstrated.all() else None
    line = LogisticRegression(C=100.0).fit(signals[:, None], demonstrated)
    slope = float(line.coef_[0, 0])
    if slope <= 0:
        return None
    auc = float(norm.cdf((np.log(share / (1 - share)) - float(line.intercept_[0])) / slope))
    return None if auc > LARGEST_AUC else max(round(auc, 3), 0.5)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("--trials", type=int, default=80)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    rows = []
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
        for n, districts_share, range_share in product(DEPOSITS, DISTRICTS_SHARE, RANGE_SHARE):
            tasks = [(n, districts_share, range_share, seed) for seed in range(asked.trials)]
            signals, demonstrated = map(
                np.array, zip(*pool.map(trial, tasks, chunksize=4), strict=True)
            )
            half, most = (least_auc(signals, demonstrated, share) for share in (0.5, 0.8))
            rows.append([n, districts_share, range_share, half, most, asked.trials])
            print(*rows[-1], flush=True)
    lines = "".join(f"    ({', '.join(map(repr, row))}),\n" for row in rows)
    asked.table.write_text(f"{HEAD}ROWS = (\n{lines})\n{FOOT}", encoding="utf-8")


if __name__ == "__main__":
    main()
