"""Where to turn in a crisis: the national line, fixed in the code, and each site's own line, a setting."""

from bhi_core.ui import data

NATIONAL = "988 Suicide & Crisis Lifeline: call or text 988, at any hour"
"""Never read from the database: it stands on the screen even when the database does not answer."""

NOT_RECORDED = "no local line recorded"
SETTING = "crisis_line/"
"""Beginning of the setting's key; the site's name follows."""


def key(site: str) -> str:
    """Name the setting that holds a site's line."""
    return f"{SETTING}{site}"


def recorded(site: str) -> str:
    """Give a site's own line as it is recorded, ``""`` when there is none."""
    return data.chosen_settings().get(key(site), "").strip()


def lines(site: str | None) -> str:
    """Say where to turn, for a patient of a site (None or "" when the site is not known)."""
    if not site:
        return f"{NATIONAL}."
    return f"{NATIONAL}. At {site}: {recorded(site) or NOT_RECORDED}."
