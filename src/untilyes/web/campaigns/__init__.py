"""Campaigns: telling everyone who said no to the same thing, and what we heard and did."""
