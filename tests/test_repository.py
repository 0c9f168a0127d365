"""What is in the repository, and what must never be."""

import math
import re
import subprocess
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abps]-[A-Za-z0-9-]{10,}"
    r"|(?:mongodb(?:\+srv)?|rediss?|smtp)://[^\s/:@]+:[^\s/@{$]+@(?!(?:host|c@d|c|localhost|127\.0\.0\.1)\b)[^\s]+"
)
ASSIGNED = re.compile(
    r"(?i)(?:secret_key|encryption_keys|mail_password|webhook_secret|api_key|token)"
    r"""["']?\s*[:=]\s*["']?([A-Za-z0-9+/_=-]{24,})"""
)
NAMES = re.compile(r"(^|/)(\.env|secret_key|encryption_keys|.*\.(pem|key|p12|pfx|kdbx))$")
RANDOM_BITS = 3.2


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [Path(name) for name in listed.stdout.split("\0") if name]


def bits(text: str) -> float:
    """Return how much each sign of a text surprises: random ones by three bits or more."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def found_in(text: str) -> list[str]:
    assigned = [one for one in ASSIGNED.findall(text) if bits(one) > RANDOM_BITS]
    return SECRETS.findall(text) + assigned


def test_no_secret_is_in_the_repository() -> None:
    found = {}
    for path in tracked():
        assert not NAMES.search(str(path)), path
        try:
            text = (ROOT / path).read_text()
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a picture, or a file that was taken away in this very change
        if found_in(text) and path.name != Path(__file__).name:
            found[str(path)] = found_in(text)
    assert found == {}


def test_the_search_would_find_one() -> None:
    assert found_in("SECRET_KEY=8f2b1c9de0a7455fb1d3c2e4a5968770")
    assert found_in('mail_password: "Zt7fK2mVq9XwB4nR8sLd1PcY"')
    assert found_in("mongodb://clinic:hunter2hunter2@db.example.org/")
    assert not found_in('SECRET_KEY="k" * 32')


def test_the_image_runs_as_nobody_in_particular_and_holds_no_settings() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER 10001:10001$", dockerfile, re.M)
    assert "COPY . " not in dockerfile
    compose = (ROOT / "compose.yaml").read_text()
    for guard in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert guard in compose
