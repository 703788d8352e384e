"""Service quality: expected against perceived (SERVQUAL), and Kano."""
