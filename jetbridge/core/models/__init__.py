"""Tables of core, by topic."""

from jetbridge.core.models.accounts import JetAccount, Mode, StoreView
from jetbridge.core.models.calls import ApiCall
from jetbridge.core.models.configuration import Configuration
from jetbridge.core.models.erasures import Erasure
from jetbridge.core.models.events import Event
from jetbridge.core.models.generations import ComparedItem, Comparison, Generation
from jetbridge.core.models.runs import JobRun
from jetbridge.core.models.seals import HistoryHead, HistoryMark, Seal
from jetbridge.core.models.totals import Total

__all__ = [
    "ApiCall",
    "ComparedItem",
    "Comparison",
    "Configuration",
    "Erasure",
    "Event",
    "Generation",
    "HistoryHead",
    "HistoryMark",
    "JetAccount",
    "JobRun",
    "Mode",
    "Seal",
    "StoreView",
    "Total",
]
