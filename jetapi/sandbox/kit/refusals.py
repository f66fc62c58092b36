"""Why the service does not do what it was asked; the wire words them in its own way."""


class Rejected(Exception):
    """The document breaks rules; nothing was changed. `problems` are plain sentences that name the field."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class Unknown(Exception):
    """There is no such thing here."""


def reject_if(problems: list[str]) -> None:
    """
    Stop here when anything is wrong.

    :raises Rejected: with all problems at once
    """
    if problems:
        raise Rejected(*problems)
