"""What happened: append-only columnar tables, one lake per workspace; the only room that names an engine."""
