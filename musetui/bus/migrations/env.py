"""What alembic runs: the migrations, in the transaction and under the lock that `database.py` holds."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
