"""What a person sees in a browser."""

from webapp.app import create_app
from webapp.config import WebConfig

__all__ = ["WebConfig", "create_app"]
