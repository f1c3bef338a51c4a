"""Alembic's entry: runs the migrations on the connection and in the transaction of the caller."""

from alembic import context

options = context.config.attributes
context.configure(connection=options["connection"], version_table=options["version_table"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
