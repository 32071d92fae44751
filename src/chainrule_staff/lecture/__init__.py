"""A lecture: a notebook without marks, run and written as slides that need no network."""
