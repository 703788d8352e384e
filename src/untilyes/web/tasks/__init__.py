"""Tasks: what customers want to get done, and what completes it."""
