"""Knowledge: articles, their search, what cases teach."""
