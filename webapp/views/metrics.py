"""Figures for Prometheus: for this machine, or for whoever has the token."""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST

from webapp.config import WebConfig
from webapp.figures import figures

bp = Blueprint("metrics", __name__)

_CLOSED = "Metrics are for this machine, or for whoever sends METRICS_TOKEN as a bearer token.\n"


@bp.get("/metrics")
async def show() -> Response:
    """Tell what all processes have counted, and what waits."""
    if not (_has_token() or _is_here()):
        return Response(_CLOSED, 403, mimetype="text/plain")
    return Response(await figures()(), content_type=CONTENT_TYPE_LATEST)


def _has_token() -> bool:
    config: WebConfig = current_app.extensions["bookwell"]
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    wanted = config.metrics_token
    return (
        bool(wanted)
        and scheme == "Bearer"
        and hmac.compare_digest(given.encode(), (wanted or "").encode())
    )


def _is_here() -> bool:
    """Tell whether this machine asks, and not a proxy on it for somebody elsewhere."""
    config: WebConfig = current_app.extensions["bookwell"]
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} & set(request.headers.keys())
    if forwarded and not config.trusted_proxies:
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
