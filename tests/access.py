"""The access table: what each role gets from each address. A status of 404 means that nothing about it leaks.

Columns, in order: nobody signed in, Form Tutor of 9B, Pastoral Manager of Year 9, Head of Year 9, SLT,
Attendance Officer, SENCO, DSL, Data Manager. The world (see test_access.py): students in 9B (one with SEN),
9C and 8A; last week's RAG.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

COLUMNS = (
    "nobody",
    "form_tutor",
    "pastoral_manager",
    "head_of_year",
    "slt",
    "attendance_officer",
    "senco",
    "dsl",
    "data_manager",
)


class Row(NamedTuple):
    """One address: its URL name, which arguments it gets (a key of the world), the method and the statuses."""

    name: str
    target: str
    method: str
    statuses: tuple[int, ...]


IN = 302  # nobody is asked to sign in
ROWS = (
    # name                          target          method  nobody tutor PM   HoY  SLT  AO   SENCO DSL  DM
    Row("health", "", "GET", (200, 200, 200, 200, 200, 200, 200, 200, 200)),
    Row("core:home", "", "GET", (IN, 302, 302, 302, 302, 302, 302, 302, 302)),
    Row("core:needs_now", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 200)),
    Row("core:sending_drop", "", "POST", (IN, 302, 302, 302, 302, 302, 302, 302, 302)),
    Row("core:job_list", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 200)),
    Row("core:job_detail", "somebody's job", "GET", (IN, 404, 404, 404, 404, 404, 404, 404, 404)),
    Row("core:job_progress", "somebody's job", "GET", (IN, 404, 404, 404, 404, 404, 404, 404, 404)),
    Row("core:job_retry", "somebody's job", "POST", (IN, 404, 404, 404, 404, 404, 404, 404, 404)),
    Row("core:access_log", "", "GET", (IN, 403, 403, 403, 200, 403, 403, 200, 403)),
    Row("core:import_list", "", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("core:import_apply", "", "POST", (IN, 403, 403, 403, 403, 403, 403, 403, 404)),
    Row("core:import_detail", "import", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("core:import_drop", "import", "POST", (IN, 403, 403, 403, 403, 403, 403, 403, 302)),
    Row("core:import_rejects", "import", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 404)),
    Row("attendance:register_now", "", "GET", (IN, 302, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:register_detail", "register of 9B", "GET", (IN, 200, 200, 200, 200, 200, 403, 200, 403)),
    Row("attendance:register_detail", "register of 8A", "GET", (IN, 404, 404, 404, 200, 200, 403, 200, 403)),
    Row("attendance:register_detail", "register of 9B", "POST", (IN, 422, 422, 422, 403, 422, 403, 403, 403)),
    Row("attendance:register_detail", "register of 8A", "POST", (IN, 404, 404, 404, 403, 422, 403, 403, 403)),
    Row("attendance:punctuality", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("attendance:punctuality_marks", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("attendance:minutes_late", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("attendance:minutes_late_student", "student of 9B", "GET", (IN, 200, 200, 200, 200, 200, 404, 200, 403)),
    Row(
        "attendance:minutes_late_student", "student of 9B with SEN", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)
    ),
    Row("attendance:minutes_late_student", "student of 9C", "GET", (IN, 404, 200, 200, 200, 200, 404, 200, 403)),
    Row("attendance:minutes_late_student", "student of 8A", "GET", (IN, 404, 404, 404, 200, 200, 404, 200, 403)),
    Row("attendance:notice_list", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("attendance:notice_decisions", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("attendance:notice_detail", "student of 9B", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("attendance:notice_detail", "student of 8A", "GET", (IN, 403, 404, 404, 200, 200, 403, 200, 403)),
    Row("attendance:notice_decide", "student of 9B", "POST", (IN, 403, 403, 422, 422, 422, 403, 403, 403)),
    Row("attendance:notice_decide", "student of 8A", "POST", (IN, 403, 403, 404, 422, 422, 403, 403, 403)),
    Row("attendance:notice_record", "student of 9B", "POST", (IN, 403, 403, 422, 422, 422, 403, 403, 403)),
    Row("attendance:notice_record", "student of 8A", "POST", (IN, 403, 403, 404, 422, 422, 403, 403, 403)),
    Row("attendance:notice_change", "notice of 9B", "POST", (IN, 403, 403, 422, 422, 422, 403, 403, 403)),
    Row("attendance:notice_change", "notice of 8A", "POST", (IN, 403, 403, 404, 422, 422, 403, 403, 403)),
    Row("attendance:rag_scale_form", "", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("attendance:board", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("attendance:board_history", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("attendance:board_registers", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("attendance:board_lessons", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("attendance:board_nudge", "register of 9B", "POST", (IN, 403, 302, 302, 302, 302, 403, 302, 403)),
    Row("attendance:board_nudge", "register of 8A", "POST", (IN, 403, 404, 404, 302, 302, 403, 302, 403)),
    Row("attendance:mark_detail", "mark of 9B", "GET", (IN, 200, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:mark_detail", "mark of 9C", "GET", (IN, 404, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:mark_detail", "mark of 8A", "GET", (IN, 404, 404, 404, 403, 200, 403, 403, 403)),
    Row("attendance:mark_detail", "mark of 9C", "POST", (IN, 404, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:unexplained_list", "", "GET", (IN, 200, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:unexplained_list", "", "POST", (IN, 200, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:bulk_form", "", "GET", (IN, 403, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:bulk_form", "", "POST", (IN, 403, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:bulk_detail", "somebody's bulk change", "GET", (IN, 403, 404, 404, 403, 200, 403, 403, 403)),
    Row("attendance:bulk_detail", "somebody's bulk change", "POST", (IN, 403, 404, 404, 403, 200, 403, 403, 403)),
    Row("attendance:amendment_list", "", "GET", (IN, 200, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:times_form", "", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("attendance:period_add", "", "POST", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("attendance:period_form", "lesson", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("attendance:period_remove", "no lesson", "POST", (IN, 403, 403, 403, 403, 403, 403, 403, 302)),
    Row("attendance:planned_list", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("attendance:planned_add", "", "GET", (IN, 403, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:planned_detail", "plan in 9B", "GET", (IN, 200, 200, 200, 200, 200, 404, 200, 403)),
    Row("attendance:planned_detail", "plan in 8A", "GET", (IN, 404, 404, 404, 200, 200, 404, 200, 403)),
    Row("attendance:planned_withdraw", "plan in 9B", "POST", (IN, 403, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:planned_withdraw", "plan in 8A", "POST", (IN, 403, 404, 404, 403, 200, 403, 403, 403)),
    Row("attendance:planned_marks", "plan in 9B", "POST", (IN, 403, 302, 302, 403, 302, 403, 403, 403)),
    Row("attendance:planned_marks", "plan in 8A", "POST", (IN, 403, 404, 404, 403, 302, 403, 403, 403)),
    Row("attendance:planned_move", "plan in 9B", "POST", (IN, 403, 404, 404, 403, 404, 403, 403, 403)),
    Row("attendance:leave_list", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 403, 403)),
    Row("attendance:leave_ask", "", "GET", (IN, 403, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:leave_decide", "leave in 9B", "POST", (IN, 403, 403, 403, 200, 403, 403, 403, 403)),
    Row("attendance:part_time_list", "", "GET", (IN, 403, 200, 200, 200, 200, 200, 200, 403)),
    Row("attendance:part_time_add", "", "GET", (IN, 403, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:placement_list", "", "GET", (IN, 403, 200, 200, 200, 200, 200, 200, 403)),
    Row("attendance:placement_add", "", "GET", (IN, 403, 200, 200, 403, 200, 403, 403, 403)),
    Row("attendance:placement_confirm", "", "GET", (IN, 403, 200, 200, 403, 200, 403, 403, 403)),
    Row("students:pick", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("behaviour:incident_add", "", "GET", (IN, 200, 200, 200, 200, 403, 200, 200, 403)),
    Row("behaviour:incident_detail", "incident in 9B", "GET", (IN, 200, 200, 200, 200, 403, 404, 200, 403)),
    Row("behaviour:incident_detail", "incident in 8A", "GET", (IN, 404, 404, 404, 200, 403, 404, 200, 403)),
    Row("behaviour:incident_withdraw", "incident in 9B", "GET", (IN, 302, 200, 200, 200, 403, 404, 200, 403)),
    Row("behaviour:incident_withdraw", "incident in 8A", "GET", (IN, 404, 404, 404, 200, 403, 404, 200, 403)),
    Row("behaviour:incident_edit", "incident in 9B", "GET", (IN, 302, 200, 200, 200, 403, 404, 200, 403)),
    Row("behaviour:incident_edit", "incident in 8A", "GET", (IN, 404, 404, 404, 200, 403, 404, 200, 403)),
    Row("behaviour:parents_copy", "copy for 9B", "GET", (IN, 403, 200, 200, 200, 403, 403, 200, 403)),
    Row("behaviour:parents_copy", "copy for 8A", "GET", (IN, 403, 404, 404, 200, 403, 403, 200, 403)),
    Row("behaviour:inbox", "", "GET", (IN, 403, 200, 200, 200, 403, 403, 200, 403)),
    Row("behaviour:inbox_decide", "incident in 9B, Year 9", "POST", (IN, 403, 302, 302, 302, 403, 403, 302, 403)),
    Row("behaviour:inbox_decide", "incident in 8A, Year 8", "POST", (IN, 403, 404, 404, 302, 403, 403, 302, 403)),
    Row("behaviour:duty_list", "", "GET", (IN, 200, 200, 200, 200, 403, 200, 200, 403)),
    Row("behaviour:duty_detail", "call owed in 9B", "GET", (IN, 404, 200, 200, 200, 403, 404, 200, 403)),
    Row("behaviour:duty_detail", "call owed in 8A", "GET", (IN, 404, 404, 404, 200, 403, 404, 200, 403)),
    Row("behaviour:form_time", "", "GET", (IN, 302, 302, 302, 403, 403, 403, 403, 403)),
    Row("behaviour:form_time_grid", "group 9B", "GET", (IN, 200, 200, 200, 403, 403, 403, 403, 403)),
    Row("behaviour:form_time_grid", "group 8A", "GET", (IN, 404, 404, 404, 403, 403, 403, 403, 403)),
    Row("behaviour:form_time_tap", "group 9B", "POST", (IN, 404, 404, 404, 403, 403, 403, 403, 403)),
    Row("behaviour:concern_add", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 200)),
    Row("behaviour:concern_list", "", "GET", (IN, 403, 403, 403, 403, 403, 403, 200, 403)),
    Row("behaviour:concern_detail", "concern about 9B", "GET", (IN, 403, 403, 403, 403, 403, 403, 200, 403)),
    Row("behaviour:catalogue", "", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("behaviour:type_add", "", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("behaviour:type_form", "type of incident", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("behaviour:word_add", "list of places", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("behaviour:word_form", "place", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("behaviour:detention_list", "", "GET", (IN, 200, 200, 200, 200, 403, 403, 403, 403)),
    Row("behaviour:detention_add", "", "GET", (IN, 200, 200, 200, 200, 403, 403, 403, 403)),
    Row("behaviour:detention_sheet", "", "GET", (IN, 200, 200, 200, 200, 403, 403, 403, 403)),
    Row("behaviour:detention_levels", "", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("behaviour:detention_student", "student of 9B", "GET", (IN, 200, 200, 200, 200, 403, 403, 403, 403)),
    Row("behaviour:detention_student", "student of 8A", "GET", (IN, 404, 404, 404, 200, 403, 403, 403, 403)),
    Row("behaviour:detention_detail", "detention in 9B", "GET", (IN, 200, 200, 200, 200, 403, 403, 403, 403)),
    Row("behaviour:detention_detail", "detention in 8A", "GET", (IN, 404, 404, 404, 200, 403, 403, 403, 403)),
    Row("behaviour:detention_tick", "detention in 9B", "POST", (IN, 302, 302, 302, 302, 403, 403, 403, 403)),
    Row("behaviour:detention_tick", "detention in 8A", "POST", (IN, 404, 404, 404, 302, 403, 403, 403, 403)),
    Row("behaviour:card_list", "", "GET", (IN, 200, 200, 200, 200, 403, 200, 200, 403)),
    Row("behaviour:card_add", "", "GET", (IN, 200, 200, 200, 200, 403, 403, 403, 403)),
    Row("behaviour:card_detail", "card in 9B", "GET", (IN, 200, 200, 200, 200, 403, 404, 200, 403)),
    Row("behaviour:card_detail", "card in 8A", "GET", (IN, 404, 404, 404, 200, 403, 404, 200, 403)),
    Row("behaviour:card_print", "card in 9B", "GET", (IN, 200, 200, 200, 200, 403, 404, 200, 403)),
    Row("behaviour:card_print", "card in 8A", "GET", (IN, 404, 404, 404, 200, 403, 404, 200, 403)),
    Row("behaviour:card_sign", "card in 9B", "POST", (IN, 302, 302, 302, 302, 403, 403, 403, 403)),
    Row("behaviour:card_sign", "card in 8A", "POST", (IN, 404, 404, 404, 302, 403, 403, 403, 403)),
    Row("behaviour:card_change", "card in 9B", "GET", (IN, 200, 200, 200, 200, 403, 403, 403, 403)),
    Row("behaviour:card_change", "card in 8A", "GET", (IN, 404, 404, 404, 200, 403, 403, 403, 403)),
    Row("behaviour:card_end", "card in 9B", "GET", (IN, 200, 200, 200, 200, 403, 403, 403, 403)),
    Row("behaviour:card_end", "card in 8A", "GET", (IN, 404, 404, 404, 200, 403, 403, 403, 403)),
    Row("behaviour:card_withdraw", "card in 9B", "GET", (IN, 200, 200, 200, 200, 403, 403, 403, 403)),
    Row("behaviour:card_withdraw", "card in 8A", "GET", (IN, 404, 404, 404, 200, 403, 403, 403, 403)),
    # Whoever teaches or covers a lesson scores the card in it, whoever's student it is: see summaries/scoring.py.
    Row("behaviour:score_list", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 200)),
    Row("behaviour:score_form", "card in 8A", "GET", (IN, 200, 200, 200, 200, 404, 200, 200, 404)),
    Row("behaviour:inclusion_register", "", "GET", (IN, 403, 200, 200, 200, 403, 403, 200, 403)),
    Row("behaviour:inclusion_sign_in", "student of 9B", "GET", (IN, 403, 200, 200, 200, 403, 403, 200, 403)),
    Row("behaviour:inclusion_sign_in", "student of 8A", "GET", (IN, 403, 404, 404, 200, 403, 403, 200, 403)),
    Row("behaviour:inclusion_sign_out", "stay of 9B", "GET", (IN, 403, 200, 200, 200, 403, 403, 200, 403)),
    Row("behaviour:inclusion_sign_out", "stay of 8A", "GET", (IN, 403, 404, 404, 200, 403, 403, 200, 403)),
    Row("reports:inclusion_student", "student of 9B", "GET", (IN, 403, 200, 200, 200, 403, 403, 200, 403)),
    Row("reports:inclusion_student", "student of 8A", "GET", (IN, 403, 404, 404, 200, 403, 403, 200, 403)),
    Row("reports:behaviour_patterns", "", "GET", (IN, 403, 200, 200, 200, 403, 403, 200, 403)),
    Row("reports:behaviour_consistency", "", "GET", (IN, 403, 200, 200, 200, 403, 403, 200, 403)),
    Row("reports:incident_list", "", "GET", (IN, 200, 200, 200, 200, 403, 200, 200, 403)),
    Row("reports:achievement_list", "", "GET", (IN, 200, 200, 200, 200, 403, 200, 200, 403)),
    Row("reports:student_where", "student of 9B", "GET", (IN, 200, 200, 200, 200, 200, 404, 200, 403)),
    Row("reports:student_where", "student of 9B with SEN", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("reports:student_where", "student of 9C", "GET", (IN, 404, 200, 200, 200, 200, 404, 200, 403)),
    Row("reports:student_where", "student of 8A", "GET", (IN, 404, 404, 404, 200, 200, 404, 200, 403)),
    Row("reports:whereabouts", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("reports:truancy_queue", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("reports:truancy_counts", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("reports:truancy_take", "lesson missed in 9B", "POST", (IN, 403, 302, 302, 302, 302, 403, 302, 403)),
    Row("reports:truancy_take", "lesson missed in 8A", "POST", (IN, 403, 404, 404, 302, 302, 403, 302, 403)),
    Row("reports:truancy_end", "lesson missed in 9B", "POST", (IN, 403, 302, 302, 302, 302, 403, 302, 403)),
    Row("reports:truancy_end", "lesson missed in 8A", "POST", (IN, 403, 404, 404, 302, 302, 403, 302, 403)),
    Row("reports:truancy_take_over", "follow-up of 9B", "POST", (IN, 403, 302, 302, 302, 302, 403, 302, 403)),
    Row("reports:truancy_take_over", "follow-up of 8A", "POST", (IN, 403, 404, 404, 302, 302, 403, 302, 403)),
    Row("reports:truancy_hand_over", "follow-up of 9B", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("reports:truancy_hand_over", "follow-up of 8A", "GET", (IN, 403, 404, 404, 200, 200, 403, 200, 403)),
    Row("attendance:target_list", "", "GET", (IN, 403, 403, 403, 200, 403, 403, 403, 200)),
    Row("attendance:target_add", "", "GET", (IN, 403, 403, 403, 200, 403, 403, 403, 200)),
    Row("attendance:target_change", "target", "POST", (IN, 403, 403, 403, 200, 403, 403, 403, 200)),
    Row("attendance:benchmark_add", "", "GET", (IN, 403, 403, 403, 200, 403, 403, 403, 200)),
    Row("attendance:benchmark_change", "benchmark", "POST", (IN, 403, 403, 403, 200, 403, 403, 403, 200)),
    Row("attendance:proposal_list", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("attendance:proposal_detail", "proposal of 9C", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("attendance:proposal_detail", "proposal of 8A", "GET", (IN, 403, 404, 404, 200, 200, 403, 200, 403)),
    Row("attendance:rule_list", "", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("attendance:rule_form", "rule", "GET", (IN, 403, 403, 403, 403, 403, 403, 403, 200)),
    Row("reports:student_find", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("reports:dashboard", "", "GET", (IN, 403, 302, 302, 302, 302, 403, 302, 403)),
    Row("reports:school_dashboard", "", "GET", (IN, 403, 404, 404, 200, 200, 403, 200, 403)),
    Row("reports:school_list", "list", "GET", (IN, 403, 404, 404, 200, 200, 403, 200, 403)),
    Row("reports:year_dashboard", "year 9", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("reports:year_dashboard", "year 8", "GET", (IN, 403, 404, 404, 200, 200, 403, 200, 403)),
    Row("reports:student_list", "year 9 list", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("reports:student_list", "year 8 list", "GET", (IN, 403, 404, 404, 200, 200, 403, 200, 403)),
    Row("reports:my_students", "", "GET", (IN, 200, 200, 200, 302, 302, 200, 302, 403)),
    Row("reports:pa_tracker", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("reports:pa_forecast", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("reports:pa_waterfall", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("reports:cohort_attendance", "", "GET", (IN, 403, 200, 200, 200, 200, 403, 200, 403)),
    Row("reports:saved_view_save", "", "POST", (IN, 302, 302, 302, 302, 302, 302, 302, 403)),
    Row("reports:saved_view_change", "somebody's view", "POST", (IN, 404, 404, 404, 404, 404, 404, 404, 403)),
    Row("reports:student_detail", "student of 9B", "GET", (IN, 200, 200, 200, 200, 200, 404, 200, 403)),
    Row("reports:student_detail", "student of 9B with SEN", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("reports:student_detail", "student of 9C", "GET", (IN, 404, 200, 200, 200, 200, 404, 200, 403)),
    Row("reports:student_detail", "student of 8A", "GET", (IN, 404, 404, 404, 200, 200, 404, 200, 403)),
    Row("reports:rag_list", "", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("reports:rag_ask", "", "POST", (IN, 403, 422, 422, 422, 422, 403, 422, 403)),
    Row("reports:rag_detail", "week", "GET", (IN, 200, 200, 200, 200, 200, 200, 200, 403)),
    Row("reports:rag_reissue", "week", "POST", (IN, 403, 302, 302, 302, 302, 403, 302, 403)),
    Row("reports:rag_document", "sheet of 9B", "GET", (IN, 200, 200, 200, 200, 200, 404, 200, 403)),
    Row("reports:rag_document", "sheet of 9C", "GET", (IN, 404, 200, 200, 200, 200, 404, 200, 403)),
    Row("reports:rag_document", "sheet of Year 9", "GET", (IN, 404, 200, 200, 200, 200, 404, 200, 403)),
    Row("reports:rag_document", "sheet of Year 8", "GET", (IN, 404, 404, 404, 200, 200, 404, 200, 403)),
    Row("reports:rag_pdf", "sheet of 9B", "GET", (IN, 200, 200, 200, 200, 200, 404, 200, 403)),
    Row("reports:rag_pdf", "sheet of 9C", "GET", (IN, 404, 200, 200, 200, 200, 404, 200, 403)),
    Row("reports:rag_pdf", "sheet of Year 8", "GET", (IN, 404, 404, 404, 200, 200, 404, 200, 403)),
)


def own_patterns() -> Iterator[tuple[str, URLPattern]]:
    """Yield the full name and pattern of every address of the application's own; allauth tests its own."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if str(pattern.pattern) != "accounts/":
                yield from _walk(
                    pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                )
        else:
            yield f"{namespace}{pattern.name}", pattern


def views_for_everybody() -> set[str]:
    """Return the names of the addresses whose view asks for no right."""
    return {name for name, pattern in own_patterns() if not getattr(pattern.callback, "rights", None)}
