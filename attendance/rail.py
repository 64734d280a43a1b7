"""Attendance's pages in the rail."""

from pastoral.core.models import User
from pastoral.core.navigation import Entry
from pastoral.core.rights import Right


def decides(user: User) -> str:
    """Return the label of the proposals for who decides some, as year team or as tutor."""
    return "Proposals" if user.rights & {Right.DECIDE_PROPOSALS, Right.ANSWER_PROPOSALS} else ""


RAIL = (
    Entry("Proposals", "attendance:proposal_list", None, "flag", order=14, label_for=decides),
    Entry("Register", "attendance:register_now", Right.TAKE_REGISTER, "check", "Attendance", 20),
    Entry("Registers board", "attendance:board", Right.CHASE_REGISTERS, "table", "Attendance", 22),
    Entry("Unexplained absences", "attendance:unexplained_list", Right.CORRECT_MARKS, "clock", "Attendance", 26),
    Entry("Planned absences", "attendance:planned_list", Right.SEE_STUDENT, "calendar", "Attendance", 32),
    Entry("Leave requests", "attendance:leave_list", Right.APPROVE_LEAVE, "circle-check", "Attendance", 33),
    Entry(
        "Punctuality",
        "attendance:punctuality",
        Right.SEE_PUNCTUALITY,
        "clock",
        "Attendance",
        36,
        covers=("/minutes-late/",),
    ),
    Entry("Penalty notices", "attendance:notice_list", Right.CHASE_REGISTERS, "flag", "Attendance", 40),
    Entry("Change many marks", "attendance:bulk_form", Right.BULK_MARKS, "table", "Attendance", 45),
    Entry("Amended marks", "attendance:amendment_list", Right.CORRECT_MARKS, "list", "Attendance", 46),
    Entry("RAG bands", "attendance:rag_scale_form", Right.CHANGE_SETTINGS, "cog", "School", 850),
    Entry("School day", "attendance:times_form", Right.CHANGE_SETTINGS, "clock", "School", 851),
    Entry("Proposal rules", "attendance:rule_list", Right.CHANGE_SETTINGS, "cog", "School", 853),
    Entry(
        "Benchmarks and targets",
        "attendance:target_list",
        Right.SET_TARGETS,
        "flag",
        "School",
        855,
        covers=("/settings/benchmarks/",),
    ),
)
