"""Which how-to explains each page of the room, and which commands stand behind its buttons."""

CHAPTERS = {
    "admin:index": "dashboard",
    "desk:configuration": "keys",
    "desk:configuration_tab": "keys",
    "desk:import_configuration": "keys",
    "desk:switch_mode": "keys",
    "desk:jet_api": "sandbox",
    "desk:cron": "cron-status",
    "desk:job": "cron-status",
    "desk:run": "cron-status",
    "desk:reschedule": "cron-status",
    "desk:pause": "cron-status",
    "desk:support": "support",
    "desk:help": "support",
    "desk:errors": "support",
}

# Capital letters stand for what the person puts in. docs/commands.md tells more of each.
COMMANDS: dict[str, tuple[str, ...]] = {
    "desk:configuration": (
        "configure",
        "validate_account",
        "configure --undo TAB",
        "configure --switch live",
    ),
    "desk:configuration_tab": (
        "configure",
        "validate_account",
        "configure --undo {tab}",
    ),
    "desk:cron": ("run_job JOB", "schedule_job JOB --pause --note WHY"),
    "desk:job": ("run_job {name}", "schedule_job {name} --every MINUTES --note WHY"),
    "desk:reschedule": ("schedule_job {name} --every MINUTES --note WHY",),
    "desk:pause": ("schedule_job {name} --pause --note WHY",),
    "desk:support": ("ask_support SUBJECT TEXT", "support_bundle"),
    "desk:import_configuration": (
        "configure --load FILE --dry-run",
        "configure --load FILE",
        "configure --export FILE",
    ),
    "desk:configuration_history": ("history --object core.configuration",),
    "desk:jet_api": (
        "jet_api",
        "jet_api all",
        "jet_api --order SKU --quantity N",
        "jet_api --return ORDER",
        "configure --switch live",
    ),
    "desk:remove_demo": (
        "remove_demo --dry-run",
        "remove_demo",
    ),
    "desk:run": (
        "mass_actions",
        "api_log --job JOB",
    ),
}
