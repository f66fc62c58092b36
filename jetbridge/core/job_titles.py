"""What people call each job, for the logs that stand below the room of jobs; its registry fills this table."""

TITLES: dict[str, str] = {}


def title_of(name: str) -> str:
    """Return a job's title; one that this panel does not have goes by its name."""
    return TITLES.get(name, name)


def who_acted(name: str, job: str) -> str:
    """Return a person's name, else a job's title; of rows from before names were kept nobody knows either."""
    return name or title_of(job) or "Not recorded"
