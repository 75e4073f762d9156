"""Many polygons on the canvas: painted in steps and out of sight, and the same as if at once."""

import math
import random

import pytest

from prospector.map.html import write_map
from tests.browser.hand import wait_until

CANVAS = """
  const layers = Object.values(map_prospector._layers);
  const renderer = (pane) => layers.find((one) => one.finish && one.options.pane === pane);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const painted = async (pane) => {
    await frame();
    while (renderer(pane)._picture?.painters.length) await frame();
  };
  const pixels = (pane) => {
    const { _container: canvas } = renderer(pane);
    return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  };
"""
SAME = f"""async (pane) => {{
  {CANVAS}
  await painted(pane);
  const [inSteps, one] = [pixels(pane), renderer(pane)];
  one.options.whole = true;
  one.show([...one._sheets]);
  one.options.whole = false;
  const atOnce = pixels(pane);
  let [coloured, other] = [0, 0];
  for (let at = 0; at < atOnce.length; at += 4) {{
    coloured += atOnce[at + 3] > 0;
    const paint = (data, part) => (data[at + part] * data[at + 3]) / 255;
    const away = [0, 1, 2].map((part) => Math.abs(paint(atOnce, part) - paint(inSteps, part)));
    other += Math.max(...away, Math.abs(atOnce[at + 3] - inSteps[at + 3])) > 32;
  }}
  return [coloured, inSteps.length === atOnce.length ? other : Infinity];
}}"""
VIEW = f"""async ([longitude, latitude, zoom]) => {{
  {CANVAS}
  map_prospector.setView([latitude, longitude], zoom, {{ animate: false }});
  await painted("targets");
}}"""
OPACITY = f"""([longitude, latitude]) => {{
  {CANVAS}
  const canvas = renderer("targets")._container;
  const box = canvas.getBoundingClientRect();
  const map = map_prospector.getContainer().getBoundingClientRect();
  const at = map_prospector.latLngToContainerPoint([latitude, longitude]);
  const [across, down] = [map.left + at.x - box.left, map.top + at.y - box.top].map(Math.floor);
  return canvas.getContext("2d").getImageData(across, down, 1, 1).data[3];
}}"""


def rounded(east, north, radius, chance):
    """An uneven outline of 24 vertices."""
    reach = [radius * chance.uniform(0.8, 1.1) for _ in range(24)]
    ring = [
        [
            round(east + one * math.cos(step * math.tau / 24), 5),
            round(north + one * math.sin(step * math.tau / 24), 5),
        ]
        for step, one in enumerate(reach)
    ]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def many(payload, count=2600):
    """The payload with so many targets over the whole region, and no layer but the picture."""
    chance = random.Random("many")
    west, south, east, north = payload["bounds"]
    model = payload["models"][0]
    plain = model["targets"][-1]
    places = [(chance.uniform(west, east), chance.uniform(south, north)) for _ in range(count)]
    model["targets"] = [
        {
            **plain, "target_id": f"M-{rank:08x}", "rank": rank, "score": round(1 - rank / (count + 1), 4),
            "percentile": round(100 - 20 * rank / count, 3), "known_deposits": rank % 2,
            "known_names": "A mine" if rank % 2 else "", "centre": [round(east, 5), round(north, 5)],
            "geometry": rounded(east, north, chance.uniform(0.005, 0.06), chance),
        }
        for rank, (east, north) in enumerate(places, start=1)
    ]  # fmt: skip
    payload["models"] = [model]
    payload["layers"] = [one for one in payload["layers"] if one["kind"] == "image"]
    return payload


WHEN_READY = f"""new MutationObserver((_, observer) => {{
  if (!document.documentElement.dataset.ready) return;
  observer.disconnect();
  {CANVAS}
  const canvas = renderer("targets")._container;
  window.seenWhenReady = canvas.style.display !== "none" && pixels("targets").some((one) => one > 0);
  const pictures = [...document.querySelectorAll(".leaflet-image-layer")];
  window.picturesWhenReady = pictures.map((one) => one.complete);
}}).observe(document, {{ attributes: true, subtree: true, attributeFilter: ["data-ready"] }})"""


def test_a_page_that_says_it_is_ready_shows_its_targets(map_page, payload, tmp_path):
    """They take some frames: a picture of the page that is taken then must hold them."""
    write_map(many(payload), tmp_path / "map.html")
    page = map_page.browse("about:blank", width=1400, height=800)
    page.add_init_script(WHEN_READY)
    page.goto((tmp_path / "map.html").as_uri())
    wait_until(page, "() => window.seenWhenReady !== undefined")
    assert page.evaluate("[seenWhenReady, picturesWhenReady]") == [True, [True]]


@pytest.mark.parametrize("zoom", [5.5, 7, 8, 9.25])
def test_what_is_painted_in_steps_is_what_is_painted_at_once(map_page, payload, zoom):
    """At a zoom, and after a pan that takes over what was painted and paints the rest."""
    page = map_page.open(many(payload))
    page.evaluate(VIEW, [-68.6, -23.7, zoom])
    coloured, other = page.evaluate(SAME, "targets")
    assert coloured > 2000
    assert other == 0
    page.evaluate("() => { map_prospector.panBy([700, 260], { animate: false }); }")
    coloured, other = page.evaluate(SAME, "targets")
    assert coloured > 1000
    assert (
        other <= 20
    )  # places that are rounded otherwise from another corner; a seam would be hundreds


def test_a_pan_paints_only_what_was_not_in_the_picture(map_page, payload):
    """Beyond the room around the view, most of the picture is taken from the one before."""
    page = map_page.open(many(payload))
    page.evaluate(VIEW, [-68.6, -23.7, 8])
    pan = f"""async () => {{
      {CANVAS}
      let fills = 0;
      const plain = CanvasRenderingContext2D.prototype.fill;
      CanvasRenderingContext2D.prototype.fill = function (...rule) {{
        fills += 1;
        return plain.apply(this, rule);
      }};
      const counted = async (act) => {{ fills = 0; act(); await painted("targets"); return fills; }};
      const short = await counted(() => map_prospector.panBy([60, 40], {{ animate: false }}));
      const far = await counted(() => map_prospector.panBy([500, 0], {{ animate: false }}));
      const whole = await counted(() => renderer("targets").show([...renderer("targets")._sheets]));
      return [short, far, whole];
    }}"""
    short, far, whole = page.evaluate(pan)
    assert short == 0
    assert 0 < far < 0.6 * whole


def test_while_a_picture_is_painted_the_one_before_stays_at_its_place(map_page, payload):
    """Right after the zoom changed the earlier picture is drawn twice as large; then the new one as it is."""
    page = map_page.open(many(payload))
    page.evaluate(VIEW, [-68.6, -23.7, 7])
    scales = page.evaluate(f"""async () => {{
      {CANVAS}
      const one = renderer("targets");
      const scaleOf = () => Number(/scale\\(([\\d.]+)\\)/.exec(one._container.style.transform)[1]);
      const paint = one._paint;
      one._paint = () => {{}};
      map_prospector.setZoom(8, {{ animate: false }});
      const before = scaleOf();
      one._paint = paint;
      one.finish();
      return [before, scaleOf()];
    }}""")
    assert scales == [2, 1]


def test_what_is_drawn_is_hit_at_every_zoom(map_page, payload):
    """Where a target is, the canvas is coloured and the pointer finds one; far from all, neither."""
    payload = many(payload, 400)
    targets = payload["models"][0]["targets"]
    page = map_page.open(payload)
    box = page.locator(".folium-map").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for zoom in (5, 6.25, 8, 10, 12.5):
        for target in (targets[0], targets[-1]):
            page.evaluate(VIEW, [*target["centre"], zoom])
            page.mouse.move(middle[0] + 9, middle[1] + 9)
            page.mouse.move(*middle)
            assert page.evaluate(OPACITY, target["centre"]) > 0, zoom
            assert page.locator(".tip").is_visible(), zoom
    outside = [payload["bounds"][0] - 3, payload["bounds"][1] - 3]
    page.evaluate(VIEW, [*outside, 12])
    page.mouse.move(*middle)
    assert page.evaluate(OPACITY, outside) == 0
    assert not page.locator(".tip").is_visible()
