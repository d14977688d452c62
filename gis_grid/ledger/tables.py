"""The ledger and its chain, which triggers keep from every update and delete; and imports."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gis_grid.kit.database import metadata

ledger = Table(
    "ledger",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    Index("ledger_subject_idx", "subject", "at"),
    Index("ledger_actor_idx", "actor", "at"),
)

ledger_chain = Table(
    "ledger_chain",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", BigInteger, ForeignKey("ledger.id"), unique=True),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("seq >= 0", name="seq"),
    CheckConstraint("(seq = 0) = (entry_id IS NULL)", name="entry_id"),
    comment="entries of the ledger in the order of their commits; each hash covers its entry and all before "
    "it",
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("layer", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False, index=True),
    Column("rows_in", BigInteger, nullable=False),
    Column("rows_left_out", BigInteger, nullable=False),
    Column("detail", JSONB, nullable=False),
)
