"""Builds the vocabulary: word lists and lookup tables that datasets draw from.

Start in `tables.py`, the one list of tables. A table is a pure function of the
pinned packages and of `vocab/data`; the clock, the locale, the hash seed and
the machine's own zone database have no part in it.
"""
