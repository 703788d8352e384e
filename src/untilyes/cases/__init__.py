"""Until yes: a no opens a case, and only the customer's yes closes it. Not a help desk."""
