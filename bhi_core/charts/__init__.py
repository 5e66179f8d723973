"""Frames and values in, plotly figures out; nothing here reads the database or decides anything clinical."""
