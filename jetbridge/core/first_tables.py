"""
The tables of an empty database, made at once as all migrations together leave them.

Step by step, Django works out anew for each of some 1,400 operations what hangs together with what: half a minute of
processor for tables without a row. Our migrations move what is there and put nothing in, so where nothing is, only
the end counts; a test holds both ways against each other. All is one transaction: a process that dies leaves the
database empty.
"""

from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# Of PostgreSQL's advisory locks, the one of whoever makes the tables.
LOCK = 7_021_946


def make(connection: BaseDatabaseWrapper) -> int:
    """Make all tables and note all migrations as applied; return how many, 0 where the database is not empty."""
    if connection.introspection.table_names():
        return 0
    loader = MigrationLoader(connection)
    with connection.schema_editor(atomic=True) as editor:
        # Of two that start together the second waits here, and then finds the tables of the first.
        _lock(connection)
        if connection.introspection.table_names():
            return 0
        _make_tables(editor, loader)
        return _note_migrations(editor, loader)


def _lock(connection: BaseDatabaseWrapper) -> None:
    """Keep others out until the transaction ends; SQLite's began with its lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _make_tables(editor: BaseDatabaseSchemaEditor, loader: MigrationLoader) -> None:
    database = editor.connection.alias
    for model in loader.project_state().apps.get_models():
        if model._meta.can_migrate(editor.connection) and router.allow_migrate_model(database, model):
            editor.create_model(model)


def _note_migrations(editor: BaseDatabaseSchemaEditor, loader: MigrationLoader) -> int:
    table = MigrationRecorder(editor.connection).Migration
    editor.create_model(table)
    rows = [table(app=app, name=name) for app, name in sorted(loader.disk_migrations)]
    return len(table.objects.using(editor.connection.alias).bulk_create(rows))
