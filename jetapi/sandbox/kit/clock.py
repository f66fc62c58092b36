"""A clock that runs like the real one but can be moved."""

from datetime import UTC, datetime, timedelta

from .memory import Memory


class Clock:
    """Real time plus an offset that survives a restart."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.offset = timedelta(seconds=memory.meta("clock_offset", 0.0))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def advance(self, seconds: float) -> None:
        """
        Move on by so many seconds (back, when negative).

        :raises ValueError: no calendar reaches that far
        """
        self._move_to(self.offset + _seconds(seconds))

    def set(self, moment: datetime) -> None:
        self._move_to(moment - datetime.now(UTC))

    def reset(self) -> None:
        self._move_to(timedelta())

    def _move_to(self, offset: timedelta) -> None:
        try:
            year = (datetime.now(UTC) + offset).year
        except OverflowError:
            year = 0
        if not 1971 <= year <= 9000:  # room for offsets and deadlines at both ends
            raise ValueError("the clock can be moved between the years 1971 and 9000")
        self.offset = offset
        self._memory.set_meta("clock_offset", offset.total_seconds())


def _seconds(value: float) -> timedelta:
    try:
        return timedelta(seconds=value)
    except (OverflowError, ValueError):
        raise ValueError("advance_seconds is out of range") from None
