"""Migrations of the tasks room."""
