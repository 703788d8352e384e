"""Listen elsewhere: recipes that map foreign files to our facts, row by row."""
