"""Stillness: edits that leave a region of a picture as it was."""
