"""A notifier in a process of its own, for tests that kill it or its database.

Each line on its standard input makes it tell of one more booking; it answers with the event's id.
"""

import logging
import sys
from pathlib import Path

from domain import database
from domain.documents import DOCUMENTS
from domain.events import publish
from hosting.loop import LoopThread
from listeners import DOCUMENTS as LISTENER_DOCUMENTS
from listeners.config import NotifierConfig
from listeners.notifier import Notifier
from tests.listeners.facts import created, store


def main(uri: str, mail_port: str, folder: str, lease: str) -> None:
    """Run until the standard input ends."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    loop = LoopThread().start()
    loop.run(database.connect(uri, "process", (*DOCUMENTS, *LISTENER_DOCUMENTS)))
    notifier = Notifier(_config(int(mail_port), Path(folder), float(lease)), loop).start()
    for _ in sys.stdin:
        print(loop.run(_tell()), flush=True)
    notifier.stop(5.0)
    database.close()
    loop.stop()


async def _tell() -> str:
    event = created()
    await store(event)
    publish(event)
    return str(event.id)


def _config(mail_port: int, folder: Path, lease: float) -> NotifierConfig:
    return NotifierConfig(
        mail_server="127.0.0.1",
        mail_port=mail_port,
        mail_from="clinic@example.org",
        mail_folder=folder,
        public_url="https://book.example.org",
        mail_timeout=5.0,
        lease=lease,
        retry_first=0.1,
        retry_cap=0.5,
        sweep_every=0.2,
        sweep_grace=0.0,
        remind_every=0.2,
        database_timeout=2.0,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
