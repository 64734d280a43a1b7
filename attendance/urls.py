"""Attendance's addresses."""

from django.urls import path, register_converter

from attendance.converters import DayConverter, SessionConverter
from attendance.views.board import board, board_nudge
from attendance.views.board_history import board_history, board_lessons
from attendance.views.board_registers import board_registers
from attendance.views.bulk import bulk_detail, bulk_form
from attendance.views.corrections import amendment_list, mark_detail
from attendance.views.exceptions import exception_add, exception_list, exception_withdraw
from attendance.views.leave import leave_ask, leave_decide, leave_list
from attendance.views.minutes_late import minutes_late, minutes_late_student
from attendance.views.notices import (
    notice_change,
    notice_decide,
    notice_decisions,
    notice_detail,
    notice_list,
    notice_record,
)
from attendance.views.part_time import part_time_add, part_time_list
from attendance.views.placement_day import placement_confirm
from attendance.views.placements import placement_add, placement_list
from attendance.views.plan import planned_detail, planned_marks, planned_move, planned_withdraw
from attendance.views.planned import planned_add, planned_list
from attendance.views.proposals import proposal_detail, proposal_list
from attendance.views.punctuality import punctuality, punctuality_marks
from attendance.views.register import register_detail, register_now
from attendance.views.rules import rule_add, rule_form, rule_list
from attendance.views.scale import rag_scale_form
from attendance.views.targets import benchmark_form, target_form, target_list
from attendance.views.times import period_add, period_form, period_remove, times_form
from attendance.views.unexplained import unexplained_list

register_converter(DayConverter, "day")
register_converter(SessionConverter, "session")

app_name = "attendance"

urlpatterns = [
    path("registers/board/", board, name="board"),
    path("registers/board/history/", board_history, name="board_history"),
    path("registers/board/history/registers/", board_registers, name="board_registers"),
    path("registers/board/lessons/", board_lessons, name="board_lessons"),
    path("registers/board/<int:pk>/<day:day>/<session:session>/nudge/", board_nudge, name="board_nudge"),
    path("register/", register_now, name="register_now"),
    path("register/<int:group_id>/<day:day>/<session:session>/", register_detail, name="register_detail"),
    path("punctuality/", punctuality, name="punctuality"),
    path("punctuality/marks/", punctuality_marks, name="punctuality_marks"),
    path("minutes-late/", minutes_late, name="minutes_late"),
    path("minutes-late/<int:pk>/", minutes_late_student, name="minutes_late_student"),
    path("penalty-notices/", notice_list, name="notice_list"),
    path("penalty-notices/decisions/", notice_decisions, name="notice_decisions"),
    path("penalty-notices/student/<int:pk>/", notice_detail, name="notice_detail"),
    path("penalty-notices/student/<int:pk>/decide/", notice_decide, name="notice_decide"),
    path("penalty-notices/student/<int:pk>/record/", notice_record, name="notice_record"),
    path("penalty-notices/<int:pk>/change/", notice_change, name="notice_change"),
    path("proposals/", proposal_list, name="proposal_list"),
    path("proposals/<int:pk>/", proposal_detail, name="proposal_detail"),
    path("proposals/<int:pk>/exception/", exception_add, name="exception_add"),
    path("proposals/exceptions/", exception_list, name="exception_list"),
    path("proposals/exceptions/<int:pk>/withdraw/", exception_withdraw, name="exception_withdraw"),
    path("settings/rules/", rule_list, name="rule_list"),
    path("settings/rules/add/", rule_add, name="rule_add"),
    path("settings/rules/<slug:slug>/", rule_form, name="rule_form"),
    path("settings/rag-bands/", rag_scale_form, name="rag_scale_form"),
    path("settings/targets/", target_list, name="target_list"),
    path("settings/targets/add/", target_form, name="target_add"),
    path("settings/targets/<int:pk>/", target_form, name="target_change"),
    path("settings/benchmarks/add/", benchmark_form, name="benchmark_add"),
    path("settings/benchmarks/<int:pk>/", benchmark_form, name="benchmark_change"),
    path("marks/<int:student>/<day:day>/<session:session>/", mark_detail, name="mark_detail"),
    path("marks/bulk/", bulk_form, name="bulk_form"),
    path("marks/bulk/<uuid:pk>/", bulk_detail, name="bulk_detail"),
    path("marks/amendments/", amendment_list, name="amendment_list"),
    path("settings/school-day/", times_form, name="times_form"),
    path("settings/school-day/lessons/", period_add, name="period_add"),
    path("settings/school-day/lessons/<int:pk>/", period_form, name="period_form"),
    path("settings/school-day/lessons/<int:pk>/remove/", period_remove, name="period_remove"),
    path("planned/", planned_list, name="planned_list"),
    path("planned/new/", planned_add, name="planned_add"),
    path("planned/<int:pk>/", planned_detail, name="planned_detail"),
    path("planned/<int:pk>/withdraw/", planned_withdraw, name="planned_withdraw"),
    path("planned/<int:pk>/marks/", planned_marks, name="planned_marks"),
    path("planned/<int:pk>/dates/", planned_move, name="planned_move"),
    path("planned/<int:pk>/decide/", leave_decide, name="leave_decide"),
    path("planned/leave/", leave_list, name="leave_list"),
    path("planned/leave/new/", leave_ask, name="leave_ask"),
    path("planned/part-time/", part_time_list, name="part_time_list"),
    path("planned/part-time/new/", part_time_add, name="part_time_add"),
    path("planned/placements/", placement_list, name="placement_list"),
    path("planned/placements/new/", placement_add, name="placement_add"),
    path("planned/placements/today/", placement_confirm, name="placement_confirm"),
    path("marks/unexplained/", unexplained_list, name="unexplained_list"),
]
