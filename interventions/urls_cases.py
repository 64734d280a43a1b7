"""Addresses of attendance cases, their ladder and evidence, and the files kept."""

from django.urls import path

from interventions.views import case_detail, case_edit, case_parts, case_rooms, cases, files, ladder

urlpatterns = [
    path("attendance-cases/", cases.case_list, name="case_list"),
    path("attendance-cases/add/", cases.case_add, name="case_add"),
    path("attendance-cases/shared/", case_rooms.case_shared, name="case_shared"),
    path("attendance-cases/barriers/", case_rooms.case_barriers, name="case_barriers"),
    path("attendance-cases/students/<int:pk>/place/", case_detail.case_place, name="case_place"),
    path("attendance-cases/<int:pk>/", case_detail.case_detail, name="case_detail"),
    path("attendance-cases/<int:pk>/change/", case_edit.case_change, name="case_change"),
    path("attendance-cases/<int:pk>/move/", case_edit.case_move, name="case_move"),
    path("attendance-cases/<int:pk>/close/", case_edit.case_close, name="case_close"),
    path("attendance-cases/<int:pk>/withdraw/", case_edit.case_withdraw, name="case_withdraw"),
    path("attendance-cases/<int:pk>/view/", case_parts.case_view, name="case_view"),
    path("attendance-cases/<int:pk>/medical/", case_parts.case_medical, name="case_medical"),
    path("attendance-cases/<int:pk>/medical/<int:key>/", case_parts.case_answer, name="case_answer"),
    path("attendance-cases/<int:pk>/evidence/<slug:part>/", case_parts.case_finding, name="case_finding"),
    path("attendance-cases/<int:pk>/actions/<int:key>/", case_parts.case_action, name="case_action"),
    path(
        "attendance-cases/<int:pk>/<slug:kind>/<int:key>/withdraw/",
        case_parts.case_part_withdraw,
        name="case_part_withdraw",
    ),
    path("attendance-cases/<int:pk>/files/add/", files.file_add, name="file_add"),
    path("plans/<int:pk>/files/add/", files.plan_file_add, name="plan_file_add"),
    path("meetings/<int:pk>/students/<int:row>/files/add/", files.meeting_file_add, name="meeting_file_add"),
    path("files/<int:pk>/", files.file_get, name="file_get"),
    path("files/<int:pk>/withdraw/", files.file_withdraw, name="file_withdraw"),
    path("settings/attendance-ladder/", ladder.ladder, name="ladder"),
    path("settings/attendance-ladder/stages/add/", ladder.stage_form, name="stage_add"),
    path("settings/attendance-ladder/stages/<int:pk>/", ladder.stage_form, name="stage_change"),
    path("settings/attendance-ladder/steps/<int:pk>/", ladder.step_form, name="step_change"),
    path("settings/attendance-ladder/barriers/<int:pk>/", ladder.barrier_form, name="barrier_change"),
]
