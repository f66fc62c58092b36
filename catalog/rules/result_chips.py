"""The fixed colors of our results, each with its word."""

from django.utils.safestring import SafeString

from catalog.rules.models import ValidationResult
from jetbridge.core.texts import counted
from jetbridge.panel.display import Tone, chip

Severity = ValidationResult.Severity

SEVERITY_TONES: dict[str, Tone] = {
    Severity.BLOCKS: "red",
    Severity.NOT_LIVE: "amber",
    Severity.ADVICE: "blue",
    Severity.CLEAN: "green",
}


def result_chip(result: ValidationResult | None) -> SafeString:
    """Return the stored result as a count and a word; an old or missing one is not known."""
    if result is None or result.checked_at is None:
        return chip("Not checked", "grey")
    if result.stale_since is not None:
        return chip("Being checked", "grey")
    total = result.blocks + result.not_live + result.advice
    if not total:
        return chip("No problem", "green")
    words = counted(total, "problem")
    return chip(words, SEVERITY_TONES.get(result.worst, "grey"))
