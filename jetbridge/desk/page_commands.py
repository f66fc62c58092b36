"""Which commands stand behind the buttons of each page of the room."""

COMMANDS = {
    "desk:configuration": "configure; validate_account; configure --undo TAB; configure --switch live",
    "desk:configuration_tab": "configure; validate_account; configure --undo {tab}",
    "desk:connect_store": "connect_store --validate; store_module",
    "desk:cron": "run_job JOB; run_job JOB --try-again; schedule_job JOB --pause --note WHY",
    "desk:job": "run_job {name}; run_job {name} --try-again; schedule_job {name} --every MINUTES --note WHY",
    "desk:reschedule": "schedule_job {name} --every MINUTES --note WHY",
    "desk:pause": "schedule_job {name} --pause --note WHY",
    "desk:support": "ask_support SUBJECT TEXT; support_bundle",
    "desk:personal_data": "personal_data; forget_buyer; forget_buyer ORDER --yes",
    "desk:import_configuration": (
        "configure --load FILE --dry-run; configure --load FILE; configure --export FILE"
    ),
    "desk:configuration_history": "history --object core.configuration",
    "desk:jet_api": (
        "jet_api; jet_api all; jet_api --order SKU --quantity N; jet_api --return ORDER; "
        "configure --switch live; sandbox --finish-review; sandbox --keys test; sandbox --taxonomy; "
        "sandbox --clock MINUTES"
    ),
    "desk:compare_with_jet": "run_job desk.compare_with_jet; compare_with_jet; compare_with_jet --lift --yes",
    "desk:remove_demo": "remove_demo --dry-run; remove_demo",
    "desk:run": "mass_actions; api_log --job JOB",
}
