"""Frames written out: CSV and XLSX that a spreadsheet opens safely. Never queries."""
