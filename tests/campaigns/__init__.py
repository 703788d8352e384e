"""Tests of the campaigns room."""
