"""Pure rules and measures: frames and values in, frames and values out."""
