"""Settings of estimators on planted regions of known truth: the AUC in blocks of 100 km held out.

    bench_estimators.py RESULT [REGIONS]

Deposits are known, ground is not known to be barren, and the truth is: in each block held out, deposits are
drawn anew from the favourability that made the known ones, so that few known deposits do not blur the figure.
Every setting sees the same regions and blocks; REGIONS of each of 60 kinds (4 if not said).

A region is a square of 400 km with 4 to 8 evidences, smooth random fields of 20 to 90 km. One or two are
causes (``many``: all are), with an unseen cause beside them. Expected signs are right, or wrong for the first
cause and right for the other; those of evidences that are no cause are drawn.
"""

import itertools
import json
import platform
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from prospector.models import DownSampledForest, SquaredLogistic, WeightsOfEvidence
from prospector.validation import Sample, fit_sample, share_below, smooth_field
from prospector.validation.baselines import learn_best_single
from prospector.validation.scoring import learn_balanced

SIDE_M, BLOCK_M, CAMP_M, FOLDS = 400_000.0, 100_000.0, 6_000.0, 5
GROUND, PLACES, FRESH = 1500, 6000, 400
LEAST_TRAINING = 5
DEPOSITS, CLUSTERED = (12, 30, 80), (False, True)
CAUSES = ("linear", "threshold", "trend", "hump", "many")
SIGNS = ("right", "partly wrong")
OPPOSITE = {"increasing": "decreasing", "decreasing": "increasing", "any": "any"}
FACTORS = ("deposits", "clustered", "cause", "signs")


@dataclass(frozen=True)
class Region:
    """What is known of a region, and deposits drawn anew from its favourability."""

    known: Sample
    fresh: np.ndarray
    fresh_at: np.ndarray


def drawn(seed, deposits, clustered, cause, signs):
    """A region drawn from a seed."""
    random = np.random.default_rng(seed)
    evidences = int(random.integers(4, 9))
    causes = evidences if cause == "many" else int(random.integers(1, 3))
    at = random.uniform(0, SIDE_M, (GROUND + PLACES, 2))
    lengths = random.uniform(20_000, 90_000, evidences)
    fields = np.column_stack([smooth_field(at, length, random=random) for length in lengths])
    if cause == "trend":
        angle = random.uniform(0, 2 * np.pi, evidences)
        across = (at / SIDE_M - 0.5) @ np.vstack([np.cos(angle), np.sin(angle)])
        fields = 0.6 * fields + 2.7 * across
    sign = random.choice([-1.0, 1.0], causes)
    favourability = _effect(fields[:, :causes], sign, cause) / np.sqrt(causes)
    favourability += 0.5 * smooth_field(at, 40_000.0, random=random)
    chance = np.exp(favourability[GROUND:])
    chance /= chance.sum()
    places = at[GROUND:]
    if clustered:
        camps = random.choice(PLACES, max(3, deposits // 4), replace=False, p=chance)
        district = np.sort(random.integers(0, len(camps), deposits))
        near = places[camps[district]] + random.normal(0, CAMP_M, (deposits, 2))
        chosen = cKDTree(places).query(near)[1]
    else:
        chosen, district = (
            random.choice(PLACES, deposits, replace=False, p=chance),
            np.arange(deposits),
        )
    fresh = random.choice(PLACES, FRESH, p=chance)
    expected = _expected(sign, evidences, cause, signs, random)
    ground, other = fields[:GROUND], fields[GROUND:]
    known = Sample(other[chosen], places[chosen], district, ground, at[:GROUND], expected=expected)
    return Region(known, other[fresh], places[fresh])


def _effect(fields, sign, cause):
    """Log-odds that each cause adds, summed."""
    if cause == "threshold":
        return 2.6 * (fields * sign > 0.7).sum(axis=1)
    if cause == "hump":
        return (-1.8 * (fields - 0.5) ** 2).sum(axis=1)
    return 1.6 * fields @ sign


def _expected(sign, evidences, cause, signs, random):
    """What a deposit model expects of each evidence; of a hump nothing."""
    right = ["increasing" if one > 0 else "decreasing" for one in sign]
    others = random.choice(["any", "increasing", "decreasing"], evidences - len(sign)).tolist()
    expected = ["any"] * len(sign) if cause == "hump" else right
    if signs == "partly wrong":
        expected[0] = OPPOSITE[expected[0]]
    return (*expected, *others)


def blocks(region, seed):
    """The fold of deposits, districts whole, of ground and of fresh deposits: blocks in random order."""
    random = np.random.default_rng(seed)
    corner, fold = random.uniform(0, BLOCK_M, 2), random.permutation(10_000) % FOLDS
    known = region.known
    centres = pd.DataFrame(known.positive_at).groupby(known.district).transform("mean").to_numpy()
    return [
        fold[((at + corner) // BLOCK_M).astype(int) @ [1, 100]]
        for at in (centres, known.background_at, region.fresh_at)
    ]


def aucs(region, seed, learners):
    """The AUC of fresh deposits in blocks held out, by each setting; the settings with their learner."""
    fold, ground_fold, fresh_fold = blocks(region, seed)
    shares = {name: [] for name in learners}
    for number in range(FOLDS):
        train, test, fresh = fold != number, ground_fold == number, fresh_fold == number
        if train.sum() < LEAST_TRAINING or not test.any() or not fresh.any():
            continue
        part = region.known.part(train, ~test)
        for name, learn in learners.items():
            score = learn(part)
            ground = score(region.known.background[test], None)
            shares[name].append(share_below(score(region.fresh[fresh], None), ground))
    return {name: float(np.concatenate(share).mean()) for name, share in shares.items()}


def rows_penalty(sample):
    """Learn with the penalty that the rows' number sets: C = 1 where weights sum to the rows."""
    rows = len(sample.positive) + len(sample.background)
    fitted = fit_sample(SquaredLogistic(C=rows / len(sample.positive)), sample)
    return lambda evidence, at: fitted.decision_function(evidence)


def weights(generalise, least):
    """Weights of evidence."""
    return learn_balanced(WeightsOfEvidence(generalise=generalise, least_studentised=least))


def forest(share):
    """A forest whose leaf is a share of the deposits; fewer trees than are used, for time."""
    return learn_balanced(DownSampledForest(60, leaf_share=share, random_state=0))


SUITES = {
    "logistic": {
        "C = np/n": learn_balanced(SquaredLogistic()),
        "C = 1": rows_penalty,
        "C = 2 np/n": learn_balanced(SquaredLogistic(C=2.0)),
        "signs bound": learn_balanced(SquaredLogistic(signs="bound")),
        "fewest": learn_balanced(SquaredLogistic(choose="fewest")),
        "signs bound, fewest": learn_balanced(SquaredLogistic(signs="bound", choose="fewest")),
        "best single evidence": learn_best_single(SquaredLogistic()),
    },
    "weights of evidence": {
        "binary, 2.5": weights("binary", 2.5),
        "binary, 1": weights("binary", 1.0),
        "classes, 0": weights("classes", 0.0),
        "classes, 1": weights("classes", 1.0),
        "classes, 1.5": weights("classes", 1.5),
    },
    "forest": {f"leaf {share:g} of the deposits": forest(share) for share in (0.0, 0.17, 0.25, 0.33, 0.5)},
}  # fmt: skip
"""Settings by estimator; the first of each is what the others are compared with."""


def table(suite, regions):
    """The AUC of every setting of a suite in every region, a row a region."""
    signs = SIGNS if suite == "logistic" else SIGNS[:1]
    rows = []
    for kind in itertools.product(DEPOSITS, CLUSTERED, CAUSES, signs):
        deposits, clustered, cause, _ = kind
        for number in range(regions):
            # Whether signs are right changes no other draw.
            seed = [deposits, clustered, CAUSES.index(cause), number]
            region = drawn(seed, *kind)
            rows.append(dict(zip(FACTORS, kind, strict=True)) | aucs(region, number, SUITES[suite]))
    return pd.DataFrame(rows)


def compared(found, names):
    """Mean gain on the first setting with its standard error, over all and by each factor."""
    gains = found[names].sub(found[names[0]], axis=0)

    def told(part):
        return {
            name: [round(float(part[name].mean()), 4), round(float(part[name].sem()), 4)]
            for name in names[1:]
        }

    by_factor = {
        factor: {str(level): told(part) for level, part in gains.groupby(found[factor])}
        for factor in FACTORS
        if found[factor].nunique() > 1
    }
    return {
        "regions": len(found),
        "mean_auc": found[names].mean().round(4).to_dict(),
        "gain_with_standard_error": {"all": told(gains), **by_factor},
    }


def main():
    regions, begin = int(sys.argv[2]) if len(sys.argv) > 2 else 4, time.process_time()
    how_many = {"logistic": regions, "weights of evidence": regions, "forest": max(1, regions // 2)}
    found = {
        suite: compared(table(suite, how_many[suite]), list(settings))
        for suite, settings in SUITES.items()
    }
    result = {
        "what": __doc__.splitlines()[0],
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "versions": {name: metadata.version(name) for name in ("numpy", "scipy", "scikit-learn")},
        "cpu_seconds": round(time.process_time() - begin),
        **found,
    }
    Path(sys.argv[1]).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
