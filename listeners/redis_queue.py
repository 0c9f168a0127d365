"""BullMQ, behind two methods: put ids into a queue in Redis, and work through it.

Redis holds ids and nothing else, and may lose them at any moment: the database knows what is to
be sent, and a sweep puts it in again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from bullmq import Job, Queue, Worker
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.exceptions import RedisError

from domain.ids import Id
from listeners.trouble import described

log = logging.getLogger(__name__)

REDIS_AWAY: tuple[type[Exception], ...] = (RedisError, OSError, TimeoutError)
# A finished job must leave no trace: an id that is still kept is ignored when it is put in again.
_WITHOUT_TRACE = {"removeOnComplete": True, "removeOnFail": True}
_PUT_SECONDS = 2.0
_ANSWER_SECONDS = 5.0
_ENDING_SECONDS = 2.0
_AGAIN_SECONDS = 2.0
# Longer than BullMQ's idle wait of 5 s: with redis-py's equal default an idle worker goes deaf.
_WORK_SECONDS = 30
_WORKING = {
    "lockDuration": 30_000,
    "stalledInterval": 10_000,
    "maxStalledCount": 1_000_000,
    "runRetryDelay": 1_000,
    "autorun": False,
    **_WITHOUT_TRACE,
}
Process = Callable[[Job, str], Awaitable[None]]


class RedisQueue:
    """A queue of delivery ids; belongs to the event loop on which it is used first."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name
        self._queue: Queue | None = None
        self._client: Redis | None = None
        self._worker: Worker | None = None
        self._working: asyncio.Task[None] | None = None
        self._is_ending = False

    async def put(self, ids: Sequence[Id]) -> None:
        """Add ids; one that waits or is being worked on stays as it is.

        Raises:
            one of REDIS_AWAY, after two seconds at most.
        """
        if self._queue is None:
            # Of our own, without retries: BullMQ's keeps on trying for more than a minute.
            self._client = _client(self._url, _PUT_SECONDS)
            self._queue = Queue(self._name, {"connection": self._client})
        await self._queue.addBulk(
            [
                {"name": "send", "data": {}, "opts": {"jobId": f"d-{one}", **_WITHOUT_TRACE}}
                for one in ids
            ]
        )

    async def work(self, see_to: Callable[[Id], Awaitable[None]], *, at_once: int) -> None:
        """Call `see_to` for each id, some at once, from now until `close`."""

        async def process(job: Job, _token: str) -> None:
            await see_to(Id(str(job.id).removeprefix("d-")))

        options = {**_WORKING, "connection": _connection(self._url), "concurrency": at_once}
        self._working = asyncio.create_task(self._keep_working(process, options))

    async def _keep_working(self, process: Process, options: dict[str, Any]) -> None:
        """Work through the queue, and begin anew whenever BullMQ gives up.

        It does so where Redis is away, or lets nobody in, as it begins: after minutes of trying in
        silence. So it begins only once Redis answers.
        """
        while not self._is_ending:
            try:
                await _reach(self._url)
                await self._run(Worker(self._name, process, options))
            except Exception as error:  # noqa: BLE001 - this task outlives every outage
                _complain(error)
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _run(self, worker: Worker) -> None:
        worker.on("error", _complain)
        worker.on("failed", lambda job, error: _complain(error, job))
        self._worker = worker
        try:
            await worker.run()
        finally:
            if not self._is_ending:
                self._worker = None
                await worker.close(force=True)

    async def pause(self) -> None:
        """Take no more; what was taken goes on."""
        self._is_ending = True
        if self._worker is not None:
            await self._worker.pause(do_not_wait_active=True)

    async def close(self) -> None:
        """Take no more, let go of what was taken, and close the connections."""
        await self.pause()
        if self._worker is not None:
            await _let_go(self._worker.processing)
            await self._worker.close(force=True)
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait([self._working])
        if self._client is not None:
            await self._client.aclose()


async def _let_go(processing: Collection["asyncio.Future[Job | None]"]) -> None:
    """Wait a little for jobs that are about to end, and end those that BullMQ only just took.

    Whatever is left stays locked for half a minute. What has ended here, and was not sent, is put
    in again by a sweep.
    """
    if not processing:
        return
    done, _ = await asyncio.wait(processing, timeout=_ENDING_SECONDS)
    for one in done:
        job = None if one.cancelled() or one.exception() else one.result()
        if job is not None:
            try:
                await job.moveToCompleted(None, str(job.token))
            except Exception as error:  # noqa: BLE001 - Redis may be away, or have given it away
                _complain(error, job)


async def answers(url: str) -> str:
    """Return the version of the Redis at an address, or raise one of REDIS_AWAY."""
    async with _client(url, _ANSWER_SECONDS) as client:
        return str((await client.info("server"))["redis_version"])


async def _reach(url: str) -> None:
    """Return if the Redis at an address lets us in, or raise one of REDIS_AWAY."""
    async with _client(url, _ANSWER_SECONDS) as client:
        await client.ping()


def _client(url: str, seconds: float) -> Redis:
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )


def _connection(url: str) -> dict[str, Any]:
    """Return an address as BullMQ makes a worker's own connections from it."""
    options = dict(parse_url(url))  # type: ignore[no-untyped-call]
    if options.pop("connection_class", None) is not None:
        options["ssl"] = True
    return {**options, "socket_timeout": _WORK_SECONDS, "socket_connect_timeout": _PUT_SECONDS}


def _complain(error: Exception, job: Job | None = None) -> None:
    log.warning("queue in Redis%s: %s", f", job {job.id}" if job else "", described(error))
