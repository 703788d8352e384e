"""The keys to the house: settings, root urls, the command line. No decisions about customers live here."""
