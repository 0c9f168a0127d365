"""What a page weighs and whether it moves while it loads, as the browser itself has measured it."""

from dataclasses import dataclass
from typing import cast

from playwright.sync_api import Page

_MEASURE = """
async () => {
  const painted = await new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const [first] = list.getEntriesByName("first-contentful-paint");
      if (first) resolve(first.startTime);
    }).observe({ type: "paint", buffered: true });
  });
  const [page] = performance.getEntriesByType("navigation");
  const files = performance.getEntriesByType("resource");
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) shift += one.value;
  }).observe({ type: "layout-shift", buffered: true });
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  return {
    html: page.decodedBodySize,
    wire: files.reduce((sum, one) => sum + one.transferSize, page.transferSize),
    paint: painted,
    shift,
  };
}
"""


@dataclass(frozen=True)
class Weight:
    """Bytes of the page itself and of all on the wire, milliseconds to the first paint, shift."""

    html: int
    wire: int
    paint: float
    shift: float


def weigh(page: Page) -> Weight:
    """Return what the page that is open weighs, once it is painted: a page may be loaded before."""
    return Weight(**cast("dict[str, float]", page.evaluate(_MEASURE)))  # type: ignore[arg-type]
