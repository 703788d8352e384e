"""The door for other programs: cases read and written to, answers handed in, by key and in JSON."""
