"""The whole way with a store elsewhere, in a world of its own: every step checked against both sandboxes."""

import io
import json

import pytest
from django.core.management import call_command

from jetbridge.desk.journey.world import COMMAND_SECONDS, StepFailed, World
from jetbridge.desk.management.commands import journey
from tests.children import managed


class ReadyWorld(World):
    """Its first command is a process from its start; the forty that follow are forked from one that is set up."""

    def plain(self, *words: str) -> str:
        """Run one management command and return what it printed."""
        if words[0] == "migrate":
            return super().plain(*words)
        ran = managed(self.env, *words, seconds=COMMAND_SECONDS)
        if ran.returncode:
            raise StepFailed(f"`manage.py {' '.join(words)}` exited with {ran.returncode}: {ran.stderr}")
        return ran.stdout


class Journey(journey.Command):
    """The command, in that world."""

    world = ReadyWorld


@pytest.mark.timeout(900)
def test_what_is_made_in_the_store_is_sold_shipped_and_given_back_on_both_sides():
    out = io.StringIO()

    call_command(Journey(), store="magento", json=True, stdout=out)

    said = json.loads(out.getvalue().strip().splitlines()[-1])
    assert (said["problem"], said["done"], said["steps"]) == ("", 10, 10), out.getvalue()
