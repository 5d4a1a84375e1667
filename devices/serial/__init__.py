"""Readers on a serial line: opened and read in one place, a file a dialect."""
