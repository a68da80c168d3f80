"""Layouts: how each family of checkpoints names its tensors, one file each."""
