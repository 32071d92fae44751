"""The evaluator: the trusted process that runs hidden cells against a submission."""
