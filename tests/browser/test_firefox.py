"""The map in Firefox: it opens from its file, asks nobody, complains of nothing, and does what it says."""

from __future__ import annotations

import os
import shutil
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from firefox import firefox

from prospector.map.html import write_map

ENTER, ESCAPE = "\ue007", "\ue00c"
ROWS = "Number(document.querySelector('table.targets').getAttribute('aria-rowcount')) - 1"


@pytest.fixture(scope="module")
def browsing():
    """Debian's or a packaged Firefox; its absence skips, but fails in CI."""
    program = next(
        (found for name in ("firefox-esr", "firefox") if (found := shutil.which(name))), None
    )
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no firefox on PATH: CI must open the map in it")
        pytest.skip("no firefox on PATH: the map is not opened in it")
    with firefox(program) as running:
        yield running


@pytest.fixture
def opened(browsing, payload, tmp_path):
    """The map, opened in a wide window; it must have asked nobody and complained of nothing."""
    write_map(payload, tmp_path / "map.html")
    browsing.requests.clear()
    browsing.complaints.clear()
    browsing.resize(1920, 1080)
    browsing.open((tmp_path / "map.html").as_uri())
    yield browsing
    browsing.evaluate("new Promise((done) => setTimeout(() => done(0), 100))")
    own = (tmp_path.as_uri(), "data:", "blob:")
    assert [url for url in browsing.requests if not url.startswith(own)] == []
    assert browsing.complaints == []


def colours(page, pane):
    """How many colours a pane's canvas shows."""
    return page.evaluate(
        f"""(() => {{
          const canvas = document.querySelector('.leaflet-{pane}-pane canvas');
          const {{ data }} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          const pixels = new Uint32Array(data.buffer).filter((pixel) => pixel >>> 24 > 200);
          return new Set(pixels).size;
        }})()"""
    )


@pytest.fixture
def picture():
    """Address on a server that answers, with an error."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/asked.png"
    server.shutdown()
    server.server_close()


def test_a_request_and_a_complaint_would_be_seen(browsing, picture, tmp_path):
    """A page that asks a server and complains is caught, so that silence is news."""
    page = f'<html data-ready="true"><img src="{picture}"><script>console.error("alas")</script></html>'
    (tmp_path / "asking.html").write_text(page, "utf-8")
    browsing.open((tmp_path / "asking.html").as_uri())
    assert picture in browsing.requests
    assert "alas" in browsing.complaints


def test_targets_are_drawn_and_listed(opened, payload):
    """As many rows as targets, and their classes' colours on the canvas."""
    assert opened.evaluate(ROWS) == len(payload["models"][0]["targets"])
    opened.wait("document.querySelector('.leaflet-targets-pane canvas').style.display !== 'none'")
    assert colours(opened, "targets") >= 5
    assert opened.evaluate("document.querySelector('#without-script') === null")


def test_a_row_opens_the_card_and_escape_closes_it(opened):
    """Row, card and link say the same target."""
    opened.click("tbody tr[data-target]")
    target = opened.evaluate("document.querySelector('tbody tr[data-target]').dataset.target")
    opened.wait("document.querySelector('.card').offsetHeight > 0")
    assert target in opened.evaluate("document.querySelector('.card').innerText")
    opened.wait(f"location.hash.includes('target={target}')")
    opened.press(ESCAPE)
    opened.wait("document.querySelector('.card').offsetHeight === 0")


def test_filters_layers_and_sliders_work(opened, payload):
    """New ground only; a layer off; other weights mark the view."""
    targets = payload["models"][0]["targets"]
    opened.click("#new-ground")
    assert opened.evaluate(ROWS) == sum(one["known_deposits"] == 0 for one in targets)
    opened.click(".tool-layers")
    opened.click("[data-layer=faults]")
    opened.wait("location.hash.includes('layers=-faults')")
    opened.click(".what-if > summary")
    opened.evaluate("document.querySelector('#weight-crossings').focus() ?? 0")
    opened.press("\ue014", "\ue014")
    opened.wait("document.querySelector('.not-the-run').offsetHeight > 0")
    opened.wait("location.hash.includes('weights=crossings:1.2')")


def test_a_link_restores_the_view_in_spanish(opened, payload, tmp_path):
    """Filters, target, ground and language."""
    target = payload["models"][0]["targets"][2]["target_id"]
    write_map(payload, tmp_path / "again.html")
    link = f"#model=porphyry_copper&target={target}&score=0.5&ground=evidence/crust&language=es"
    opened.open((tmp_path / "again.html").as_uri() + link)
    assert target in opened.evaluate("document.querySelector('.card').innerText")
    assert opened.evaluate(ROWS) == sum(
        one["score"] >= 0.5 for one in payload["models"][0]["targets"]
    )
    assert opened.evaluate("document.documentElement.lang") == "es"
    assert opened.evaluate("document.querySelectorAll('img.ground-raster').length") == 1


def test_a_telephone_starts_with_the_map(opened):
    """390 pixels wide: the list is folded, nothing runs over the edge."""
    opened.resize(390, 844)
    opened.reload()
    assert opened.evaluate("document.querySelector('.panel').classList.contains('is-folded')")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_policy_of_the_file_holds(opened, picture):
    """Neither a script nor a picture of the page can ask a server that is there."""
    assert opened.evaluate(f"fetch('{picture}').then(() => 'asked', () => 'refused')") == "refused"
    ask = (
        f"new Promise((done) => {{ const image = new Image(); image.src = '{picture}'; "
        "image.onload = () => done('asked'); image.onerror = () => done('refused'); })"
    )
    assert opened.evaluate(ask) == "refused"
    while sum("blocked the loading" in one for one in opened.complaints) < 2:
        opened.evaluate("new Promise((done) => setTimeout(() => done(0), 50))")
    assert picture not in opened.requests
    opened.complaints.clear()
