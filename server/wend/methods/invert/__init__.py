"""Inversion: a picture that was brought, found inside a generator."""
