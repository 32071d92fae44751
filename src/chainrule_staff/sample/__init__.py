"""The sample class: submissions that are known to be right, wrong in a known way, or mangled."""
