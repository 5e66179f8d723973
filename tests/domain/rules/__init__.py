"""Tests of the decision table, a file a family of rules."""
