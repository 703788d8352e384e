"""The staff door: server-rendered pages with htmx. It asks and shows; it decides nothing."""
