"""Widening: generators trained together with a walk."""
