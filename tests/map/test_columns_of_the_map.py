"""Targets and features as columns: a record that is looked at is the one that was given."""

import pytest
import shapely
from plain_payload import as_dict
from pydantic import ValidationError

from prospector.map.features import Feature, Features
from prospector.map.payload import map_payload
from prospector.map.rows import Recorded, Rows
from prospector.map.targets import TargetPayload, Targets

POINT = shapely.Point(-68.9, -22.5)
ROWS = [
    (("holder", "A"), ("state", "held")),
    (),
    (("state", "sought"),),
    (("holder", "B"), ("state", "held")),
]


def test_features_are_those_that_were_given():
    """Those with the same labels, those with others and those without any, in their order."""
    given = [Feature(geometry=POINT, name=str(n), rows=rows) for n, rows in enumerate(ROWS)]
    features = Features.of(given)
    assert list(features) == given
    assert features[1:3] == given[1:3]
    assert features[-1] == given[-1]
    assert features.labels == [("holder", "state"), (), ("state",)]
    assert features.values() == {"holder": {"A", "B"}, "state": {"held", "sought"}}
    assert [shape.equals(POINT) for shape in features.shapes()] == [True] * 4


def test_a_feature_without_geometry_is_refused():
    """It is validated like any other record of the payload."""
    with pytest.raises(ValidationError, match="geometry"):
        Features.of([{"name": "nowhere"}])


def test_targets_are_those_that_were_given(atacama_screening):
    """Every field of every target of the shipped region, whatever it lacks."""
    for model in map_payload(atacama_screening)["models"]:
        given = [TargetPayload(**as_dict(target)) for target in model["targets"]]
        again = Targets.of(given)
        assert [as_dict(target) for target in again] == [as_dict(target) for target in given]
        assert again[:2] == given[:2]
        assert again[-1:] == given[-1:]


def test_no_target_is_no_target():
    """A deposit model that found none."""
    assert (len(Targets()), list(Targets()), len(Features())) == (0, [], 0)


def test_rows_are_made_when_they_are_asked_for():
    """By number, from the end, in slices and one after another."""
    rows = Rows({"rank": [1, 2, 3], "rows": Recorded(3, ["state"], [["held", None, "sought"]])})
    every = [
        {"rank": 1, "rows": [("state", "held")]},
        {"rank": 2, "rows": []},
        {"rank": 3, "rows": [("state", "sought")]},
    ]
    assert (list(rows), rows[1:], rows[-1], len(rows)) == (every, every[1:], every[-1], 3)
    assert list(Recorded(2, [], [])) == [[], []]
