"""Findings: kept, ranked, acted on, and checked again until the measure has moved. Not a dashboard."""
