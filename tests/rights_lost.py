"""Ways to lose the right to something while it is under way, and what is said of each."""

from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person

from jetbridge.core import people


def somebody(name, *groups):
    """Make a person of these groups."""
    person = Person.objects.create_user(name, is_staff=True)
    return people.save(person=person, groups=Group.objects.filter(name__in=groups))


def deleted(kim):
    """Delete the person."""
    people.delete(person=kim)


def kept_out(kim):
    """Switch the person off."""
    kim.is_active = False
    people.save(person=kim)


def no_staff(kim):
    """Let the person into the panel no more."""
    kim.is_staff = False
    people.save(person=kim)


def demoted(kim):
    """Leave the person to look only."""
    people.save(person=kim, groups=Group.objects.filter(name="viewer"))


LOST = {
    deleted: "kim was deleted.",
    kept_out: "kim, who started it, may not enter any more.",
    no_staff: "kim, who started it, may not enter any more.",
    demoted: "kim, who started it, does not have the permission ",
}
