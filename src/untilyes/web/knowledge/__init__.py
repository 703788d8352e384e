"""Knowledge: search, articles, gaps."""
