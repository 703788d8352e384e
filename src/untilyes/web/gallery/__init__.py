"""The gallery: every component by itself, for those who draw. Only in debug."""
