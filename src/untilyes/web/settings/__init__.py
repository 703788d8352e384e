"""Settings: the house itself, who lives in it, and who did what."""
