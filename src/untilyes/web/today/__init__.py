"""Today: two gauges, what really changed, the work waiting, where we listen."""
