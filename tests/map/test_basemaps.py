"""Base maps from a server of tiles: named, and allowed by the page's policy, one by one."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from prospector.errors import OutputError
from prospector.map.basemaps import BASEMAPS, basemap
from prospector.map.content_policy import POLICY_MARK, with_content_policy
from prospector.map.payload_schema import Basemap


@pytest.mark.parametrize("name", BASEMAPS)
def test_every_host_of_the_address_is_allowed_and_no_other(name):
    """The policy names origins, no wildcard."""
    told = Basemap.model_validate(basemap(name))
    page = with_content_policy(f"<html><head>{POLICY_MARK}</head></html>", told.hosts)
    assert f"img-src data: blob: {' '.join(told.hosts)};" in page
    addresses = {told.url.replace("{s}", one) for one in told.subdomains or [""]}
    assert {"/".join(one.split("/")[:3]) for one in addresses} == set(told.hosts)


def test_an_unknown_base_map_is_refused_by_name():
    """The error names those that there are."""
    with pytest.raises(OutputError, match=r"Unknown base map 'bing'.*esri-imagery, opentopomap"):
        basemap("bing")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("url", "http://tiles.example.org/{z}/{x}/{y}.png"),
        ("hosts", ["https://tiles.example.org; script-src *"]),
        ("attribution", "<b>Example</b>"),
    ],
)
def test_what_could_widen_the_policy_or_become_markup_is_refused(key, value):
    """No plain http, no second directive, no tags."""
    with pytest.raises(ValidationError, match=key):
        Basemap.model_validate({**basemap("opentopomap"), key: value})
