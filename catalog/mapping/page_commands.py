"""Which commands stand behind the buttons of each page of the room."""

_MAP_ATTRIBUTE = "map_attribute CODE JET_ID --category JET_ID --unit UNIT --word OURS=JETS"

COMMANDS = {
    "mapping:taxonomy": (
        "import_taxonomy DIR; import_taxonomy DIR --dry-run; taxonomy_imports; taxonomy_imports --from-jet"
    ),
    "mapping:categories": (
        "map_category PATH JET_ID; map_category PATH JET_ID --below; map_category PATH --clear; "
        "map_category --undo CHANGE"
    ),
    "admin:mapping_attributemapping_changelist": "map_attribute CODE JET_ID",
    "mapping:attributes": (
        "suggest_attributes; suggest_attributes --accept; map_attribute CODE JET_ID --category JET_ID"
    ),
    "mapping:suggestions": "suggest_categories; suggest_categories --accept SCORE",
    "mapping:words": "map_attribute CODE --word OURS=JETS; map_attribute CODE --no-word OURS",
    "mapping:taxonomy_import": (
        "taxonomy_imports --accept {pk} --with-mappings; taxonomy_imports --discard {pk}; "
        "taxonomy_imports --look {pk}; taxonomy_imports --restore {pk}; taxonomy_imports --move {pk}"
    ),
    "admin:mapping_attributemapping_add": _MAP_ATTRIBUTE,
    "admin:mapping_attributemapping_change": _MAP_ATTRIBUTE,
    "admin:mapping_attributemapping_delete": "map_attribute CODE --clear",
}
