"""What composed reports keep: weekly RAGs and their readers, half-termly reports, packs, lists under a name."""

from reports.models.halfterm import Briefing, HalfTermReport
from reports.models.packs import Pack, PackHandover, PackName, PackPart, PackProfile, PackRule
from reports.models.rag import SESSIONS_A_WEEK, RagDocument, RagNotice, RagStudent, WeeklyRagRun
from reports.models.reading import RagAnswer, RagOpening
from reports.models.saved import SavedView

__all__ = [
    "SESSIONS_A_WEEK",
    "Briefing",
    "HalfTermReport",
    "Pack",
    "PackHandover",
    "PackName",
    "PackPart",
    "PackProfile",
    "PackRule",
    "RagAnswer",
    "RagDocument",
    "RagNotice",
    "RagOpening",
    "RagStudent",
    "SavedView",
    "WeeklyRagRun",
]
