"""Migrations, oldest first: Alembic runs those that a database lacks when it is opened."""
