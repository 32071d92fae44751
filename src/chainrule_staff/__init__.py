"""The instructor's side of chainrule."""
