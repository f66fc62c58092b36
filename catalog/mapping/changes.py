"""What mapping announces: store categories and attributes that mean something else to Jet now."""

from dataclasses import dataclass

from jetbridge.core.announcements import Topic


@dataclass(frozen=True, slots=True)
class MappingChanged:
    """Branches of the store's tree (treebeard's paths) and codes of attributes whose mapping or taxonomy changed."""

    paths: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


MAPPING: Topic[MappingChanged, None] = Topic("mapping")
