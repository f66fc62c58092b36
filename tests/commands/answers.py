"""What a command answers under --json, and how it refuses."""

import json

import pytest
from django.core.management import CommandError, call_command


def answer(capsys, *arguments, **options):
    """Return the JSON object that a command ends with."""
    call_command(*arguments, json=True, **options)
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def refusal(*arguments, **options):
    """Return how a command refuses."""
    with pytest.raises(CommandError) as refused:
        call_command(*arguments, **options)
    return refused.value
