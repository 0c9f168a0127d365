"""What a page weighs and whether it moves while it loads, as the browser itself has measured it."""

from dataclasses import dataclass
from typing import cast

from playwright.sync_api import Page

_MEASURE = """
() => new Promise((resolve) => {
  const [page] = performance.getEntriesByType("navigation");
  const files = performance.getEntriesByType("resource");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) shift += one.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => resolve({
    html: page.decodedBodySize,
    wire: files.reduce((sum, one) => sum + one.transferSize, page.transferSize),
    paint: paint ? paint.startTime : 0,
    shift,
  }), 0));
})
"""


@dataclass(frozen=True)
class Weight:
    """Bytes of the page itself and of all on the wire, milliseconds to the first paint, shift."""

    html: int
    wire: int
    paint: float
    shift: float


def weigh(page: Page) -> Weight:
    """Return what the page that is open weighs."""
    return Weight(**cast("dict[str, float]", page.evaluate(_MEASURE)))  # type: ignore[arg-type]
