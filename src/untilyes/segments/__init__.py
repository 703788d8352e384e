"""Groups of customers who need different things, described in words. Not a mailing list."""
