"""The database wrapper that Django looks for under this name."""

import os
from typing import Any

from django.db.backends.postgresql import base, creation


class DatabaseCreation(creation.DatabaseCreation):
    """Lets the processes of a parallel run share the migrations' work: all but the first begin with a copy."""

    _template = ""

    def create_test_db(self, *arguments: Any, **options: Any) -> str:
        """Copy what another process of this run made, or make it and leave a copy for the others."""
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
        if not run:
            return str(super().create_test_db(*arguments, **options))
        template = f"tables_of_{run}"
        with self._nodb_cursor() as cursor:
            # Given back with the cursor's connection.
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [template])
            is_made = self._database_exists(cursor, template)
            if is_made:
                self.connection.settings_dict["TEST"]["TEMPLATE"] = template
            name = str(super().create_test_db(*arguments, **options))
            if not is_made:
                self.connection.close()
                self.connection.close_pool()
                cursor.execute(f'CREATE DATABASE "{template}" TEMPLATE "{name}"')
                self._template = template
            # No test takes the power away, and none asks anything that pays for being compiled.
            for option in ("synchronous_commit", "jit"):
                cursor.execute(f'ALTER DATABASE "{name}" SET {option} TO off')
            self.connection.close()
            self.connection.close_pool()
        return name

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        super()._destroy_test_db(test_database_name, verbosity)
        if self._template:
            with self._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{self._template}"')


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with this way of making test databases."""

    creation_class = DatabaseCreation
