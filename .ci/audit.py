"""Look for known vulnerabilities in the pinned Python packages.

Fails on a finding. Where the advisory service does not answer there is nothing to fail on: then
it says loudly that nothing was audited.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOUD = "!" * 72
OPTIONS = (
    "--requirement=requirements-dev.txt",
    "--no-deps",
    "--disable-pip",
    "--timeout=10",
    "--progress-spinner=off",
    "--format=json",
)


def main() -> int:
    """Audit requirements-dev.txt, which holds the run-time packages too."""
    command = [str(Path(sys.executable).with_name("pip-audit")), *OPTIONS]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        packages = json.loads(result.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return skipped("it did not answer within two minutes")
    except (ValueError, KeyError):
        return skipped(result.stderr.strip().rpartition("\n")[2])
    return report(packages)


def report(packages: list[dict[str, Any]]) -> int:
    """Print what was found and return the exit code."""
    audited = [package for package in packages if "skip_reason" not in package]
    found = [(package, flaw) for package in audited for flaw in package["vulns"]]
    for package, flaw in found:
        fixed = ", ".join(flaw["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {flaw['id']}, fixed in {fixed}")
    if not audited:
        return skipped("it knows none of the packages")
    unknown = [package["name"] for package in packages if package not in audited]
    if unknown:
        print(f"{LOUD}\nNOT AUDITED, unknown to the advisory service: {', '.join(unknown)}\n{LOUD}")
    print(f"Dependency audit: {len(audited)} packages, {len(found)} known vulnerabilities.")
    return 1 if found else 0


def skipped(reason: str) -> int:
    """Say loudly that nothing was audited."""
    print(f"{LOUD}\nDEPENDENCY AUDIT SKIPPED: the advisory service was of no use: {reason}\n{LOUD}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
