"""Tests of the weekly list, its answers and its figures."""
