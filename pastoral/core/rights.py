"""Who may do what: roles, rights and the table between them.

A right answers "may this role do it" (no: 403). "On this student" is the queryset's `visible_to` (no: 404).
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase

if TYPE_CHECKING:
    from pastoral.core.requests import StaffRequest

P = ParamSpec("P")


class Role(models.TextChoices):
    """The eight roles of design.md section 2. An Assistant Pastoral Leader holds the Pastoral Manager's."""

    FORM_TUTOR = "form_tutor", "Form Tutor"
    PASTORAL_MANAGER = "pastoral_manager", "Pastoral Manager"
    HEAD_OF_YEAR = "head_of_year", "Head of Year"
    SLT = "slt", "SLT"
    ATTENDANCE_OFFICER = "attendance_officer", "Attendance Officer"
    SENCO = "senco", "SENCO"
    DSL = "dsl", "DSL"
    DATA_MANAGER = "data_manager", "Data Manager"


class Right(StrEnum):
    """One thing that a person may or may not do, whichever student it is about."""

    FIND_STUDENT = "find_student"
    SEE_STUDENT = "see_student"
    SEE_SENSITIVE_CODES = "see_sensitive_codes"
    SEE_ALL_FLAGS = "see_all_flags"
    SEE_YEAR_DASHBOARD = "see_year_dashboard"
    SEE_WEEKLY_RAG = "see_weekly_rag"
    SEE_YEAR_RAG = "see_year_rag"
    ASK_WEEKLY_RAG = "ask_weekly_rag"
    ANSWER_RAG = "answer_rag"  # about the students of one's own group
    SEE_BEHAVIOUR_NARRATIVE = "see_behaviour_narrative"
    TAKE_REGISTER = "take_register"
    CORRECT_MARKS = "correct_marks"
    SET_ABSENCE_CODES = "set_absence_codes"
    BULK_MARKS = "bulk_marks"
    PLAN_MARKS = "plan_marks"
    APPROVE_LEAVE = "approve_leave"
    CHASE_REGISTERS = "chase_registers"
    WORK_TRUANCY = "work_truancy"
    SEE_PUNCTUALITY = "see_punctuality"
    SEE_PA_TRACKER = "see_pa_tracker"
    DECIDE_PROPOSALS = "decide_proposals"
    ANSWER_PROPOSALS = "answer_proposals"  # those that a rule puts to the student's tutor
    DECIDE_NOTICES = "decide_notices"
    KEEP_INCLUSION = "keep_inclusion"
    LOG_INCIDENT = "log_incident"
    REVIEW_INCIDENTS = "review_incidents"
    SEE_BEHAVIOUR_PATTERNS = "see_behaviour_patterns"
    KEEP_CASES = "keep_cases"
    MARK_FORM_TIME = "mark_form_time"
    WRITE_TO_DSL = "write_to_dsl"
    READ_DSL_CONCERNS = "read_dsl_concerns"
    SET_DETENTIONS = "set_detentions"
    CALL_FOR_HELP = "call_for_help"
    ANSWER_CALLS = "answer_calls"
    SEE_SUSPENSIONS = "see_suspensions"
    KEEP_SUSPENSIONS = "keep_suspensions"
    ARRANGE_WORK = "arrange_work"  # for students who are suspended or absent for long
    KEEP_REPORT_CARDS = "keep_report_cards"
    ASK_TEACHERS = "ask_teachers"
    AWARD = "award"
    KEEP_CAMPAIGNS = "keep_campaigns"
    LOG_CONTACTS = "log_contacts"
    SEE_CONTACTS = "see_contacts"  # that there were any; what was said needs one of the rights below, by its matter
    SEE_CONTACT_NARRATIVE = "see_contact_narrative"
    SEE_RESTRICTED = "see_restricted"
    KEEP_ENQUIRIES = "keep_enquiries"
    MAKE_FIRST_CALLS = "make_first_calls"
    MARK_SEEN = "mark_seen"
    KEEP_TARGET_LISTS = "keep_target_lists"
    SEE_AGENCIES = "see_agencies"
    KEEP_AGENCIES = "keep_agencies"
    SIGN_REFERENCES = "sign_references"
    SEND_LETTERS = "send_letters"
    KEEP_LETTERS = "keep_letters"
    SEE_PA_CASES = "see_pa_cases"
    KEEP_PA_CASES = "keep_pa_cases"
    SEE_INTERVENTIONS = "see_interventions"  # for who reads no narrative: those about attendance
    KEEP_INTERVENTIONS = "keep_interventions"
    SEE_PLANS = "see_plans"
    KEEP_PLANS = "keep_plans"
    SEE_MEETINGS = "see_meetings"
    KEEP_MEETINGS = "keep_meetings"
    SEE_REPORTS = "see_reports"  # half-termly, once they are released
    MAKE_REPORTS = "make_reports"
    SIGN_REPORTS = "sign_reports"
    BUILD_PACKS = "build_packs"
    KEEP_PACK_PROFILES = "keep_pack_profiles"
    SET_TARGETS = "set_targets"
    IMPORT_FILES = "import_files"
    SEE_ACCESS_LOG = "see_access_log"
    CHANGE_SETTINGS = "change_settings"


_EVERY_PASTORAL_ROLE = {
    Right.FIND_STUDENT,
    Right.SEE_STUDENT,
    Right.SEE_WEEKLY_RAG,
    Right.SEE_PUNCTUALITY,
    Right.SEE_PA_TRACKER,
    Right.CALL_FOR_HELP,
    Right.WRITE_TO_DSL,
    Right.LOG_CONTACTS,
    Right.SEE_CONTACTS,
    Right.SEE_CONTACT_NARRATIVE,
    Right.MARK_SEEN,
}
_TELLS_OF_BEHAVIOUR = {Right.SEE_BEHAVIOUR_NARRATIVE, Right.LOG_INCIDENT, Right.AWARD}
_LEADS_BEHAVIOUR = _TELLS_OF_BEHAVIOUR | {
    Right.REVIEW_INCIDENTS,
    Right.SEE_BEHAVIOUR_PATTERNS,
    Right.KEEP_CASES,
    Right.ANSWER_CALLS,
    Right.SEE_SUSPENSIONS,
    Right.ASK_TEACHERS,
}
_KEEPS_ORDER = {Right.SET_DETENTIONS, Right.KEEP_REPORT_CARDS, Right.KEEP_CAMPAIGNS}
_WORKS_WITH_AGENCIES = {Right.SEE_AGENCIES, Right.KEEP_AGENCIES}
_KEEPS_CONTACT = {Right.KEEP_ENQUIRIES, Right.MAKE_FIRST_CALLS, Right.SEND_LETTERS}
_FOLLOWS_CASES = {Right.SEE_PA_CASES, Right.SEE_INTERVENTIONS}
_PLANS = {
    Right.SEE_INTERVENTIONS,
    Right.KEEP_INTERVENTIONS,
    Right.SEE_PLANS,
    Right.KEEP_PLANS,
    Right.SEE_MEETINGS,
    Right.KEEP_MEETINGS,
}
_REPORTS = {Right.SEE_REPORTS, Right.MAKE_REPORTS, Right.BUILD_PACKS}
_OVERSIGHT = _EVERY_PASTORAL_ROLE | {
    Right.SEE_SENSITIVE_CODES,
    Right.SEE_ALL_FLAGS,
    Right.SEE_YEAR_DASHBOARD,
    Right.SEE_YEAR_RAG,
    Right.ASK_WEEKLY_RAG,
    Right.CHASE_REGISTERS,
    Right.WORK_TRUANCY,
    Right.DECIDE_PROPOSALS,
}
_KEEPS_REGISTERS = {
    Right.TAKE_REGISTER,
    Right.CORRECT_MARKS,
    Right.SET_ABSENCE_CODES,
    Right.BULK_MARKS,
    Right.PLAN_MARKS,
}
_YEAR_TEAM = (
    _OVERSIGHT
    | _KEEPS_REGISTERS
    | _LEADS_BEHAVIOUR
    | _KEEPS_ORDER
    | _KEEPS_CONTACT
    | _WORKS_WITH_AGENCIES
    | _FOLLOWS_CASES
    | _PLANS
    | {Right.KEEP_INCLUSION, Right.MARK_FORM_TIME, Right.KEEP_TARGET_LISTS, Right.KEEP_PA_CASES}
    | {Right.ARRANGE_WORK}
    | _REPORTS
)
_SIGNS = {Right.SEE_RESTRICTED, Right.SIGN_REFERENCES}

RIGHTS_BY_ROLE: dict[Role, frozenset[Right]] = {
    Role.FORM_TUTOR: frozenset(
        _EVERY_PASTORAL_ROLE
        | _TELLS_OF_BEHAVIOUR
        | {
            Right.TAKE_REGISTER,
            Right.CORRECT_MARKS,
            Right.MARK_FORM_TIME,
            Right.SET_DETENTIONS,
            Right.KEEP_REPORT_CARDS,
            Right.ANSWER_PROPOSALS,
            Right.ANSWER_RAG,
            Right.SEE_INTERVENTIONS,
            Right.SEE_PLANS,
        }
    ),
    Role.PASTORAL_MANAGER: frozenset(_YEAR_TEAM),
    Role.HEAD_OF_YEAR: frozenset(
        _YEAR_TEAM | _SIGNS | {Right.DECIDE_NOTICES, Right.KEEP_SUSPENSIONS, Right.KEEP_LETTERS, Right.SIGN_REPORTS}
    ),
    Role.SLT: frozenset(
        _OVERSIGHT
        | _LEADS_BEHAVIOUR
        | _KEEPS_ORDER
        | _KEEPS_CONTACT
        | _WORKS_WITH_AGENCIES
        | _SIGNS
        | _FOLLOWS_CASES
        | _PLANS
        | _REPORTS
        | {
            Right.SIGN_REPORTS,
            Right.KEEP_PACK_PROFILES,
            Right.KEEP_PA_CASES,
            Right.KEEP_TARGET_LISTS,
            Right.KEEP_LETTERS,
            Right.APPROVE_LEAVE,
            Right.DECIDE_NOTICES,
            Right.KEEP_INCLUSION,
            Right.KEEP_SUSPENSIONS,
            Right.ARRANGE_WORK,
            Right.SET_TARGETS,
            Right.SEE_ACCESS_LOG,
        }
    ),
    Role.ATTENDANCE_OFFICER: frozenset(
        _OVERSIGHT
        | _KEEPS_REGISTERS
        | _KEEPS_CONTACT
        | _FOLLOWS_CASES
        | {Right.DECIDE_NOTICES, Right.KEEP_LETTERS, Right.KEEP_PA_CASES, Right.KEEP_MEETINGS, Right.BUILD_PACKS}
    ),
    Role.SENCO: frozenset(
        _EVERY_PASTORAL_ROLE
        | {
            Right.SEE_SENSITIVE_CODES,
            Right.SEE_ALL_FLAGS,
            Right.ASK_TEACHERS,
            Right.BUILD_PACKS,
        }
        | _TELLS_OF_BEHAVIOUR
        | _WORKS_WITH_AGENCIES
        | _FOLLOWS_CASES
        | _PLANS
    ),
    Role.DSL: frozenset(
        _OVERSIGHT
        | _LEADS_BEHAVIOUR
        | _WORKS_WITH_AGENCIES
        | _SIGNS
        | _FOLLOWS_CASES
        | _PLANS
        | {
            Right.READ_DSL_CONCERNS,
            Right.SEE_REPORTS,
            Right.BUILD_PACKS,
            Right.KEEP_INCLUSION,
            Right.SEE_ACCESS_LOG,
            Right.KEEP_ENQUIRIES,
            Right.MAKE_FIRST_CALLS,
        }
    ),
    Role.DATA_MANAGER: frozenset(
        {
            Right.IMPORT_FILES,
            Right.CHANGE_SETTINGS,
            Right.SET_TARGETS,
            Right.KEEP_LETTERS,
            Right.KEEP_PACK_PROFILES,
            Right.CALL_FOR_HELP,
            Right.WRITE_TO_DSL,
        }
    ),
}


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """Return every right that comes with any of the roles."""
    return frozenset().union(*(RIGHTS_BY_ROLE[role] for role in roles))


def right_required(
    *rights: Right,
) -> Callable[
    [Callable[Concatenate["StaffRequest", P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Refuse a view with 403 to a person who holds none of the rights."""

    def decorate(
        view: Callable[Concatenate["StaffRequest", P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated or not request.user.rights.intersection(rights):
                raise PermissionDenied(f"{view.__name__} needs one of: {', '.join(rights)}")
            return view(cast("StaffRequest", request), *args, **kwargs)

        guarded_view: Any = guarded
        guarded_view.rights = frozenset(rights)
        return guarded_view

    return decorate
