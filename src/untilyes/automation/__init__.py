"""Rules: when something happens, if it is so, do this; tried on history before they run. Not a programming language."""
