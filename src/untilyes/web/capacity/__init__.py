"""Capacity: when customers come, how many people that takes, and where in the week they are let down. Never a name."""
