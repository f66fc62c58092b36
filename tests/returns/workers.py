"""Workers of returns that run in processes of their own."""

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from returns.services import completion_answers, refund_answers


def send_returns(_argument: str) -> None:
    """Send what is due of answers to returns."""
    with open_client() as client:
        completion_answers.send_returns(client=client, account=configuration.active_account())


def send_refunds(_argument: str) -> None:
    """Send what is due of refunds."""
    with open_client() as client:
        refund_answers.send_refunds(client=client, account=configuration.active_account())
