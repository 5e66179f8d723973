"""Bytes to checked rows and rejected rows; nothing is silently dropped."""
