"""More and more people look at free times: how many are served, how quickly, how many sent away.

    python -m bench.breaking_point
    python -m bench.breaking_point --rates 50,100,200,400 --seconds 10

People come at a fixed rate whatever became of those before them. Beyond what the machine can serve,
whoever has not begun is answered 503 with Retry-After at once; the others are served as before.
"""

import argparse
import asyncio
import random
import tempfile
from datetime import timedelta
from pathlib import Path

from bench.crowd import Heard, arrive, ask
from bench.flash_crowd import SECRET, prepare
from domain import clock, database
from domain.documents import DOCUMENTS, Slot
from domain.walltime import monday_of
from hosting.loop import LoopThread
from listeners import DOCUMENTS as LISTENER_DOCUMENTS
from tests.support.database import running_secantus
from tests.support.server import running_app

_ALL = (*DOCUMENTS, *LISTENER_DOCUMENTS)


async def look(url: str, paths: list[str], rate: float, seconds: float) -> Heard:
    """Let strangers look at doctors' weeks, so many a second."""
    chance = random.Random(int(rate))
    arrivals = sorted(chance.uniform(0, seconds) for _ in range(int(rate * seconds)))

    async def one(number: int) -> tuple[int, bytes]:
        status, body = await ask(url, paths[number % len(paths)], None)
        return status, body

    return await arrive(arrivals, one)


def main() -> None:
    """Raise the rate step by step and print a line for each."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, running_secantus(Path(folder)) as uri:
        loop = LoopThread().start()
        loop.run(database.connect(uri, "breaking", _ALL))
        loop.run(prepare(10, 20, 25))
        doctors = {one.doctor_id for one in loop.run(Slot.find_all().to_list())}
        database.close()
        loop.stop()
        week = monday_of((clock.now() + timedelta(days=7)).date())
        paths = [f"/doctors/{doctor}?date={week}" for doctor in doctors]
        settings = {"MONGODB_URI": uri, "MONGODB_DATABASE": "breaking", "SECRET_KEY": SECRET}
        with running_app(Path(folder), DEMO="0", WEB_PROCESSES="2", **settings) as app:
            print("arriving/s  served/s  sent away/s  others   p50 ms   p95 ms   p99 ms")
            for rate in [float(one) for one in options.rates.split(",")]:
                heard = asyncio.run(look(app.url, paths, rate, options.seconds))
                served, away = heard.statuses[200], heard.statuses[503]
                others = sum(heard.statuses.values()) - served - away + sum(heard.broken.values())
                print(
                    f"{rate:10.0f} {served / options.seconds:9.1f} {away / options.seconds:12.1f} "
                    f"{others:7d} {heard.percentile(0.5):8.0f} {heard.percentile(0.95):8.0f} "
                    f"{heard.percentile(0.99):8.0f}"
                )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rates", default="25,50,100,200,400,800")
    parser.add_argument("--seconds", type=float, default=10)
    return parser.parse_args()


if __name__ == "__main__":
    main()
