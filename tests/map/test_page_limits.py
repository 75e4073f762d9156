"""What the page decides by a limit, Python decides by the same one: a figure is judged once."""

import re
from pathlib import Path

import pytest

import prospector
from prospector.map import static_names
from prospector.pages import figure_answers, work
from prospector.targets import contributions, places

PAGE = Path(prospector.__file__).parent / "map/page"
LIMITS = [
    ("reasons.js", "LEAST_PART", contributions.LEAST),
    ("place.js", "TOUCHING_KM", places.TOUCHING_KM),
    ("work.js", "LEAST_SHARE", work.UNKNOWN_SHARE),
    ("work.js", "FAR_KM", work.FAR_KM),
    ("trust.js", "STEADY", work.UNSTEADY_PERCENTILES),
    ("labels.js", "MAIN_TOWNS", static_names.MAIN_TOWNS),
    ("past.js", "BEST", figure_answers.BEST / 100),
]
"""A script, the name of a limit in it, and what Python has."""


@pytest.mark.parametrize(("script", "name", "limit"), LIMITS)
def test_a_limit_of_the_page_is_that_of_python(script, name, limit):
    """Map and report say the same of the same figure."""
    [stated] = re.findall(rf"const {name} = ([\d.]+);", (PAGE / script).read_text("utf-8"))
    assert float(stated) == limit
