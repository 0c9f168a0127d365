"""docs/security.md: each requirement of the standard has its row, each row a proof that exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs/security.md").read_text()
CONTROLS, _, REST = TEXT.partition("### Not applicable")
ROWS = re.findall(r"^\| v5\.0\.0-(\S+) \| (.+?) \| (.+?) \|$", CONTROLS, re.M)
OUTSIDE = REST.partition("### Gaps")[0]

# ASVS 5.0.0: how many requirements of levels 1 and 2 each section has; they come first in it.
SECTIONS = {
    "1": (2, 9, 11, 3, 2),
    "2": (3, 3, 4, 1),
    "3": (0, 2, 4, 6, 5, 0, 2),
    "4": (3, 1, 2, 4),
    "5": (1, 3, 2, 3),
    "6": (3, 12, 4, 4, 5, 3, 0, 4),
    "7": (3, 4, 2, 5, 2, 2),
    "8": (2, 3, 1, 1),
    "9": (3, 4),
    "10": (2, 2, 4, 11, 5, 2, 3),
    "11": (2, 3, 3, 4, 1, 1),
    "12": (3, 2, 4),
    "13": (1, 5, 2, 5),
    "14": (2, 4, 3),
    "15": (3, 3, 7),
    "16": (1, 5, 4, 3, 3),
    "17": (1, 4, 2),
}
REQUIREMENTS = [
    f"{chapter}.{section}.{number}"
    for chapter, counts in SECTIONS.items()
    for section, count in enumerate(counts, start=1)
    for number in range(1, count + 1)
]


def left_out(requirement: str) -> bool:
    """Tell whether a requirement, its section or its chapter is said not to apply."""
    chapter, section, _ = requirement.split(".")
    names = (requirement, f"{chapter}.{section}.x", f"{chapter}.x")
    return any(re.search(rf"(?<![\d.]){re.escape(name)}(?![\d])", OUTSIDE) for name in names)


def test_every_requirement_of_level_two_has_a_row_or_a_reason() -> None:
    assert len(REQUIREMENTS) == 253
    rows = [name for name, _, _ in ROWS]
    assert len(rows) == len(set(rows))
    missing = [one for one in REQUIREMENTS if one not in rows and not left_out(one)]
    both = [one for one in rows if left_out(one)]
    assert (missing, both) == ([], [])


def files_named(text: str) -> list[Path]:
    """Return the files that a proof names, as they would lie in the repository."""
    named = re.findall(r"`([\w/.-]+\.py|faults/)`", text)
    return [ROOT / one if (ROOT / one).exists() else ROOT / "tests" / one for one in named]


def without_proof(how: str, proof: str) -> list[str]:
    """Return what a row names that does not exist; a word in brackets is one of a test's name."""
    wrong = [str(path) for path in files_named(f"{how} {proof}") if not path.exists()]
    by_others = re.search(r"README|Makefile|`make check`|`run.py check`|see Gaps", proof)
    if not files_named(proof) and not by_others:
        wrong.append("no proof")
    tests = "".join(path.read_text() for path in files_named(proof) if path.is_file())
    words = re.findall(r"test_\w+\.py` \(([^)]+)\)", proof)
    return wrong + [one for one in words if one.replace(" ", "_") not in tests]


def test_every_row_names_a_proof_that_exists() -> None:
    wrong = {name: without_proof(how, proof) for name, how, proof in ROWS}
    assert {name: one for name, one in wrong.items() if one} == {}
