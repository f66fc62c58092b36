"""Which commands stand behind the buttons of each page of the room."""

COMMANDS = {
    "admin:core_event_changelist": "history; history SKU; history --person PERSON --since DAY",
    "admin:core_event_change": "history REQUEST_ID",
    "admin:core_apicall_changelist": "api_log; api_log SKU; api_log --answer refused --since DAY",
    "admin:core_apicall_change": (
        "api_log --show {object_id}; api_log --curl {object_id}; api_log --again {object_id}"
    ),
    "admin:auditlog_logentry_changelist": "history --edits; history --edits SKU",
    "admin:auth_user_changelist": (
        "people; people NAME --create --groups merchant; people NAME --groups merchant,operations; "
        "people NAME --lock"
    ),
    "admin:auth_user_add": "people NAME --create --groups merchant --email EMAIL",
    "admin:auth_user_change": (
        "people NAME --groups merchant; people NAME --lock; people NAME --unlock; people NAME --password -"
    ),
    "admin:auth_user_password_change": "people NAME --password -",
    "admin:auth_user_delete": "people NAME --delete; people NAME --lock",
    "admin:auth_group_changelist": "roles; roles GROUP --create",
    "admin:auth_group_add": "roles GROUP --create --give APP.PERMISSION",
    "admin:auth_group_change": (
        "roles GROUP; roles GROUP --give APP.PERMISSION; roles GROUP --take APP.PERMISSION"
    ),
    "admin:auth_group_delete": "roles GROUP --delete",
}
