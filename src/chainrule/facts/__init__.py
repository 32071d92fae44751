"""Frozen numbers for instant checks. Built by `chainrule build`; never code, never edited."""
