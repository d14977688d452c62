"""Everything that is held about one worker, as one ZIP: the worker's own right, and an auditor's means."""

from __future__ import annotations

import zipfile
from typing import IO, TYPE_CHECKING

from gis_grid import __version__
from gis_grid.ledger import service as ledger
from gis_grid.patrols import held_store
from gis_grid.patrols.reading import worker_id_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

_README = """\
关于网格员 {code} 保存的全部数据
由 GIS Grid {version} 导出,{at} UTC。时间均为 UTC,日期为当地日期。
数据库只给出导出者有权看到的部分;本人导出的是全部。不含住户的任何信息。

All that is held about the grid worker {code}
Exported by GIS Grid {version} on {at} UTC. Times are in UTC, dates are local.
The database gives out what the one who exports may see; to the worker, everything. Nothing of residents.

{files}
"""


_REASON = "all that is held, as a file"


def export_data(
    conn: Connection,
    code: str,
    file: IO[bytes],
    *,
    tz: ZoneInfo,
    now: datetime,
    actor: str,
    actor_worker_id: int | None,
    hidden: Collection[str],
) -> None:
    """Write all that is held about a worker into a ZIP, and the export into the ledger.

    It holds the track: for anybody but the worker it is a look at all of it too, and in the worker's list.

    Parameters
    ----------
    actor, actor_worker_id
        Who exports, and which worker that is, if any.
    hidden
        Visit classes that are only counted: nothing of visits to such targets is written.
    file
        Written once from its start to its end; nothing but a block is in memory.

    Raises
    ------
    NotFound
        When the worker is not known, or may not be seen.
    """
    worker_id = worker_id_of(conn, code)
    own = actor_worker_id == worker_id
    detail = {"what": "all that is held"} | ({"own": True} if own else {})
    ledger.record(conn, now, actor, "export", f"worker:{code}", detail)
    span = None if own else held_store.first_and_last_fix(conn, worker_id)
    if span is not None:
        first, last = (at.astimezone(tz).date() for at in span)
        ledger.record_look(conn, now, actor, code, ledger.Look(first, last, _REASON))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _readme(code, now))
        for held in held_store.HELD:
            with archive.open(held.name, "w", force_zip64=True) as member:
                for block in held_store.rows(conn, held, worker_id, hidden):
                    member.write(block)


def _readme(code: str, now: datetime) -> str:
    files = "\n".join(f"{held.name}\n    {held.zh}\n    {held.en}" for held in held_store.HELD)
    return _README.format(code=code, version=__version__, at=f"{now:%Y-%m-%d %H:%M}", files=files)
