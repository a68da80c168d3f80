"""Migrate: brings the tables of a database to this version's, or says why that cannot be."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from wend.errors import DatabaseTooNew

_FOLDER = Path(__file__).parent / "migrations"


def migrate(connection: Connection, name: str) -> None:
    """Run the migrations that are missing, within the transaction of this connection.

    So two servers that start at once migrate once: the second waits for the first, and finds it done.
    Raises: DatabaseTooNew, with nothing changed.
    """
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    found = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(config)
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseTooNew(name, found)
    if found != scripts.get_current_head():
        command.upgrade(config, "head")
