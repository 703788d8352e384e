"""Capacity: volumes and staffing, apart from everything about people."""
