"""Measurement-based care for behavioral health integration."""
