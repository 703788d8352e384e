"""Rules: when, if, do; with a dry run on history."""
