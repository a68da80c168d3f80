"""Export: animations as files."""
