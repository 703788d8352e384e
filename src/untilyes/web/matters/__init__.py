"""What matters: what goes with a yes, what does not, and where along a wait customers turn."""
