"""One process that serves: gunicorn's threaded worker, held up by no client, slow or silent."""

import signal
import socket
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from time import monotonic
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from hosting.arriving import SECONDS, ClientSocket

_PARTING_SECONDS = 2.0
_PARTING_BYTES = 64 * 1024


class Threads(ThreadPoolExecutor):
    """The threads of a worker."""

    @property
    def waiting(self) -> int:
        """How many requests no thread has taken up yet."""
        return self._work_queue.qsize()


class WebWorker(ThreadWorker):  # type: ignore[misc]
    """A worker that leaves Ctrl-C, which a terminal sends to all, to its parent.

    Told to end, gunicorn's own one keeps its listening socket open while it finishes: the system
    then goes on connecting clients whom nobody answers. This one serves those who have connected
    and closes the socket at once, so that everybody else is refused and may try elsewhere.

    Nor does a thread of this one sit with a client who has said nothing yet, as browsers do that
    expect a click, or only a part of what they ask for; nor does everybody wait for one whose
    connection ends and who does not end it too, to whom gunicorn's own one gives two seconds.
    """

    sockets: list[Any]
    wsgi: Any
    pending_conns: deque[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parting: deque[Any] = deque()

    def init_signals(self) -> None:
        """Heed gunicorn's signals but for Ctrl-C."""
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def get_thread_pool(self) -> Threads:
        """Return the threads that answer requests."""
        self.threads = Threads(max_workers=self.cfg.threads)
        return self.threads

    def load_wsgi(self) -> None:
        """Load the app, and let it know with each request how many others wait."""
        super().load_wsgi()
        app: Any = self.wsgi

        def asked(environ: dict[str, Any], start_response: Any) -> Any:
            environ["bookwell.waiting"] = self.threads.waiting
            return app(environ, start_response)

        self.wsgi = asked

    def enqueue_req(self, conn: Any) -> None:
        """Give a connection to a thread once a request is there, or wait for the rest of it."""
        if not isinstance(conn.sock, ClientSocket):
            conn.sock = ClientSocket(fileno=conn.sock.detach())
        if _has_read_ahead(conn) or conn.sock.has_request():
            conn.data_ready = True
            super().enqueue_req(conn)
            return
        patience = SECONDS if self.alive else _PARTING_SECONDS
        self._wait(conn, self.pending_conns, patience, self.on_pending_socket_readable)

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        """Go on waiting, within the same time, unless all of it is there."""
        if conn.sock.has_request():
            super().on_pending_socket_readable(conn, client)

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        """Keep the connection for the next request, or end it without waiting for the client."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:  # the client has ended it already
            self._let_go(conn)
            return
        self._wait(conn, self._parting, _PARTING_SECONDS, self._on_parting_socket_readable)

    def murder_pending(self) -> None:
        """Let those go whose time is over."""
        super().murder_pending()
        while self._parting and self._parting[0].timeout <= monotonic():
            self._part(self._parting[0])

    def _wait(
        self, conn: Any, line: deque[Any], seconds: float, then: Callable[[Any, Any], None]
    ) -> None:
        conn.sock.settimeout(0)
        conn.timeout = monotonic() + seconds
        line.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(then, conn))

    def _on_parting_socket_readable(self, conn: Any, client: Any) -> None:
        """Throw away what still comes: closed with it unread, the answer would be lost."""
        try:
            rest = client.recv(_PARTING_BYTES)
        except OSError:
            rest = b""
        if not rest:
            self._part(conn)

    def _part(self, conn: Any) -> None:
        self._parting.remove(conn)
        self.poller.unregister(conn.sock)
        self._let_go(conn)

    def _let_go(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()

    def _cap_keepalive(self, deadline: float) -> None:
        """Told to end, wait no longer for the rest of a request than for the next one."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn's signature
        """Take in whoever connects, or nobody new; at the end only those who already have."""
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                self._accept_all(listener)
                listener.close()
            self.sockets = []

    def _accept_all(self, listener: Any) -> None:
        while True:
            connected = self.nr_conns
            self.accept(listener)
            if self.nr_conns == connected:
                return


def _has_read_ahead(conn: Any) -> bool:
    """Tell whether a thread has read the next request with the one before it."""
    return conn.initialized and bool(conn.parser.unreader.buf.getvalue())
