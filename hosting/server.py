"""Gunicorn, inside this process: listening on the network, workers, and their orderly end."""

import logging
import resource
import sys
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from domain.errors import Unavailable
from hosting.logs import ServerLog
from hosting.network import bracketed
from hosting.settings import Settings
from hosting.web_worker import WebWorker

log = logging.getLogger(__name__)

_FINISHING_SECONDS = 30
# Whom a worker has not taken in waits in the system's queue, and beyond its few thousand places is
# cut off without a word; taken in, everybody is answered: some at once, that they come again.
_CONNECTIONS = 10_000
_OTHER_FILES = 200
_PLACES_IN_LINE = 4096
_COME_BACK = 1  # any exit code of a worker but gunicorn's two that end the whole server


class Composition(Protocol):
    """A composed house: what serves requests, and how to close it."""

    app: Flask

    def close(self) -> None:
        """Drain or hand back deliveries, then close database and loop."""


Compose = Callable[[], Composition]


def serve(
    settings: Settings, compose: Compose, *, announce: Callable[[], None], watch: Callable[[], None]
) -> NoReturn:
    """Serve until SIGTERM or Ctrl-C, then leave with exit code 0.

    `compose` builds the house in each worker process, `announce` is called once the first one
    serves, `watch` about every second in this process.
    """
    _Arbiter(_Server(settings, compose, announce, watch)).run()
    raise AssertionError("the arbiter ends by SystemExit")


class _Server(BaseApplication):  # type: ignore[misc]
    """The configuration of the server and the house that each worker composes for itself."""

    def __init__(
        self,
        settings: Settings,
        compose: Compose,
        announce: Callable[[], None],
        watch: Callable[[], None],
    ) -> None:
        self.settings, self.compose = settings, compose
        self.announce, self.watch = announce, watch
        self.house: Composition | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in _options(self.settings).items():
            self.cfg.set(name, value)
        self.cfg.set("post_worker_init", self._serving)
        self.cfg.set("worker_exit", self._leaving)

    def load(self) -> Flask:
        try:
            self.house = self.compose()
        except Unavailable:
            log.warning("the database does not answer; this worker makes room for a new attempt")
            sys.exit(_COME_BACK)
        return self.house.app

    def _serving(self, worker: Any) -> None:
        if worker.age == 1:
            self.announce()

    def _leaving(self, _arbiter: Any, _worker: Any) -> None:
        if self.house is not None:
            self.house.close()
            self.house = None


class _Arbiter(Arbiter):  # type: ignore[misc]
    """The parent of the workers; Ctrl-C lets them finish, and the database is watched here."""

    def handle_int(self) -> None:
        self.handle_term()

    def manage_workers(self) -> None:
        super().manage_workers()
        self.app.watch()


def _connections() -> int:
    """Return how many connections a worker may hold; this process opens as many files as it may."""
    wanted = _CONNECTIONS + _OTHER_FILES
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    if now != resource.RLIM_INFINITY and now < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return files - _OTHER_FILES


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "bind": f"{bracketed(settings.host)}:{settings.port}",
        "workers": settings.web_processes,
        "threads": settings.web_threads,
        "worker_class": WebWorker,
        "worker_connections": _connections(),
        "backlog": _PLACES_IN_LINE,
        "timeout": 60,
        "graceful_timeout": _FINISHING_SECONDS,
        "keepalive": 5,
        "limit_request_line": 4094,
        "limit_request_fields": 100,
        "limit_request_field_size": 8190,
        "accesslog": None,
        "loglevel": "debug" if settings.log_level == "DEBUG" else "warning",
        "logger_class": ServerLog,
        # Whom to believe about the client's address and scheme is decided in the app alone.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "control_socket_disable": True,
        "proc_name": "bookwell",
    }
