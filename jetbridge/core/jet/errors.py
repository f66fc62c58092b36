"""What went wrong between us and Jet, in one plain sentence with the way out."""

from jetapi.errors import JetAuthError, JetConnectionError, JetError, JetResponseError, JetUnavailable
from jetbridge.core.jet.client import JetNotConfigured


def in_words(error: JetError) -> str:
    """Say why Jet's answer is missing, and what to do about it."""
    if isinstance(error, JetNotConfigured):
        return str(error)
    if isinstance(error, JetAuthError):
        return "Jet does not take our keys. Check API user and secret in Configuration."
    if isinstance(error, JetUnavailable):
        return f"Jet has failed so often that calls are held back for now: {error}"
    if isinstance(error, JetConnectionError):
        return f"Jet did not answer in time: {error}. Nothing is known about what it holds; try again."
    if isinstance(error, JetResponseError) and error.retryable:
        return f"Jet failed to answer ({error}). Try again in a moment."
    return f"Jet refused the question: {error}"
