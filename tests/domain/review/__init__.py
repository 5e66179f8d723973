"""Tests of the weekly review."""
