"""Turn what a database driver raises into a sentence for people; never with a value of the failing row."""

import sqlite3

from bhi_core.errors import Conflict, Refused

BUSY = "The database is busy with somebody else's change: try again in a moment."
CLOSED = "The database could not be opened: check BHI_DATABASE_URL, and that its folder or server can be reached."
FULL = "The disk of the database is full: nothing was kept. Make room and try again."
NOT_READY = "The database has not been made ready: run `python -m bhi_core migrate` once."
READ_ONLY = "The database may not be written to from here: check who owns its file, or the rights of its user."
NOT_A_DATABASE = "The file that BHI_DATABASE_URL names is not a database: name another file."
ONLY_ADDED = "Audit rows are only ever added: nothing was changed."
NO_VALUE = "The database cannot keep one of these values: nothing was kept. Check them and try again."
TWICE = "Somebody else changed this at the same moment: nothing was kept. Look at it again and repeat."

SQLITE = {
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_NOTADB": NOT_A_DATABASE,
    "SQLITE_CORRUPT": NOT_A_DATABASE,
    "SQLITE_CANTOPEN": CLOSED,
    "SQLITE_IOERR": CLOSED,
}
POSTGRES = {
    "40001": BUSY,
    "40P01": BUSY,
    "55P03": BUSY,
    "53100": FULL,
    "25006": READ_ONLY,
    "42501": READ_ONLY,
    "42P01": NOT_READY,
    "42703": NOT_READY,
    "BHI01": ONLY_ADDED,
}


def in_words(error: BaseException) -> Refused | None:
    """Give our own error for a driver's, or None when it is none of a driver's.

    A rule of the tables that was broken is named by the constraint, without the row.
    """
    if isinstance(error, sqlite3.Error):
        return _sqlite(error)
    if type(error).__module__.partition(".")[0] == "psycopg":
        return _postgres(error)
    return None


def _sqlite(error: sqlite3.Error) -> Refused | None:
    label = getattr(error, "sqlite_errorname", "") or ""
    message = str(error)
    if label.startswith("SQLITE_CONSTRAINT"):
        if label.endswith(("_UNIQUE", "_PRIMARYKEY")):
            return Conflict(TWICE)
        if label.endswith("_TRIGGER"):
            return Refused(ONLY_ADDED)
        return _broken(message.partition(": ")[2] if label.endswith("_CHECK") else label.rpartition("_")[2].lower())
    if "no such table" in message or "no such column" in message:
        return Refused(NOT_READY)
    family = "_".join(label.split("_")[:2])
    return Refused(SQLITE[family]) if family in SQLITE else None


def _postgres(error: BaseException) -> Refused | None:
    state = getattr(error, "sqlstate", None) or ""
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    if state == "23505":
        return Conflict(TWICE)
    if state.startswith("23"):
        return _broken(constraint or "not null")
    if state in POSTGRES:
        return Refused(POSTGRES[state])
    if state.startswith("22"):
        return Refused(NO_VALUE)
    if not state or state.startswith(("08", "57P", "28", "3D")):
        return Refused(CLOSED) if type(error).__name__ == "OperationalError" or state else None
    return None


def _broken(rule: str) -> Refused:
    return Refused(
        f"The database refused a record by its rule {rule}: nothing was kept. Check the values and try again."
    )
