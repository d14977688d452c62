"""The phones, as a process of its own: each sends its fix when it is taken, every ten seconds.

    sender.py CITY PLAN      numbers as JSON; prints `Outcome` as JSON

The time of a fix is the moment at which its request is due: whoever sees it knows how old the news is.
"""

from __future__ import annotations

import json
import random
import sys
import time
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import uvloop

sys.path.insert(0, str(Path(__file__).parents[1]))

from ingesting.messages import form_of
from ingesting.sender import SEED, Load, Plan, outcome_of

from living.ground import City

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingesting.messages import Sent


def timetable(load: Load, city: City, plan: Plan) -> Iterator[tuple[float, Sent]]:
    """Yield what is due, made just before."""
    draw = random.Random(SEED)
    offsets = sorted((draw.uniform(0, plan.period_s), phone + 1) for phone in range(plan.phones))
    began_ms = (time.time() - (perf_counter() - load.begun)) * 1000
    turn = 0
    while True:
        for offset, phone in offsets:
            at = turn * plan.period_s + offset
            if at >= plan.seconds:
                return
            k = plan.first + turn
            yield at, form_of(phone, k, round(began_ms + at * 1000), city.place(phone, k))
        turn += 1


def main() -> None:
    city, plan = City(int(sys.argv[1])), Plan(**json.loads(sys.argv[2]))
    load = Load(plan)
    cpu_s = uvloop.run(load.run(timetable(load, city, plan)))
    print(json.dumps(asdict(outcome_of(load, cpu_s))))


if __name__ == "__main__":
    main()
