"""How a call to Jet can fail, by the answer's status or the lack of one."""

from jetbridge.desk.error_book.entries import Entry

KEYS = "desk:configuration"
LOG = "admin:core_apicall_changelist"
CRON = "desk:cron"

ENTRIES = (
    Entry("400", "Refused by Jet", "Jet understood the call and does not take it; its words stand in the log and beside the object.", "Fix what it names; repeating it unchanged is useless.", page=LOG),
    Entry("401", "Not authorized", "The keys are wrong, of the other mode, or were withdrawn.", "Copy user and secret anew from Jet's partner portal and validate them.", page=KEYS),
    Entry("403", "Forbidden", "The account may not make this call.", "Ask Jet's partner support which rights the account has.", "You, then Jet", LOG),
    Entry("404", "Not found", "Jet does not know this SKU, order or return: it belongs to the other mode, or is gone.", "Check the mode in the header; sync the object.", page=LOG),
    Entry("409", "In conflict", "Something changed at Jet at the same moment.", "Sync the object and look again.", page=LOG),
    Entry("429", "Too many calls", "Jet asks for fewer calls.", "Nothing: the panel waits as long as Jet says. When it happens often, lower the number of connections.", "Jet", KEYS),
    Entry("500", "Jet failed", "Something broke at Jet.", "Nothing: harmless calls are repeated, and others are settled by asking Jet what it holds.", "Jet", LOG),
    Entry("502", "Jet unreachable behind its gate", "Jet's gate answers, what stands behind it does not.", "Wait; calls are repeated by themselves.", "Jet", LOG),
    Entry("503", "Jet unavailable", "Jet's server is overloaded or being maintained.", "Nothing: the panel tries again by itself, and what waits is kept.", "Jet", LOG),
    Entry("504", "Jet too slow", "Jet did not answer its own gate in time.", "Wait; calls are repeated by themselves.", "Jet", LOG),
    Entry("JetConnectionError", "No answer", "The connection failed or took too long: the network, a proxy, or Jet.", "Check the API URL and the server's way to the web.", "Whoever runs the panel", KEYS),
    Entry("JetUnavailable", "Calls are held back", "Jet failed so often that the panel waits before it tries again.", "Wait; the moment of the next try stands beside it.", "Jet", CRON),
    Entry("JetUnreadable", "Unreadable answer", "Jet answered with something that its API does not promise: a page, or half an answer.", "Wait; when it stays, send the support bundle.", "Jet", LOG),
    Entry("JetInvalidRequest", "Not sent", "The call could not be built: a value is impossible.", "Fix the value that it names.", page=LOG),
    Entry("JetForbiddenAddress", "Address not followed", "Jet named an address that is none of its own, so nothing was sent there.", "Check the API URL; if it is right, send the support bundle.", page=KEYS),
    Entry("JetNotConfigured", "Not configured", "The API URL or keys are missing, or the panel is switched off.", "Complete Configuration.", page=KEYS),
    Entry("JetAuthError", "Keys not accepted", "Jet does not accept user and secret.", "Copy both anew from Jet's partner portal and validate them.", page=KEYS),
    Entry("JetRejected", "Refused by Jet", "Jet understood the call and does not take it.", "Fix what Jet names.", page=LOG),
    Entry("JetNotFound", "Unknown to Jet", "Jet does not know what the call is about.", "Check the mode in the header; sync the object.", page=LOG),
    Entry("JetThrottled", "Too many calls", "Jet asks for fewer calls.", "Nothing: the panel waits as long as Jet says.", "Jet", LOG),
    Entry("JetServerError", "Jet failed", "Something broke at Jet.", "Wait; what must happen once is settled by asking Jet.", "Jet", LOG),
    Entry("answer lost", "Answer lost", "The call went out and no answer came back, so nobody knows yet whether Jet did it.", "Nothing: the panel reads what Jet holds before anything is sent again.", "Jet", CRON),
    Entry("mail", "Mail was not sent", "The mail server did not take it: its address or login is wrong, or it is away.", "Nothing when it was away: the mail goes with the next run. Otherwise correct the mail settings of the installation.", "Whoever runs the panel", CRON),
    Entry("died", "Run died", "A worker stopped in the middle of a job.", "Nothing: the next run goes on where it stopped. When it happens often, look at memory and the server's log.", "Whoever runs the panel", CRON),
    Entry("set_aside", "Job is set aside", "Twice within a day one computation of the job kept everything else in its worker from running, so that the worker had to be replaced.", "Send the support bundle: its last runs say when that was. Try again lets it run once more; the next time it is set aside at once.", "Whoever runs the panel", CRON),
    Entry("late", "Job is late", "No worker took the job up, or the schedule does not run.", "Start both: make worker, make beat; Cron Status shows which is missing.", "Whoever runs the panel", CRON),
    Entry("stalled", "Run makes no progress", "A run lives and has achieved nothing for minutes: whatever it waits for does not come.", "After ten minutes another worker takes its work over, and the old run can write nothing more. When none does, restart the worker.", "Whoever runs the panel", CRON),
)  # fmt: skip
