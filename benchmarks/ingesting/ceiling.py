"""The ceiling: the same fixes by plain binary COPY on one connection, into a partition of the same kind.

    ceiling.py URL PLAN      the plan of `sender.py`; prints what it took as JSON

Nothing is asked, checked or decoded: the fixes are arrays before the clock starts, in the order in which the
messages carry them, and go in chunks of a transaction each.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

import numpy as np
import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))

from ingesting.messages import place, time_s

CHUNK: Final = 10_000
_EPOCH_2000_S: Final = 946_684_800
_WEEK_S: Final = 7 * 86_400
_FIELDS: Final = {
    "device_id": ">i8",
    "worker_id": ">i8",
    "t": ">i8",
    "lon": ">f8",
    "lat": ">f8",
    "accuracy_m": ">f4",
    "speed_mps": ">f4",
    "altitude_m": ">f4",
    "mock": "?",
    "received_at": ">i8",
}
_RECORD: Final = np.dtype(
    [
        ("fields", ">i2"),
        *(part for n, kind in _FIELDS.items() for part in ((f"{n}_length", ">i4"), (n, kind))),
    ]
)


def fixes_of(phones: int, fixes: int, messages: int, first: int) -> np.ndarray:
    """Return fixes a week before those of the messages, as records of a COPY stream."""
    order = np.random.default_rng(1).permutation(phones) + 1
    records = np.empty(messages * fixes, _RECORD)
    records["fields"] = len(_FIELDS)
    for name, kind in _FIELDS.items():
        records[f"{name}_length"] = np.dtype(kind).itemsize
    numbers = [
        (int(order[n % phones]), first + n // phones * fixes + i)
        for n in range(messages)
        for i in range(fixes)
    ]
    phone, k = np.array(numbers).T
    records["device_id"] = records["worker_id"] = phone
    records["t"] = (np.array([time_s(int(i)) for i in k]) - _WEEK_S - _EPOCH_2000_S) * 1_000_000
    records["lon"], records["lat"] = np.array([place(int(p), int(i)) for p, i in numbers]).T
    records["accuracy_m"], records["speed_mps"] = 5 + k % 7, k % 20 / 10
    records["altitude_m"], records["mock"] = 12, False
    records["received_at"] = records["t"]
    return records


def main(url: str, plan: dict[str, int]) -> None:
    records = fixes_of(**plan)
    copy_into = f"COPY fix_2026w45 ({', '.join(_FIELDS)}) FROM STDIN (FORMAT BINARY)"
    with psycopg.connect(url, autocommit=True) as connection:
        cpu, begun = process_time(), perf_counter()
        for start in range(0, len(records), CHUNK):
            with connection.cursor().copy(copy_into) as copy:
                copy.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8))
                copy.write(records[start : start + CHUNK].tobytes())
                copy.write(b"\xff\xff")
        print(json.dumps({"seconds": perf_counter() - begun, "cpu_s": process_time() - cpu}))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
