"""Accounts with their roles in areas, sessions, tokens, links that work once, and failures to sign in."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from gis_grid.kit.database import metadata


def _of_account() -> Column[int]:
    return Column("account_id", BigInteger, ForeignKey("account.id", ondelete="CASCADE"), nullable=False)


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _time(name: str, *, needed: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not needed)


account = Table(
    "account",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), unique=True),
    Column("password_hash", Text),
    Column("issuer", Text),
    Column("subject", Text),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    _time("created_at", needed=True),
    _time("disabled_at"),
    CheckConstraint("name ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'", name="name"),
    CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="subject"),
    UniqueConstraint("issuer", "subject", name="account_issuer_subject_key"),
    comment="one who may sign in: a person, or a program that only has tokens",
)

account_role = Table(
    "account_role",
    metadata,
    _id(),
    _of_account(),
    Column("role", Text, nullable=False),
    Column("area_id", BigInteger, ForeignKey("area.id")),
    CheckConstraint(
        "role IN ('admin', 'planner', 'commander', 'auditor', 'worker', 'consumer')", name="role"
    ),
    UniqueConstraint(
        "account_id",
        "role",
        "area_id",
        name="account_role_account_id_role_area_id_key",
        postgresql_nulls_not_distinct=True,
    ),
    comment="a role in an area and all below it; without an area, everywhere",
)

session = Table(
    "session",
    metadata,
    _id(),
    _of_account(),
    Column("secret_digest", LargeBinary, nullable=False, unique=True),
    Column("method", Text, nullable=False),
    Column("browser", Text, nullable=False, server_default=text("''")),
    _time("opened_at", needed=True),
    _time("last_seen_at", needed=True),
    _time("expires_at", needed=True),
    _time("ended_at"),
    CheckConstraint("method IN ('password', 'oidc', 'link')", name="method"),
    Index("session_account_id_idx", "account_id"),
)

api_token = Table(
    "api_token",
    metadata,
    _id(),
    _of_account(),
    Column("name", Text, nullable=False),
    Column("secret_digest", LargeBinary, nullable=False, unique=True),
    Column("permissions", ARRAY(Text), nullable=False),
    _time("created_at", needed=True),
    _time("last_used_at"),
    _time("expires_at", needed=True),
    _time("revoked_at"),
    Index("api_token_account_id_idx", "account_id"),
)

device_token = Table(
    "device_token",
    metadata,
    _id(),
    Column("device_id", BigInteger, ForeignKey("device.id"), nullable=False),
    Column("secret_digest", LargeBinary, nullable=False, unique=True),
    _time("created_at", needed=True),
    _time("revoked_at"),
    Index("device_token_device_id_idx", "device_id"),
    comment="a phone's own: it may send fixes and nothing else",
)

one_time_link = Table(
    "one_time_link",
    metadata,
    _id(),
    _of_account(),
    Column("secret_digest", LargeBinary, nullable=False, unique=True),
    Column("purpose", Text, nullable=False),
    _time("made_at", needed=True),
    _time("expires_at", needed=True),
    _time("used_at"),
    CheckConstraint("purpose IN ('set_password', 'sign_in')", name="purpose"),
)

known_browser = Table(
    "known_browser",
    metadata,
    _id(),
    _of_account(),
    Column("secret_digest", LargeBinary, nullable=False, unique=True),
    _time("since", needed=True),
    _time("last_used_at", needed=True),
    comment="a browser that signed this account in before: it has failures of its own to spend",
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    _id(),
    Column("bucket", LargeBinary, nullable=False),
    _time("at", needed=True),
    Index("sign_in_failure_bucket_idx", "bucket", "at"),
    comment="who failed, as a digest of name, network or browser; kept for a day",
)

oidc_flow = Table(
    "oidc_flow",
    metadata,
    Column("state_digest", LargeBinary, primary_key=True),
    Column("browser_digest", LargeBinary, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("next", Text, nullable=False),
    _time("expires_at", needed=True),
    comment="a sign-in at another provider that has begun in one browser",
)
