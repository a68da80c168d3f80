"""Tables: jobs, what happened to them, who runs them now, what browsers have used; documents and snapshots.

Times are ISO 8601 in UTC where people read them, and seconds since 1970 where they are compared.
"""

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

METADATA = MetaData(
    naming_convention={"ix": "ix_%(column_0_label)s", "fk": "fk_%(table_name)s_%(column_0_name)s"}
)

JOBS = Table(
    "jobs",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("title", String(120), nullable=False),
    Column("model", String(128)),
    Column("runs", String(16), nullable=False),
    Column("browser", String(64), nullable=False),
    Column("params", JSON, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("queued_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("label", Text, nullable=False),
    Column("fraction", Float, nullable=False),
    Column("seconds_left", Float),
    Column("seconds", Float, nullable=False),
    Column("updates", Integer, nullable=False),
    Column("losses", JSON, nullable=False),
    Column("preview", Integer, nullable=False),
    Column("failure", Text),
    Column("failure_code", String(64)),
    Column("facts", JSON, nullable=False),
    Column("walks", JSON, nullable=False),
    Column("result_model", String(128)),
    Column("notes", Text, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("device", String(200), nullable=False),
    Column("is_fresh", Integer, nullable=False),
    Column("deaths", Integer, nullable=False),
    Column("reached_updates", Integer, nullable=False, server_default="0"),
    Column("reached_fraction", Float, nullable=False, server_default="0"),
    Column("rests_until", Float, nullable=False, server_default="0"),
    Column("is_removed", Integer, nullable=False, server_default="0"),
    Index("ix_jobs_state", "state"),
)
"""A row is a `jobs.record.JobRecord`, field by field."""

EVENTS = Table(
    "job_events",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job", String(12), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("text", Text, nullable=False),
)
"""What happened to a job, in words; only added to."""

LEASES = Table(
    "job_leases",
    METADATA,
    Column("job", String(12), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("host", String(200), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", String(64), nullable=False),
    Column("instance", String(32), nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("lasts_s", Float, nullable=False, server_default="30"),
)
"""Who runs a job now, until when; no row: nobody."""

USE = Table(
    "browser_use",
    METADATA,
    Column("browser", String(64), primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("at", Float, nullable=False),
)
"""Seconds that the jobs of a browser have run, as they counted at a time: see `jobs.use`."""

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("content", Text, nullable=False),
    Column("picture", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("gallery", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("deleted_at", Float),
    Index("ix_documents_changed_at", "changed_at"),
)
"""Documents that people saved. content: the whole as JSON; picture: that of it, for lists. revision counts
saves, gallery changes among the snapshots. deleted_at: None for one that is there."""

SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column(
        "document", String(12), ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("title", String(120), nullable=False),
    Column("picture", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("deleted_at", Float),
)
"""Pictures laid by beside a document, as JSON."""
