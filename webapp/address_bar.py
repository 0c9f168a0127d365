"""How the browser's address follows a list that changes in place."""

from urllib.parse import parse_qsl

from flask import Response, request

from webapp.addresses import address_parts
from webapp.responses import wants_fragment

# Whoever types begins at the first page again.
_TYPED = {"q", "after"}


def follow(response: Response, address: str) -> None:
    """Let htmx show the address of a list; what is typed letter by letter is one step back."""
    if wants_fragment():
        header = "HX-Replace-Url" if _is_same_step(address) else "HX-Push-Url"
        response.headers[header] = address


def _is_same_step(address: str) -> bool:
    before = _asked(request.htmx.current_url)  # type: ignore[attr-defined]
    now = _asked(address)
    changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    is_typing = {"q"} <= changed <= _TYPED and {"q"} <= {*before} & {*now}
    return is_typing or not changed


def _asked(address: str | None) -> dict[str, str]:
    return dict(parse_qsl(address_parts(address).query))
