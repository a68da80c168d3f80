"""Environment of Alembic: runs migrations within the transaction that the opener holds.

Alembic executes this file by its path; `wend.database.migrate` gives it the connection.
"""

from alembic import context

from wend.database.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
