"""Take off the apostrophe that exports put before text which a spreadsheet would run as a formula."""

import pandas as pd

GUARDED = r"^'(?='*[=+\-@\t\r])"
"""An apostrophe before apostrophes, if any, and a first character of a formula (``report.sheets.harmless``)."""


def unguarded(cells: pd.DataFrame) -> pd.DataFrame:
    """Give a table of text as it was before it was written for a spreadsheet; other text stays as it is."""
    guarded = {name: cells[name].str.startswith("'") for name in cells.columns}
    changed = {name: cells[name].str.replace(GUARDED, "", regex=True) for name, any_ in guarded.items() if any_.any()}
    return cells.assign(**changed) if changed else cells
