"""What each page costs as the data grows: flat, or something reads more than it shows.

    python -m bench.growth                        # 1,000, 10,000 and 100,000 slots of the past
    python -m bench.growth --sizes 1e3,1e6 --kept FOLDER   # fills only what is not there yet

One table with CPU of app and database and the commands for each request, and how each page's cost
at the largest size compares with the smallest; the latter as a chart for Markdown, too.
"""

import argparse
from pathlib import Path

from bench.clinic import filled_clinic
from bench.paths import Figures, measured, paths
from tests.domain.commands import listen

_READ = (
    # Read anew: what was kept costs the same whatever there is.
    "week anew",
    "doctors anew",
    "slot",
    "mine",
    "calendar",
    "day anew",
    "first anew",
    "last anew",
)
_PAGES = (*_READ, "book", "cancel", "offer", "withdraw")
_BAR = 20
# What a page may cost more where there is a thousand times as much.
_ALLOWED = 1.3


def costs(
    size: int, calls: int, rounds: int, kept: Path | None
) -> tuple[dict[str, Figures], float]:
    """Return each page's cost with so many slots, and the MB that the app took to serve them."""
    with filled_clinic(size, kept) as clinic:
        filled = memory()
        known = paths(clinic)
        for name in _READ:
            known[name](0)
        found = {name: measured(clinic, known[name], calls, rounds) for name in _PAGES}
        return found, memory() - filled


def memory() -> float:
    """Return how much memory this process takes, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def table(sizes: list[int], found: list[tuple[dict[str, Figures], float]]) -> list[str]:
    """Return the figures as lines: for each size app ms, database ms and commands."""
    lines = ["path".ljust(13) + "".join(f"{size:>24,}" for size in sizes) + "   growth"]
    for name in _PAGES:
        cells = [one[name] for one, _ in found]
        shown = "".join(f"{one.app:9.2f} {one.database:8.2f} {one.commands:5.1f}" for one in cells)
        growth = growth_of(cells)
        bar = "#" * round(min(growth, 4) * _BAR / 4)
        lines.append(f"{name:13}{shown}   {growth:4.2f} {bar}")
    taken = "".join(f"{one:24.0f}" for _, one in found)
    return [*lines, "MB taken".ljust(13) + taken]


def growth_of(cells: list[Figures]) -> float:
    """Return what a page costs at the largest size, as a multiple of the smallest."""
    first, last = (one.app + one.database for one in (cells[0], cells[-1]))
    return last / first if first else 1.0


def chart(sizes: list[int], found: list[tuple[dict[str, Figures], float]]) -> list[str]:
    """Return a Mermaid chart: each page's growth as a bar, below a line at what is allowed."""
    growths = [growth_of([one[name] for one, _ in found]) for name in _PAGES]
    return [
        "xychart-beta",
        f'    title "Cost at {sizes[-1]:,} slots, as a multiple of {sizes[0]:,}"',
        f"    x-axis [{', '.join(name.removesuffix(' anew') for name in _PAGES)}]",
        f'    y-axis "times" 0 --> {max(2.0, *growths):.1f}',
        f"    bar [{', '.join(f'{growth:.2f}' for growth in growths)}]",
        f"    line [{', '.join(str(_ALLOWED) for _ in growths)}]",
    ]


def main() -> None:
    """Measure each size and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", default="1e3,1e4,1e5")
    parser.add_argument("--calls", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kept", type=Path, help="where filled databases stay for the next time")
    options = parser.parse_args()
    listen()
    sizes = [int(float(size)) for size in options.sizes.split(",")]
    found = [costs(size, options.calls, options.rounds, options.kept) for size in sizes]
    print("For each size: ms of app CPU, ms of database CPU, commands; growth of both CPUs.")
    print("\n".join(table(sizes, found)))
    print("\n".join(chart(sizes, found)))


if __name__ == "__main__":
    main()
