"""The colours and sizes of what is printed; every meaning also has a shape or a word, so that grey paper says the same.

The colours are those of the light screens; a test compares the two, since reports and charts do not import each other.
"""

INK, INK2, LINE, HAIR, PAGE, PANEL = "#1B2126", "#4A555E", "#8A959D", "#D5DBDF", "#FFFFFF", "#F3F5F6"
BLUE, VIOLET, ORANGE, RED, DOSE = "#0B5394", "#5C3B86", "#8F4A00", "#A4161A", "#DCE6EF"
BANDS = ("#FFFFFF", "#F8F6F1", "#F1ECE1", "#E9E1CF", "#DFD3B9")
"""Minimal to severe; in grey they keep five steps."""

HUES = {"phq9": BLUE, "gad7": VIOLET}
"""Series -> colour of its line; any other is drawn in ink."""

FONT = "'Source Sans 3','Source Sans Pro','Liberation Sans',Arial,Helvetica,'DejaVu Sans',sans-serif"
