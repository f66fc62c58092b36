#!/usr/bin/env python
"""Django's command line for JetBridge: one command behind each button of the panel."""

import gc
import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this very line is what stops an old Python
    sys.exit(f"JetBridge needs Python 3.11 or newer; this is {sys.version.split()[0]}.")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the version check
    from django.db import Error  # noqa: PLC0415 - after the version check

    from jetbridge.core import outages  # noqa: PLC0415 - after the version check
    from jetbridge.core.actors import account_on_machine, acting  # noqa: PLC0415 - after the version check

    try:
        # The framework's own commands name nobody: the history names the account that runs them.
        with acting(name=account_on_machine()):
            execute_from_command_line(sys.argv)
    except (Error, OSError) as error:
        outage = outages.outage_of(error)
        if outage is None:
            raise
        sys.exit(str(outage))
    finally:
        gc.freeze()  # nobody looks for garbage in what ends


if __name__ == "__main__":
    main()
