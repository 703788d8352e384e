"""Charts: Vega-Lite specifications in one theme, drawn to SVG and PNG here and live in the page."""
