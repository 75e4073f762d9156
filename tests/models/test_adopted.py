"""Estimators given as objects: named by what they are, fitted like ours, refused with one clear error."""

import json

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import ExtraTreesClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

import prospector
from prospector.errors import ModelError
from prospector.models import SquaredLogistic, known_estimators, make_estimator
from prospector.models.adopted import AdoptedEstimator, adopt_estimator, described
from prospector.models.known import estimator_code, is_ensemble

ROWS = np.vstack([np.full((20, 2), 2.0), np.full((40, 2), -2.0)])
ROWS = ROWS + np.random.default_rng(0).normal(size=ROWS.shape)
LABELS = np.repeat([1, 0], [20, 40])


class Nearness(ClassifierMixin, BaseEstimator):
    """A classifier of one's own: how near the mean of the deposits."""

    def __init__(self, power=1.0):
        self.power = power

    def fit(self, X, y):
        self.mean_ = X[y == 1].mean(axis=0)
        return self

    def decision_function(self, X):
        return -(np.linalg.norm(X - self.mean_, axis=1) ** self.power)


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        KNeighborsClassifier(),
        LinearSVC(),
        make_pipeline(StandardScaler(), LogisticRegression()),
        make_pipeline(StandardScaler(), KNeighborsClassifier()),
        Nearness(),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_every_classifier_ranks_and_scores(estimator):
    """With or without predict_proba, decision_function or sample_weight; it is not fitted itself."""
    made = make_estimator(adopt_estimator(estimator))
    fitted = made.fit(ROWS, LABELS, sample_weight=np.ones(60))
    score = fitted.predict_proba(ROWS)
    np.testing.assert_allclose(score.sum(axis=1), 1)
    assert score[:20, 1].mean() > score[20:, 1].mean()
    ranks = fitted.decision_function(ROWS)
    assert (np.argsort(ranks[:5]) == np.argsort(score[:5, 1])).all() or (score[:5, 1] > 0.99).any()
    assert not [name for name in vars(estimator) if name.endswith("_") and not name.startswith("_")]


def test_the_name_follows_parameters_and_code():
    """The same twice; another for another parameter, nested too, or another class."""
    names = [
        adopt_estimator(estimator)
        for estimator in (
            KNeighborsClassifier(),
            KNeighborsClassifier(),
            KNeighborsClassifier(3),
            make_pipeline(StandardScaler(), KNeighborsClassifier()),
            make_pipeline(StandardScaler(), KNeighborsClassifier(3)),
            Nearness(),
        )
    ]
    assert names[0] == names[1]
    assert len(set(names)) == 5
    assert len({estimator_code(name) for name in names}) == 5


def test_a_class_of_a_notebook_is_told_apart_by_its_code(monkeypatch):
    """It lies in no file, so what it was compiled to counts."""
    keys = set()
    for sign in ("+", "-"):
        scope = {"Nearness": Nearness, "__name__": "of_no_file"}
        exec(
            f"class Mine(Nearness):\n    def decision_function(self, X):\n        return {sign}X[:, 0]",
            scope,
        )
        keys.add(adopt_estimator(scope["Mine"]()))
    assert len(keys) == 2


def test_the_seed_of_the_run_is_taken_where_none_is_stated():
    """In a step of a pipeline too; a stated one stays."""
    free = make_pipeline(StandardScaler(), ExtraTreesClassifier(5))
    stated = ExtraTreesClassifier(5, random_state=3)
    made = make_estimator(adopt_estimator(free), 7)
    assert made.estimator.steps[-1][1].random_state == 7
    assert make_estimator(adopt_estimator(stated), 7).estimator.random_state == 3
    assert free.steps[-1][1].random_state is None
    drawing = ExtraTreesClassifier(5, random_state=np.random.RandomState(1))
    assert make_estimator(adopt_estimator(drawing), 7).estimator.random_state == 7
    assert adopt_estimator(drawing) == adopt_estimator(ExtraTreesClassifier(5))


def test_what_is_adopted_stands_beside_no_other_run():
    """Only what is known by name does; ours are taken as they are, ensembles need more deposits."""
    name = adopt_estimator(ExtraTreesClassifier(7))
    assert name not in known_estimators()
    assert is_ensemble(name)
    assert not is_ensemble(adopt_estimator(GaussianNB()))
    ours = make_estimator(adopt_estimator(SquaredLogistic(C=2.0)), settings={"C": 9.0})
    assert isinstance(ours, SquaredLogistic)
    assert ours.C == 2.0


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (GaussianNB, r"is a class\. Give an estimator: GaussianNB\(\)"),
        (RandomForestRegressor(), "neither predict_proba nor decision_function"),
        (StandardScaler(), "neither predict_proba nor decision_function"),
        (7, "no fit and no get_params"),
        ("random_forest", "Unknown estimator .*Use one of: logistic"),
        (KNeighborsClassifier(metric=(line for line in "ab")), "cannot be"),
    ],
)
def test_what_is_no_classifier_is_refused(estimator, message):
    """One clear error, before anything is read."""
    with pytest.raises(ModelError, match=message):
        prospector.screen("nowhere", estimator=estimator)


def test_a_fit_that_fails_says_whose():
    """And not as a traceback of a worker."""
    made = make_estimator(adopt_estimator(KNeighborsClassifier(n_neighbors=-1)))
    with pytest.raises(ModelError, match="Estimator KNeighborsClassifier: it cannot be fitted"):
        made.fit(ROWS, LABELS)


def test_class_and_parameters_are_json():
    """As run.json holds them."""
    made = AdoptedEstimator(make_pipeline(StandardScaler(), Nearness(power=np.float32(2))))
    record = json.loads(json.dumps(described(made)))
    assert record["class"] == "sklearn.pipeline.Pipeline"
    assert record["parameters"]["steps"][1][1]["parameters"] == {"power": 2.0}


def test_a_screening_takes_a_classifier(planted, tmp_path):
    """With one and with two workers, written and reopened; run.json says what it was."""
    estimator = make_pipeline(StandardScaler(), GaussianNB())
    first, second = (
        prospector.screen(planted, quick=True, workers=workers, estimator=estimator)
        for workers in (1, 2)
    )
    assert first.targets.equals(second.targets)
    run = prospector.open_run(prospector.write(first, tmp_path / "run"))
    fitted = run.record["deposit_models"]["porphyry_copper"]["fitted"]
    assert fitted["estimator"] == run.record["parameters"]["estimator"]
    assert fitted["object"]["class"] == "sklearn.pipeline.Pipeline"
    place = run.targets.iloc[0]
    found = prospector.explain(run, place["longitude"], place["latitude"])
    assert found
