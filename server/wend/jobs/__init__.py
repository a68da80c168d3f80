"""Long work as records."""
