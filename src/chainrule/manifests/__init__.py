"""Which cells a notebook of the course has. Built by `chainrule build`, never edited."""
