"""The cheap way to read the version of the data gives what the other gives."""

from sqlalchemy import Engine

from bhi_core.domain.actor import local_person
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from bhi_core.store.version import version_now


def test_it_is_the_version_that_a_transaction_reads_and_rises_with_a_write(engine: Engine) -> None:
    before = version_now(engine)

    commands.add_staff(engine, local_person("D. Reyes"), token="staff", name="D. Reyes", role="care manager")

    with reading(engine) as connection:
        assert version_now(engine) == queries.data_version(connection) > before
