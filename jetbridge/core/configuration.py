"""Reading the merchant's configuration and the account it speaks through."""

from jetbridge.core.models import Configuration, JetAccount, Mode


def current() -> Configuration:
    """Return the configuration, made with its defaults on first use."""
    return (
        Configuration.objects.select_related("store_view").filter(pk=1).first()
        or (Configuration.objects.get_or_create(pk=1)[0])
    )


def active_account() -> JetAccount:
    """Return the account of the mode that is switched on, made empty on first use."""
    return account(current().mode)


def account(mode: str) -> JetAccount:
    """Return the account of a mode, made empty on first use."""
    return JetAccount.objects.get_or_create(mode=Mode(mode))[0]
