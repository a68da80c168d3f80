"""Foreign files: checkpoints sniffed by content, read in a child process, nothing in them executed."""
