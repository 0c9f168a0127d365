"""What every answer tells the browser about how to treat it."""

from flask import Flask, Response, current_app, request

from webapp.config import WebConfig

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # the base stylesheet draws its icons from data addresses
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}

# The address of such a page lets its reader act: no other page may learn it.
_NAMED_BY_SECRET = frozenset(
    {"recovery.reset", "manage.show", "manage.act", "confirming.show", "confirming.confirm"}
)


def init_app(app: Flask) -> None:
    """Set the headers on every answer, errors included."""
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    # All at once: `setdefault` compares a name with each that is there already.
    named = {name.lower() for name, _ in response.headers}
    response.headers.extend([one for one in _ALWAYS.items() if one[0].lower() not in named])
    if request.endpoint in _NAMED_BY_SECRET:
        response.headers["Referrer-Policy"] = "no-referrer"
    config: WebConfig = current_app.extensions["bookwell"]
    if config.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static" or response.status_code >= 400:
        # Pages carry names and form tokens: neither a proxy nor the Back button may keep them.
        response.headers["Cache-Control"] = "no-store"
        response.vary.update(("Accept-Language", "Cookie", "HX-Request"))
    return response
