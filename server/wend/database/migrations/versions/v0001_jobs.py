"""Jobs, their events and their leases."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The three tables of jobs."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("model", sa.String(128)),
        sa.Column("runs", sa.String(16), nullable=False),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("queued_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("fraction", sa.Float, nullable=False),
        sa.Column("seconds_left", sa.Float),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("updates", sa.Integer, nullable=False),
        sa.Column("losses", sa.JSON, nullable=False),
        sa.Column("preview", sa.Integer, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("failure_code", sa.String(64)),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("walks", sa.JSON, nullable=False),
        sa.Column("result_model", sa.String(128)),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("versions", sa.JSON, nullable=False),
        sa.Column("device", sa.String(200), nullable=False),
        sa.Column("is_fresh", sa.Integer, nullable=False),
        sa.Column("deaths", sa.Integer, nullable=False),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])
    op.create_table(
        "job_events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("job", sa.String(12), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_job_events_job", "job_events", ["job"])
    op.create_table(
        "job_leases",
        sa.Column("job", sa.String(12), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("started", sa.String(64), nullable=False),
        sa.Column("instance", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
    )
