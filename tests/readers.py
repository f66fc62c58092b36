"""People who may read the inbox."""

from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person


def reader(name: str, email: str | None = None) -> Person:
    """Make a viewer, with an address unless another, or none, is given."""
    person = Person.objects.create_user(
        name, f"{name}@example.test" if email is None else email, is_staff=True
    )
    person.groups.add(Group.objects.get(name="viewer"))
    return person
