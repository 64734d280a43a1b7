"""The demo school lives its day: every part once, in order, and never twice."""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from reports.demo.cases import cards_keep, cases_keep
from reports.demo.cast import Cast
from reports.demo.conduct import detentions_set, form_time_mark, incidents_log
from reports.demo.figures import benchmarks_set, targets_set
from reports.demo.home.agencies import directory_make, early_help_open, referrals_send
from reports.demo.home.contacts import contacts_log, homes_rung
from reports.demo.home.enquiries import enquiries_take, order_note
from reports.demo.home.letters import letters_send
from reports.demo.home.papers import information_file, references_ask
from reports.demo.home.seen import events_hold, students_see, targets_list, wishes_note
from reports.demo.notices import notices_decide
from reports.demo.plans import plans_make
from reports.demo.praise import achievements_give, campaigns_run
from reports.demo.registers import registers_take
from reports.demo.rooms import stays_keep, truancy_follow
from reports.demo.sanctions import calls_answer, suspensions_record
from reports.demo.told import concerns_write, robins_ask
from reports.demo.work.actions import actions_set
from reports.demo.work.cases import cases_open
from reports.demo.work.help import interventions_begin
from reports.demo.work.meetings import meetings_hold
from reports.demo.work.plans import plans_write
from reports.demo.work.reports import half_term_reports_make, pack_build_ask

PARTS: dict[str, Callable[[Cast], int]] = {
    "registers taken": registers_take,
    "plans and leave": plans_make,
    "decisions and penalty notices": notices_decide,
    "stays in inclusion and nurture": stays_keep,
    "truancy follow-ups": truancy_follow,
    "incidents logged and looked at": incidents_log,
    "form-time marks": form_time_mark,
    "detentions": detentions_set,
    "report cards": cards_keep,
    "bullying cases": cases_keep,
    "round robins": robins_ask,
    "concerns to the DSL": concerns_write,
    "achievements given": achievements_give,
    "campaigns and rewards": campaigns_run,
    "calls for help": calls_answer,
    "suspensions": suspensions_record,
    "court orders": order_note,
    "contacts": contacts_log,
    "homes rung in the autumn": homes_rung,
    "agencies and their students": directory_make,
    "referrals": referrals_send,
    "early help": early_help_open,
    "information received": information_file,
    "references": references_ask,
    "enquiries": enquiries_take,
    "letters": letters_send,
    "students seen": students_see,
    "target lists": targets_list,
    "events for families": events_hold,
    "wishes of families": wishes_note,
    "attendance cases": cases_open,
    "interventions": interventions_begin,
    "plans written": plans_write,
    "meetings": meetings_hold,
    "actions": actions_set,
    "benchmarks": benchmarks_set,
    "targets": targets_set,
    "half-termly reports": half_term_reports_make,
    "packs": pack_build_ask,
}


@transaction.atomic
def day_live(today: date) -> dict[str, int]:
    """Make every part that has nothing yet, and return how much of each was made; nothing the second time.

    Raises NobodyThere when the school is not imported.
    """
    cast = Cast.of(today)
    return {name: make(cast) for name, make in PARTS.items()}
