"""The demonstration: a simulated company, or your own files, with people to be, mail to read and life going on."""
