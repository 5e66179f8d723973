"""The only part that imports Streamlit: what pages share."""
