"""Discovery: walks that need no training."""
