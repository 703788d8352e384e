"""Charts: Vega-Lite specifications in one theme, drawn to SVG and PNG. Not where anything is counted or decided."""
