"""Claims about the door for other programs."""
