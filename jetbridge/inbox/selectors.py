"""Questions that jobs ask of the inbox."""

from jetbridge.inbox import alerts, merchant_mail, support_messages


def unsent_jobs() -> list[str]:
    """Return the name of the mail job when a notification or a message to support is to be mailed."""
    waiting = (merchant_mail.waiting(), alerts.waiting(), support_messages.unsent())
    return ["core.send_mail"] if any(rows.exists() for rows in waiting) else []
