"""Methods: how walks are found."""
