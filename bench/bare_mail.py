"""What flask-mailman alone sends in a second: the floor under `bench.drain`.

    python -m bench.bare_mail                  # 3000 messages by one thread, and by four

A short message, connections that are kept, no database, no template, no calendar file; the mail
server is the process that `bench.drain` sends to.
"""

import argparse
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask_mailman import EmailMessage, Mail

from bench.sink import Sink


def send(app: Flask, messages: int) -> None:
    """Send some messages over one connection."""
    with app.app_context():
        connection = app.extensions["mailman"].get_connection()
        connection.open()
        for number in range(messages):
            EmailMessage(
                subject=f"Appointment {number}",
                body="You have an appointment on Monday at 10:30.\n",
                from_email="clinic@example.org",
                to=[f"patient{number}@example.org"],
                connection=connection,
            ).send()
        connection.close()


def together(app: Flask, messages: int, threads: int) -> float:
    """Send by some threads at once; return messages a second."""
    senders = [
        threading.Thread(target=send, args=(app, messages // threads)) for _ in range(threads)
    ]
    began = time.monotonic()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return messages // threads * threads / (time.monotonic() - began)


@contextmanager
def mailing() -> Iterator[Flask]:
    """Yield an app that sends to a mail server of its own."""
    sink = Sink()
    app = Flask("bench")
    app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=sink.port, MAIL_BACKEND="smtp")
    Mail(app)
    yield app
    sink.close()


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 4])
    options = parser.parse_args()
    with mailing() as app:
        for threads in options.threads:
            speed = together(app, options.messages, threads)
            print(f"{threads} threads: {speed:.0f} messages/s")


if __name__ == "__main__":
    main()
