"""Models on disk and the shelf of walks."""
