"""Marks, registers, what is planned and what is made of it, and what the school sets."""

from attendance.models.bulk import BulkChange
from attendance.models.codes import AttendanceCode
from attendance.models.following import NoticeDecision, PenaltyNotice, Proposal, TruancyFollowUp
from attendance.models.marks import AttendanceWeek, LessonMark, Session, SessionMark
from attendance.models.planned import PlacementConfirmation, PlannedMark
from attendance.models.registers import Register, RegisterNudge, RegisterSubmission
from attendance.models.settings import (
    AttendanceTarget,
    Benchmark,
    Period,
    ProposalRule,
    RagScale,
    RegisterTimes,
    RuleException,
)

__all__ = [
    "AttendanceCode",
    "AttendanceTarget",
    "AttendanceWeek",
    "Benchmark",
    "BulkChange",
    "LessonMark",
    "NoticeDecision",
    "PenaltyNotice",
    "Period",
    "PlacementConfirmation",
    "PlannedMark",
    "Proposal",
    "ProposalRule",
    "RagScale",
    "Register",
    "RegisterNudge",
    "RegisterSubmission",
    "RegisterTimes",
    "RuleException",
    "Session",
    "SessionMark",
    "TruancyFollowUp",
]
