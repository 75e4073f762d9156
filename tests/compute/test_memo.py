"""What is kept hangs on the function and on its inputs by value, and on nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict

from prospector.compute.memo import by_value, recall
from prospector.compute.store import Store

CALLS = []


@dataclass(frozen=True)
class Place:
    """A frozen value."""

    at: tuple[float, float]


@dataclass
class Loose:
    """A value that can change."""

    at: float


class Entry(BaseModel):
    """A frozen model."""

    model_config = ConfigDict(frozen=True)

    radius_m: float


def doubled(values: np.ndarray, by: int, *, workers: int = 1) -> list[float]:
    """Return the values times a number; `workers` changes nothing."""
    CALLS.append(workers)
    return (values * by).tolist()


@pytest.fixture
def store(tmp_path):
    """An empty store; no call was made."""
    CALLS.clear()
    return Store(str(tmp_path / "store"))


def test_the_same_inputs_are_computed_once(store):
    """Whatever is passed apart; another number, type of numbers or argument is computed."""
    values = np.array([1.0, 2.0])
    assert recall(store, doubled, values, 2) == [2.0, 4.0]
    assert recall(store, doubled, values.copy(), 2, apart={"workers": 7}) == [2.0, 4.0]
    assert CALLS == [1]
    assert recall(store, doubled, np.array([1.0, 3.0]), 2) == [2.0, 6.0]
    assert recall(store, doubled, np.array([1, 2]), 2) == [2, 4]
    assert recall(store, doubled, values, 3) == [3.0, 6.0]
    assert len(CALLS) == 4


def test_a_function_that_can_read_more_than_its_inputs_is_refused(store):
    """A closure, a lambda, a partial and a method of a value all hold what no key sees."""
    label = "old"

    def closure() -> str:
        return label

    def inner() -> str:
        return "inside another function"

    for function in (closure, inner, lambda: "old", partial(doubled, by=2), "old".upper):
        with pytest.raises(TypeError, match="may read more than its inputs"):
            recall(store, function)


@pytest.mark.parametrize(
    "value", [Loose(1.0), object(), {1: "a"}, {1, 2}, np.array([None]), (1, Loose(2.0)), len]
)
def test_what_has_no_value_to_hash_is_refused(store, value):
    """It could change and still look the same."""
    with pytest.raises(TypeError, match="cannot be hashed by value"):
        recall(store, doubled, value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True), (1, 1.0), (1, "1"), (None, "None"), ((1, 2), [1, 2]), ((1, (2,)), ((1, 2),)),
        (Place((0, 1)), Place((1, 0))), (Entry(radius_m=1), Entry(radius_m=2)),
        (np.zeros((2, 3)), np.zeros((3, 2))), (np.zeros(2), np.zeros(2, dtype="f4")),
        (np.array([0.0]), np.array([-0.0])), ({"a": 1}, {"b": 1}),
    ],
)  # fmt: skip
def test_values_that_differ_hash_apart(one, other):
    """In type, shape, order or content."""
    from prospector.compute.store import key_of

    assert key_of(by_value(one)) != key_of(by_value(other))


def test_values_that_are_equal_hash_alike():
    """Each made apart, an array of every second number too."""
    assert by_value(Place((0, 1))) == by_value(Place((0, 1)))
    assert by_value(np.arange(6.0)[::2]) == by_value(np.array([0.0, 2.0, 4.0]))
