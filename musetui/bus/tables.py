"""The tables, the same in SQLite and PostgreSQL. `migrations/` makes them; this says what the code expects.

Whatever comes from outside as free text is kept as bytes: PostgreSQL has no NUL in text, and JSON does.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

METADATA = MetaData()

OWNERS = Table(
    "owners",
    METADATA,
    Column("handle", String(256), primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("type", String(16), nullable=False),
)
"""Who can sign."""

REPOSITORIES = Table(
    "repositories",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("owner", String(256), nullable=False),
    Column("slug", String(256), nullable=False),
    Column("public", Boolean, nullable=False),
    Column("data_id", String(36), nullable=False),
    Column("last_id", BigInteger, nullable=False),
    UniqueConstraint("owner", "slug", name="one_slug_an_owner"),
)
"""`last_id` is the highest id ever given to a record here; `data_id` names this very history of records."""

MEMBERS = Table(
    "members",
    METADATA,
    Column("repository", Integer, ForeignKey("repositories.id"), primary_key=True),
    Column("handle", String(256), primary_key=True),
    Column("role", String(16), nullable=False),
)
"""Who besides the owner may read, or read and write."""

RECORDS = Table(
    "records",
    METADATA,
    Column("repository", Integer, ForeignKey("repositories.id"), primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("record_id", String(128), nullable=False),
    Column("lane", String(128), nullable=False),
    Column("beat", String(64), nullable=False),
    Column("run_id", LargeBinary, nullable=False),
    Column("expires_at", String(40)),
    Column("created_at", String(40), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    UniqueConstraint("record_id", "kind", "lane", "repository", name="one_record_an_identity"),
)
"""`lane` keeps the heartbeats of one run on several leases apart; `beat` says which of two is the newer.

The identity's index begins with what tells records apart: see `appending.py` for why.
"""
