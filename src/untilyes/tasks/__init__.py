"""What customers want to get done, and the step that completes it. Not our to-do list."""
