"""Measures and mining: an Ibis expression, its sufficient statistics, an Estimate. No Django, no pages."""
