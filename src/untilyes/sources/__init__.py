"""Listen elsewhere: recipes that map foreign files to our facts, row by row. Not a place for one vendor's words."""
