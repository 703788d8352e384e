"""What we said we would do, by when: promise, stricter target, clock, outcome, margin. Not a task list."""
