"""Migrate: brings the tables of a database to this version's, or says why that cannot be."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from wend.errors import DatabaseInvalid, DatabaseTooNew

_FOLDER = Path(__file__).parent / "migrations"


def migrate(connection: Connection, name: str) -> None:
    """Run the migrations that are missing, within the transaction of this connection.

    So two servers that start at once migrate once: the second waits for the first, and finds it done.
    Raises: DatabaseTooNew, with nothing changed.
    """
    config = _config()
    config.attributes["connection"] = connection
    if not _is_at_head(connection, name, config):
        command.upgrade(config, "head")


def check_head(connection: Connection, name: str) -> None:
    """Whether the tables are this version's. Raises: DatabaseTooNew; DatabaseInvalid for older ones."""
    config = _config()
    if not _is_at_head(connection, name, config):
        raise DatabaseInvalid(name, "its tables are of an older version; a server that starts brings them up")


def _is_at_head(connection: Connection, name: str, config: Config) -> bool:
    """Raises: DatabaseTooNew."""
    found = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(config)
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseTooNew(name, found)
    return found == scripts.get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
