"""The customers' and public door: plain HTML, no JavaScript needed. It asks and shows; it decides nothing."""
