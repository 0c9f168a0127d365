"""Figures for Prometheus: what every process has counted, added up in the database.

A scrape reaches one process of many, on one machine of perhaps several, and workers serve no
pages at all. So each process adds what it has counted to totals in the database every few
seconds, and whichever is asked tells the totals.
"""

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from urllib.parse import quote, unquote

from beanie import Document
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import REGISTRY, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from domain.database import DATABASE_AWAY
from hosting.loop import LoopThread

log = logging.getLogger(__name__)

_OURS = "bookwell_"
_EVERY = 5.0
_LONGEST = 5.0
Gauges = Callable[[], Awaitable[Sequence[Metric]]]


class Totals(Document):
    """One figure, as all processes together have counted it since the beginning."""

    id: str  # type: ignore[assignment]
    samples: dict[str, float]

    class Settings:
        """Where figures are added up."""

        name = "figures"
        indexes = ()


class Figures:
    """Adds this process's counts to the totals, and tells them together with some gauges."""

    def __init__(self, loop: LoopThread, gauges: Gauges) -> None:
        self._loop = loop
        self._gauges = gauges
        self._added: dict[str, float] = {}
        self._adding = asyncio.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="figures", daemon=True)

    def start(self) -> "Figures":
        """Add up every few seconds from now on, and return this object."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Add up for the last time."""
        self._ending.set()
        self._thread.join(_LONGEST)
        self._add_up_now()

    async def told(self) -> bytes:
        """Return all figures as Prometheus reads them; little while the database is away."""
        try:
            await self._add_up()
            metrics = [*await _totals(), *await self._gauges()]
        except DATABASE_AWAY:
            return _written([_database_up(0)])
        return _written([_database_up(1), *metrics])

    def _run(self) -> None:
        while not self._ending.wait(_EVERY):
            self._add_up_now()

    def _add_up_now(self) -> None:
        try:
            self._loop.run(self._add_up(), _LONGEST)
        except Exception as error:  # noqa: BLE001 - nothing that is counted may end what counts
            log.info("figures not added up: %s", type(error).__name__)

    async def _add_up(self) -> None:
        async with self._adding:
            for metric in _counted():
                now = {_key(one): one.value for one in metric.samples}
                grown = {
                    key: value - self._added.get(key, 0.0)
                    for key, value in now.items()
                    if value != self._added.get(key)
                }
                if grown:
                    await _add(metric.name, grown)
                    self._added.update(now)


async def _add(name: str, grown: dict[str, float]) -> None:
    increments = {f"samples.{key}": by for key, by in grown.items()}
    await Totals.get_motor_collection().update_one({"_id": name}, {"$inc": increments}, upsert=True)


async def _totals() -> list[Metric]:
    stored = {one.id: one.samples async for one in Totals.find_all()}
    metrics = []
    for known in _counted():
        metric = Metric(known.name, known.documentation, known.type)
        samples = [_sample(key, value) for key, value in stored.get(known.name, {}).items()]
        metric.samples = sorted(samples, key=_place)
        metrics.append(metric)
    return metrics


def _counted() -> Iterator[Metric]:
    """Yield what this process has counted itself, without when it began to."""
    for metric in REGISTRY.collect():
        if metric.name.startswith(_OURS):
            metric.samples = [one for one in metric.samples if not one.name.endswith("_created")]
            yield metric


def _key(sample: Sample) -> str:
    """Return what names a sample, as MongoDB takes it for a field's name."""
    return quote(json.dumps([sample.name, sample.labels], sort_keys=True)).replace(".", "%2E")


def _sample(key: str, value: float) -> Sample:
    name, labels = json.loads(unquote(key))
    return Sample(name, labels, value)


def _place(sample: Sample) -> tuple[object, ...]:
    others = sorted(item for item in sample.labels.items() if item[0] != "le")
    return others, sample.name, float(sample.labels.get("le", 0))


def _database_up(value: int) -> Metric:
    return GaugeMetricFamily("bookwell_database_up", "Whether the database answers.", value=value)


class _Given(Collector):
    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        yield from self._metrics


def _written(metrics: Sequence[Metric]) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Given(metrics))
    return bytes(generate_latest(registry))
