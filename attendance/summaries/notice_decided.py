"""Decisions about penalty notices as they are shown: what was asked, what changed since, what came after."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from attendance.figures.notices import Missed
from attendance.models import NoticeDecision
from attendance.summaries.frozen_marks import MarkSince


@dataclass(frozen=True)
class DecisionShown:
    """A decision, the marks of it that changed since, and what came after it."""

    decision: NoticeDecision
    changed: tuple[MarkSince, ...]
    since: tuple[Missed, ...]
    since_to: date
    possible_since: int

    @property
    def decided_on(self) -> date:
        """The day of the decision."""
        return timezone.localdate(self.decision.decided_at)

    @property
    def answers(self) -> list[tuple[str, str]]:
        """What was asked before a notice, with the answer given."""
        checks = self.decision.checks
        return [(words, ANSWERS[checks[name]]) for name, words in CHECKS.items() if checks.get(name) in ANSWERS]

    @property
    def runs_to(self) -> date | None:
        """The last day of a notice to improve; None for any other decision."""
        is_notice = self.decision.decision == NoticeDecision.Decision.NOTICE_TO_IMPROVE
        return self.decision.review_on if is_notice else None


# What a school asks itself before a notice. Source: National Framework for Penalty Notices; domain.md 3.1.
CHECKS = {
    "appropriate": "Is support appropriate in this case?",
    "offered": "Was support offered?",
    "engaged": "Did the family engage with it?",
    "best_tool": "Is a notice the best tool to improve attendance?",
    "equality": "Were the duties of the Equality Act considered (SEN, disability)?",
}

ANSWERS = {"yes": "Yes", "no": "No", "not_known": "Not known"}
