"""What a view wants: one session an open connection."""
