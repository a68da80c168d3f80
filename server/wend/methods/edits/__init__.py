"""Edits: what walks can be taught to do to pictures, and how far a picture is from what was asked."""
