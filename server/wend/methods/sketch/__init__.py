"""Sketching: a generator taught a pose by a few drawings, published as a model of its own."""
