"""The fixed colors of our verdicts, each with its word."""

from django.utils.safestring import SafeString

from catalog.rules.models import ValidationResult
from jetbridge.panel.display import Tone, chip

Severity = ValidationResult.Severity

SEVERITY_TONES: dict[str, Tone] = {
    Severity.BLOCKS: "red",
    Severity.NOT_LIVE: "amber",
    Severity.ADVICE: "blue",
    Severity.CLEAN: "green",
}


def verdict_chip(verdict: ValidationResult | None) -> SafeString:
    """Return the stored verdict as a count and a word; an old or missing one is not known."""
    if verdict is None or verdict.checked_at is None:
        return chip("Not checked", "grey")
    if verdict.stale_since is not None:
        return chip("Being checked", "grey")
    total = verdict.blocks + verdict.not_live + verdict.advice
    if not total:
        return chip("No problem", "green")
    words = f"{total} problem" if total == 1 else f"{total} problems"
    return chip(words, SEVERITY_TONES.get(verdict.worst, "grey"))
