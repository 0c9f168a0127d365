"""For machines that watch over the app."""

from flask import Blueprint, Response

from domain import database

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    """Say that this process answers."""
    return Response("alive\n", mimetype="text/plain")


@bp.get("/readyz")
async def ready() -> Response:
    """Say that requests can be served: the database answers."""
    await database.ping()
    return Response("ready\n", mimetype="text/plain")


@bp.get("/robots.txt")
def robots() -> Response:
    """Ask search engines to stay away."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
