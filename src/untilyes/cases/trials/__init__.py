"""Trying a promise on history before it is given: what would have been kept, by month, and who would have waited."""
