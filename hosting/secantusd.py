"""The embedded database's own process: SecantusDB, ending when the last process of the app has.

Run as `python -m hosting.secantusd <options of secantusd-py>`. Standard input is a pipe that the
app and its workers hold open: its end means that all of them are gone, however they ended.
"""

import os
import signal
import socket
import sys
import threading
from contextlib import suppress

from secantus import cli
from secantus.server import SecantusDBServer

_CLOSING_SECONDS = 15.0


class _Server(SecantusDBServer):  # type: ignore[misc]
    """SecantusDB's own server, which ends at once.

    Closing a socket does not wake the thread that waits for somebody to connect to it: left to
    itself, every end of the app waits two seconds for that thread in vain.
    """

    def stop(self) -> None:
        """Wake the thread that waits, then close everything."""
        # Told twice, by the app and by the end of its pipe, it would wait for itself.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)
        super().stop()


def main() -> int:
    """Serve until told to end, or until nobody is left to serve."""
    threading.Thread(target=_end_with_the_app, daemon=True).start()
    cli.SecantusDBServer = _Server
    return int(cli.main())


def _end_with_the_app() -> None:
    while os.read(0, 1):
        pass
    # Another thread than the main one would take the signal and wake nobody.
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
    threading.Event().wait(_CLOSING_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
