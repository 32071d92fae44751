"""chainrule: deep-learning fundamentals as notebooks that mark themselves."""
