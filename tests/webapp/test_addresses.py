"""Where a person may be sent after signing in."""

import pytest

from webapp.addresses import safe_path

HOSTILE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/ok\r\nSet-Cookie: a=b",
    "/a\x00b",
    "/ünï",
    "evil.example",
    "/" + "a" * 600,
    "",
    None,
]


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_is_no_address(address: str | None) -> None:
    assert safe_path(address) is None


@pytest.mark.parametrize(
    "address",
    ["/", "/appointments", "/slots/0123456789abcdef01234567", "/desk?date=2026-12-01&q=a%20b"],
)
def test_a_path_of_this_site_stays(address: str) -> None:
    assert safe_path(address) == address
