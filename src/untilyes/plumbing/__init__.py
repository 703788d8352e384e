"""Announcements, jobs, mail, files and the clock: what every room needs and no customer asks about."""
