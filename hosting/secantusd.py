"""The embedded database's own process: SecantusDB, ending when the last process of the app has.

Run as `python -m hosting.secantusd <options of secantusd-py>`. Standard input is a pipe that the
app and its workers hold open: its end means that all of them are gone, however they ended.
"""

import os
import signal
import sys
import threading

from secantus.cli import main

_CLOSING_SECONDS = 15.0


def _end_with_the_app() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_CLOSING_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_app, daemon=True).start()
    sys.exit(main())
