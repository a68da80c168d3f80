"""How far a job ever came, when it may begin again, whether it is deleted; how long a lease is given for;
what each browser has used."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Jobs that are there have come as far as they are."""
    op.add_column("jobs", sa.Column("reached_updates", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("reached_fraction", sa.Float, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("rests_until", sa.Float, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("is_removed", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE jobs SET reached_updates = updates, reached_fraction = fraction")
    op.add_column("job_leases", sa.Column("lasts_s", sa.Float, nullable=False, server_default="30"))
    op.create_table(
        "browser_use",
        sa.Column("browser", sa.String(64), primary_key=True),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
