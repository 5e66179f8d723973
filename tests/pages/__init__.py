"""Tests of the pages, each run by Streamlit's own test runner through the router."""
