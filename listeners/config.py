"""What the notifier needs to know about its surroundings."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class NotifierConfig:
    """Where messages go and how patiently; all times in seconds.

    `mail_server` None: messages become `.eml` files in `mail_folder`. `mail_timeout` bounds each
    step of a conversation with the mail server, but for the answer to a whole message, which many
    servers look through first: that has `answer_timeout`. For `respite` nothing is posted to a
    webhook's address that kept a thread waiting in vain. A message is tried until its pauses come
    to `retry_for`, however long each; one that was sent and not answered once more, after
    `unheard_pause`; where the server hung up instead of answering, `cut_limit` times at pauses that
    double from `retry_first` without an end: within two days. `lease` is how long a process may
    send one message before another takes it over. `begin_within` that time of claiming a message
    its body begins to be handed over, or it is put off: command, body and answer end, and can be
    noted, before the lease does. That and a sweep stay under two minutes, after which all that a
    killed process was sending is to have gone out.
    `sweep_grace` leaves fresh events to the process that published them.
    `remind_every` is how often reminders that have fallen due are looked for,
    `keep_every` how often what is not to be kept any longer.
    `database_timeout` is how long one question or note may take, `backlog_timeout` the reading of
    what waits, all of which the embedded database looks through at first.
    `line` is how many deliveries wait in memory; all others wait in the database. A thread claims
    up to `batch` of them at once. `redis_url`: workers send what is passed on to them there, in
    `redis_queue`, which is each installation's own.
    `webhook_url`: where every event is posted to, signed with `webhook_secret`.
    """

    mail_server: str | None = None
    mail_port: int = 25
    mail_username: str | None = None
    mail_password: str | None = field(default=None, repr=False)
    mail_use_tls: bool = False
    mail_from: str
    mail_folder: Path
    workers: int = 4
    line: int = 500
    batch: int = 32
    public_url: str
    webhook_url: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    redis_url: str | None = field(default=None, repr=False)
    redis_queue: str = "bookwell-deliveries"
    mail_timeout: float = 10.0
    answer_timeout: float = 65.0
    respite: float = 30.0
    retry_first: float = 5.0
    retry_cap: float = 600.0
    retry_for: float = 259_200.0
    unheard_pause: float = 900.0
    cut_limit: int = 15
    lease: float = 115.0
    begin_within: float = 20.0
    order_pause: float = 0.5
    sweep_every: float = 2.0
    sweep_grace: float = 2.0
    remind_every: float = 30.0
    keep_every: float = 30.0
    database_timeout: float = 5.0
    backlog_timeout: float = 120.0
