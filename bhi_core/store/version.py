"""Read the version of the data as cheaply as it can be read: every page asks for it on every run, several times."""

from sqlalchemy import Engine

from bhi_core.store.engine import plain_errors
from bhi_core.store.tables import DataVersion, table

_QUESTION = f"SELECT version FROM {table(DataVersion).name}"  # noqa: S608  the name is a constant of this program


def version_now(engine: Engine) -> int:
    """Give the integer that every write raises, through the driver's own cursor.

    ``queries.data_version`` gives the same from within a transaction, in about ten times as long.
    """
    with plain_errors():
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(_QUESTION)
            ((found,),) = cursor.fetchall()
            cursor.close()
        finally:
            connection.close()
    return int(found)
