#!/usr/bin/env python
"""Django's command line for JetBridge: one command behind each button of the panel."""

import gc
import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this very line is what stops an old Python
    sys.exit(f"JetBridge needs Python 3.11 or newer; this is {sys.version.split()[0]}.")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
    from django.core.management import ManagementUtility  # noqa: PLC0415 - after the version check
    from django.core.management.base import BaseCommand  # noqa: PLC0415 - after the version check
    from django.db import Error  # noqa: PLC0415 - after the version check

    from jetbridge.core import outages  # noqa: PLC0415 - after the version check
    from jetbridge.core.actors import account_on_machine, acting  # noqa: PLC0415 - after the version check

    class Commands(ManagementUtility):
        def fetch_command(self, subcommand: str) -> BaseCommand:
            command = super().fetch_command(subcommand)
            from jetbridge.core import people  # noqa: PLC0415 - it needs the apps

            if self.argv[1:2] == [subcommand]:  # not `help` of it
                people.note_command(subcommand, self.argv[2:])
            return command

    try:
        # The framework's own commands name nobody: the history names the account that runs them.
        with acting(name=account_on_machine()):
            Commands(sys.argv).execute()
    except (Error, OSError) as error:
        outage = outages.outage_of(error)
        if outage is None:
            raise
        sys.exit(str(outage))
    finally:
        gc.freeze()  # nobody looks for garbage in what ends


if __name__ == "__main__":
    main()
