"""What we measure: each measure knows its table, its histogram and its direction."""
