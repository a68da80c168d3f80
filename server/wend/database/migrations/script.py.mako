"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = "${up_revision}"
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """What this revision adds."""
    ${upgrades if upgrades else "raise NotImplementedError"}
