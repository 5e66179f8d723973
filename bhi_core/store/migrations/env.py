"""Run the migrations on the connection that ``store.engine`` gives; there is no alembic.ini and no offline mode."""

from alembic import context

from bhi_core.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
