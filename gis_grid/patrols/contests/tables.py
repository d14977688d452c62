"""What workers object to in verdicts, and what came of it."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from gis_grid.kit.database import metadata

contest = Table(
    "contest",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    Column("iso_week", Text, nullable=False),
    Column(
        "revision",
        Integer,
        nullable=False,
        comment="the judging of the week that the worker saw, the newest one then",
    ),
    Column("subject", Text, nullable=False),
    Column("local_date", Date),
    Column("starts_at", DateTime(timezone=True)),
    Column("rule", Text, nullable=False),
    Column("outcome_then", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("filed_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("decided_by", Text),
    Column("decided_at", DateTime(timezone=True)),
    Column("answer", Text),
    ForeignKeyConstraint(
        ["worker_id", "iso_week", "revision"],
        ["judgement.worker_id", "judgement.iso_week", "judgement.revision"],
    ),
    CheckConstraint("state IN ('open', 'accepted', 'rejected', 'withdrawn')", name="state"),
    Index(
        "contest_open_idx",
        "worker_id",
        "iso_week",
        "subject",
        "local_date",
        "starts_at",
        "rule",
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=text("state = 'open'"),
    ),
    Index("contest_worker_id_idx", "worker_id", "iso_week"),
    comment="what a worker objects to in a verdict, and what came of it; the verdict stays as computed",
)
