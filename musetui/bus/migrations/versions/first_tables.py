"""Owners, repositories, members and records."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "owners",
        sa.Column("handle", sa.String(256), primary_key=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
    )
    op.create_table(
        "repositories",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner", sa.String(256), nullable=False),
        sa.Column("slug", sa.String(256), nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("data_id", sa.String(36), nullable=False),
        sa.Column("last_id", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("owner", "slug", name="one_slug_an_owner"),
    )
    op.create_table(
        "members",
        sa.Column("repository", sa.Integer, sa.ForeignKey("repositories.id"), primary_key=True),
        sa.Column("handle", sa.String(256), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
    )
    op.create_table(
        "records",
        sa.Column("repository", sa.Integer, sa.ForeignKey("repositories.id"), primary_key=True),
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("record_id", sa.String(128), nullable=False),
        sa.Column("lane", sa.String(128), nullable=False),
        sa.Column("beat", sa.String(64), nullable=False),
        sa.Column("run_id", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", sa.String(40)),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("record_id", "kind", "lane", "repository", name="one_record_an_identity"),
    )
