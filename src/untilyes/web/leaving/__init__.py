"""Leaving: how long customers stay, what goes before they leave, who of them leaves."""
