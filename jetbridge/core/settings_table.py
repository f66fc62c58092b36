"""
The merchant's settings in one table: form, tabs, the command's options, limits and documents come from it.

A setting is a column of Configuration; the room that goes by it registers its words, tab by tab.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator

from jetbridge.core.models import Configuration


@dataclass(frozen=True)
class Setting:
    """One setting: what people call it, what it does, and how it is entered where its column does not say."""

    name: str
    label: str
    help: str = ""
    # Its name outside its tab, where the label alone would say too little.
    title: str = ""
    field: Callable[..., forms.Field] | None = None
    # What an empty entry stands for.
    empty: Any = None
    # Its option of the command `configure`.
    option: str = ""

    @property
    def column(self) -> Any:
        """The column that holds it."""
        return Configuration._meta.get_field(self.name)

    @property
    def words(self) -> str:
        """Its name within a sentence."""
        words = self.title or self.label
        return words if words[1:2].isupper() else words[:1].lower() + words[1:]

    @property
    def command_option(self) -> str:
        """What sets it from a shell."""
        return self.option or f"--{self.name.replace('_', '-')}"

    @property
    def limits(self) -> str:
        """What its value may be at least and at most, in words; nothing without a limit that matters."""
        lowest, highest = (_limit(self.column, kind) for kind in (MinValueValidator, MaxValueValidator))
        if self.field is not None or (highest is None and not lowest):
            return ""
        if highest is None:
            return f"At least {lowest:,}."
        return f"{lowest or 0:,} to {highest:,}."

    @property
    def hint(self) -> str:
        """What stands beside its field."""
        return " ".join(filter(None, (self.limits, self.help)))

    def form_field(self, **how: Any) -> Any:
        """Return a field of a form to enter it."""
        how |= {"label": self.label, "help_text": self.hint}
        return self.field(**how) if self.field else self.column.formfield(**how)


@dataclass(frozen=True)
class Tab:
    """One tab of Configuration: its settings under the headings between which they stand."""

    key: str
    title: str
    place: int
    groups: Mapping[str, Sequence[Setting]]

    @property
    def settings(self) -> list[Setting]:
        """Its settings in the order of the page."""
        return [setting for group in self.groups.values() for setting in group]

    @property
    def names(self) -> list[str]:
        """Their columns; a save of the tab touches nothing else."""
        return [setting.name for setting in self.settings]


_tabs: dict[str, Tab] = {}


def register(tab: Tab) -> None:
    """
    Add a tab with its settings.

    :raises ValueError: one of them stands on another tab already
    """
    taken = {setting.name for other in _tabs.values() if other.key != tab.key for setting in other.settings}
    if twice := taken & set(tab.names):
        raise ValueError(f"Settings on two tabs: {', '.join(sorted(twice))}.")
    _tabs[tab.key] = tab


def tabs() -> dict[str, Tab]:
    """Return the tabs by their keys, in the order of the page."""
    return dict(sorted(_tabs.items(), key=lambda item: item[1].place))


def settings() -> Iterator[Setting]:
    """Return every setting, tab after tab."""
    return (setting for tab in tabs().values() for setting in tab.settings)


def names() -> list[str]:
    """Return the columns of all settings, tab after tab."""
    return [setting.name for setting in settings()]


def setting(name: str) -> Setting:
    """Return the setting that a column holds."""
    return next(each for each in settings() if each.name == name)


def tab_of(name: str) -> Tab:
    """Return the tab that a setting stands on."""
    return next(tab for tab in _tabs.values() if name in tab.names)


def _limit(column: Any, kind: type[BaseValidator]) -> Any:
    # Those that the column names: a database adds what its integers can hold.
    named = column.deconstruct()[3].get("validators", ())
    return next((each.limit_value for each in named if isinstance(each, kind)), None)
