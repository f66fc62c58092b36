"""The required calls of test mode, run against the sandbox."""

import pytest

from jetapi import JetClient
from jetapi.sandbox import Sandbox
from jetbridge.core import configuration
from jetbridge.core.actors import acting
from jetbridge.core.jet import open_client
from jetbridge.core.models import JetAccount
from jetbridge.desk.services import proofs, runway


def test_running_all_calls_satisfies_jets_own_checklist(jet: JetClient, account: JetAccount):
    done, problem = runway.run(runway.STEPS, client=jet, account=account)

    assert problem == ""
    assert len(done) == 8
    assert jet.setup.status().is_complete


@pytest.mark.parametrize("key", [step.key for step in runway.STEPS])
def test_each_call_can_be_run_first(jet: JetClient, account: JetAccount, key: str):
    step = next(step for step in runway.STEPS if step.key == key)

    runway.run_step(step, client=jet, account=account)

    assert jet.setup.status().steps[step.flag]


def test_a_call_is_proved_by_its_own_line_in_the_log(account: JetAccount):
    step = next(step for step in runway.STEPS if step.key == "price")
    with acting(job="test"), open_client(account) as client:
        runway.run_step(step, client=client, account=account)

    call = proofs.proof(account, step)

    assert call is not None
    assert (call.method, call.path.endswith("/price"), call.status) == ("PUT", True, 202)


def test_live_keys_never_run_the_required_calls(account: JetAccount, jet: JetClient, sandbox: Sandbox):
    live = configuration.account("live")
    before = len(sandbox.calls())

    done, problem = runway.run(runway.STEPS, client=jet, account=live)

    assert done == []
    assert "test keys only" in problem
    assert len(sandbox.calls()) == before
