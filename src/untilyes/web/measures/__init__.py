"""Understand measures: any measure, cut and filtered, with its interval, its rows and how it was computed."""
