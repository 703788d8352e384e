"""The script that draws charts live, for pages."""
