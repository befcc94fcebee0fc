"""chaingraph."""
