"""Share: the figures for everybody, on a page that prints, and the question on your own site."""
