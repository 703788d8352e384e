"""The next target of each promise, proposed from what was achieved; a person decides. It has no last step."""
