"""What the forms of a page say of themselves as commands."""

import re

from django.core.management import get_commands, load_command_class

OURS = {"jetbridge", "catalog", "orders", "returns"}
# Django's own, which does one thing better here; it keeps the ways of Django's commands.
DJANGOS = {"migrate"}


def our_commands() -> dict[str, str]:
    """Return each command of the panel's with the app that it lies in."""
    apps = get_commands().items()
    return {name: app for name, app in apps if app.split(".")[0] in OURS and name not in DJANGOS}


def options_of(name):
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    return {option for action in parser._actions for option in action.option_strings}


def said(page):
    """Return the command that a page's form begins, and the options that its fields give."""
    content = page.content.decode()
    return (
        re.search(r'data-jb-command="([^"]+)"', content).group(1),
        {option for option in re.findall(r'data-jb-option="([^"]*)"', content) if option},
    )
