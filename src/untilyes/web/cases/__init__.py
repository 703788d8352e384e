"""Act: the queue of cases, and one case with its customer beside it."""
