"""Judgements with what each found (patrols, days, the week, signs); runs of judging; hours by cell."""

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gis_grid.kit.database import metadata


def _of_judgement() -> Column[int]:
    return Column(
        "judgement_id", BigInteger, ForeignKey("judgement.id", ondelete="CASCADE"), primary_key=True
    )


def _amount() -> list[Column[float] | CheckConstraint]:
    names = ("known_s", "unknown_s", "lower_s", "best_s", "upper_s")
    return [
        *(Column(name, Double, nullable=False) for name in names),
        CheckConstraint("lower_s <= best_s AND best_s <= upper_s", name="bounds"),
    ]


judge_run = Table(
    "judge_run",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("asked", JSONB, nullable=False),
    Column("parts", Integer, nullable=False),
    CheckConstraint("parts >= 0", name="parts"),
    comment="a run of judging; one without an end was stopped and may go on",
)

judge_part = Table(
    "judge_part",
    metadata,
    Column("run_id", BigInteger, ForeignKey("judge_run.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("weeks", Integer, nullable=False),
    Column("fixes", BigInteger, nullable=False),
    Column("written", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("without_grid", JSONB, nullable=False),
    Column("reading_s", REAL, nullable=False),
    Column("judging_s", REAL, nullable=False),
    Column("writing_s", REAL, nullable=False),
    comment="a part of a run, stored in the same transaction as its verdicts",
)

track_print = Table(
    "track_print",
    metadata,
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("iso_week", Text, primary_key=True),
    Column("read_at", DateTime(timezone=True), nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("t_ms", LargeBinary, nullable=False),
    CheckConstraint("iso_week ~ '^[0-9]{4}-W[0-9]{2}$'", name="iso_week"),
    comment="what is kept of a week's tracks to find copies: one in sixteen of the hashes of four steps, "
    "each with its time, as little-endian int64; no position can be told from them",
)

way_print = Table(
    "way_print",
    metadata,
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
    Column("t_ms", LargeBinary, nullable=False),
    CheckConstraint("length(hashes) > 0", name="hashes"),
    Index("way_print_local_date_idx", "local_date"),
    comment="what is kept of a day's way to find copies: one in four of the hashes of three cells in a row, "
    "each with its time since the date began in UTC, as little-endian int32; who knows the place can tell "
    "positions",
)

period_judgement = Table(
    "period_judgement",
    metadata,
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("period", Text, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("judged_at", DateTime(timezone=True), nullable=False),
    Column("core_version", Text, nullable=False),
    Column("profiles", JSONB, nullable=False),
    Column("result_digest", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("verdicts", JSONB, nullable=False),
    CheckConstraint("period ~ '^[0-9]{4}-(0[1-9]|1[0-2]|Q[1-4])$'", name="period"),
    CheckConstraint("revision >= 1", name="revision"),
    comment="rules of a month (2026-11) or a quarter (2026-Q4); another result is a new revision, the old "
    "one stays",
)

judgement = Table(
    "judgement",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    Column("iso_week", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("judged_at", DateTime(timezone=True), nullable=False),
    Column("core_version", Text, nullable=False),
    Column("profiles", JSONB, nullable=False),
    Column("boundary_ids", ARRAY(BigInteger), nullable=False),
    Column("input_digest", Text, nullable=False),
    Column("result_digest", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("flags", JSONB, nullable=False),
    Column("run_id", BigInteger, ForeignKey("judge_run.id")),
    Column(
        "body_digest",
        Text,
        nullable=False,
        comment="of all but the signs of copied tracks, which only a comparison with everyone shows",
    ),
    Column(
        "new_fixes",
        JSONB,
        nullable=False,
        server_default=text("'{}'"),
        comment="how many fixes of each local date came in since the revision before was judged",
    ),
    CheckConstraint("iso_week ~ '^[0-9]{4}-W[0-9]{2}$'", name="iso_week"),
    CheckConstraint("revision >= 1", name="revision"),
    UniqueConstraint("worker_id", "iso_week", "revision", name="judgement_worker_id_iso_week_revision_key"),
    comment="one judging of a worker's ISO week; another result is a new revision, the old one stays",
)

judged_profile = Table(
    "judged_profile",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("document", JSONB, nullable=False),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    comment="profiles that weeks were judged by, each once, by the digest of its document",
)

judgement_input = Table(
    "judgement_input",
    metadata,
    _of_judgement(),
    Column("document", JSONB, nullable=False),
    comment="what a week was judged on but for its fixes, of which it has the digest; nothing of classes that"
    " are only counted, and no track of a colleague",
)

patrol = Table(
    "patrol",
    metadata,
    _of_judgement(),
    Column("starts_at", DateTime(timezone=True), primary_key=True),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("local_date", Date, nullable=False),
    *_amount(),
    Column("verdicts", JSONB, nullable=False),
    Column(
        "id",
        Text(collation="C"),
        Computed(
            "judgement_id::text || '-' || extract(epoch FROM starts_at AT TIME ZONE 'UTC')::bigint::text",
            persisted=True,
        ),
        nullable=False,
    ),
    Index("patrol_id_idx", "id"),
)

day_verdict = Table(
    "day_verdict",
    metadata,
    _of_judgement(),
    Column("local_date", Date, primary_key=True),
    Column("working_day", Boolean, nullable=False),
    *_amount(),
    Column("intervals", JSONB, nullable=False),
    Column("verdicts", JSONB, nullable=False),
)

week_verdict = Table(
    "week_verdict",
    metadata,
    _of_judgement(),
    *_amount(),
    Column("verdicts", JSONB, nullable=False),
)

integrity_sign = Table(
    "integrity_sign",
    metadata,
    _of_judgement(),
    Column("local_date", Date, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("numbers", JSONB, nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    comment="a reason to look, never a verdict",
)

patrol_effort_week = Table(
    "patrol_effort_week",
    metadata,
    Column("week", Date, primary_key=True),
    Column("grid_id", BigInteger, ForeignKey("grid.id"), primary_key=True),
    Column("days", SmallInteger, nullable=False),
    CheckConstraint("extract(isodow FROM week) = 1", name="week"),
    CheckConstraint("days BETWEEN 3 AND 7", name="days"),
    comment="weeks of a grid whose hours are told by cell: of at least three days, so that none of them can "
    "be told",
)

patrol_effort = Table(
    "patrol_effort",
    metadata,
    Column("week", Date, primary_key=True),
    Column("grid_id", BigInteger, primary_key=True),
    Column("cell", BigInteger, primary_key=True),
    Column("seconds", Double, nullable=False),
    CheckConstraint("seconds > 0", name="seconds"),
    ForeignKeyConstraint(
        ["week", "grid_id"], ["patrol_effort_week.week", "patrol_effort_week.grid_id"], ondelete="CASCADE"
    ),
    comment="time inside a grid by H3 cell of level 10 and whole week: of no worker, day or hour",
)

patrol_elsewhere = Table(
    "patrol_elsewhere",
    metadata,
    Column("local_date", Date, nullable=False),
    Column("grid_id", BigInteger, ForeignKey("grid.id"), nullable=False),
    Column("own_grid_id", BigInteger, ForeignKey("grid.id")),
    Column("seconds", ARRAY(Double), nullable=False),
    UniqueConstraint("local_date", "grid_id", "own_grid_id", postgresql_nulls_not_distinct=True),
    CheckConstraint("cardinality(seconds) = 24", name="seconds"),
    Index("patrol_elsewhere_grid_id_idx", "grid_id", "local_date"),
    comment="time by local hour that was judged inside another grid than the one held at noon of that day: "
    "of stand-ins, and on days of a change",
)

patrol_effort_counted = Table(
    "patrol_effort_counted",
    metadata,
    Column("judgement_id", BigInteger, ForeignKey("judgement.id", ondelete="CASCADE"), primary_key=True),
    Column("grids", ARRAY(BigInteger), nullable=False),
    comment="which judgements the hours by cell were counted from, and into which grids",
)
