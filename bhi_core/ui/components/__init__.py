"""What Streamlit itself cannot draw: one component, one reviewed script, no build step."""
