"""What tests of the map do and read again and again."""

from __future__ import annotations

from typing import Any

LINK_IS_LATE_MS = 300
"""The page writes its link at most ten times a second."""


def rows(page: Any) -> int:
    """Return how many targets the list says it holds."""
    return int(page.locator("table.targets").get_attribute("aria-rowcount")) - 1


def set_slider(page: Any, name: str, value: float) -> None:
    """Move a slider as a hand would."""
    page.locator(f"#{name}").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }",
        value,
    )


def link(page: Any) -> str:
    """Return what the page says of itself in its address, once it has said it."""
    page.wait_for_timeout(LINK_IS_LATE_MS)
    found: str = page.evaluate("location.hash")
    return found


def wait_until(page: Any, condition: str, *, seconds: float = 20) -> None:
    """Wait until a function of the page, which may be async, returns true.

    Playwright's own `wait_for_function` reads its text anew in the page at every look: the page's policy
    lets the first look pass and no other.
    """
    page.evaluate(f"""() => new Promise((done, fail) => {{
      const holds = {condition};
      const end = performance.now() + {1000 * seconds};
      const look = async () => {{
        if (await holds()) done();
        else if (performance.now() > end) fail(new Error("It never came to hold: " + holds));
        else requestAnimationFrame(look);
      }};
      look();
    }})""")


def next_frame(page: Any) -> None:
    """Wait until the page has been laid out anew, and what watches the size of its parts has answered."""
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
