"""Behaviour's addresses."""

from django.urls import path

from behaviour.views.achievements import achievement_add, achievement_withdraw
from behaviour.views.card_edit import card_add, card_change, card_end, card_withdraw
from behaviour.views.card_scores import score_form, score_list
from behaviour.views.cards import card_detail, card_list, card_print, card_sign
from behaviour.views.case_counts import case_extract, case_trend
from behaviour.views.case_edit import case_change, case_open
from behaviour.views.case_places import case_incidents
from behaviour.views.cases import (
    case_check,
    case_checks,
    case_close,
    case_detail,
    case_do,
    case_list,
    case_pairs,
    case_student,
    case_withdraw,
)
from behaviour.views.catalogue import catalogue, type_form, word_form
from behaviour.views.concerns import concern_add, concern_detail, concern_list
from behaviour.views.contact_duties import duty_detail, duty_list
from behaviour.views.detention_detail import detention_detail, detention_levels
from behaviour.views.detentions import (
    detention_add,
    detention_list,
    detention_sheet,
    detention_student,
    detention_tick,
)
from behaviour.views.elsewhere import elsewhere_detail, elsewhere_list
from behaviour.views.form_time import form_time, form_time_grid, form_time_tap
from behaviour.views.inbox import inbox, inbox_decide
from behaviour.views.incident_edit import incident_edit, parents_copy
from behaviour.views.incidents import incident_add, incident_detail, incident_withdraw
from behaviour.views.on_call import on_call_add, on_call_detail, on_call_do, on_call_log, on_call_open
from behaviour.views.robins import (
    answer_list,
    robin_act,
    robin_add,
    robin_answer,
    robin_detail,
    robin_list,
    robin_withdraw,
)
from behaviour.views.rooms import inclusion_register, inclusion_sign_in, inclusion_sign_out, inclusion_stay
from behaviour.views.suspension_detail import suspension_detail
from behaviour.views.suspensions import suspension_add, suspension_list
from behaviour.views.work import work_absence, work_list, work_rules, work_tick

app_name = "behaviour"

urlpatterns = [
    path("incidents/add/", incident_add, name="incident_add"),
    path("incidents/<int:pk>/", incident_detail, name="incident_detail"),
    path("incidents/<int:pk>/edit/", incident_edit, name="incident_edit"),
    path("incidents/<int:pk>/copy/<int:student_id>/", parents_copy, name="parents_copy"),
    path("incidents/<int:pk>/withdraw/", incident_withdraw, name="incident_withdraw"),
    path("behaviour/inbox/", inbox, name="inbox"),
    path("behaviour/inbox/<int:pk>/<int:year>/", inbox_decide, name="inbox_decide"),
    path("settings/behaviour/", catalogue, name="catalogue"),
    path("settings/behaviour/type/add/", type_form, name="type_add"),
    path("settings/behaviour/type/<int:pk>/", type_form, name="type_form"),
    path("settings/behaviour/<str:kind>/add/", word_form, name="word_add"),
    path("settings/behaviour/<str:kind>/<int:pk>/", word_form, name="word_form"),
    path("behaviour/parents-to-reach/", duty_list, name="duty_list"),
    path("behaviour/parents-to-reach/<int:pk>/", duty_detail, name="duty_detail"),
    path("recognition/give/", achievement_add, name="achievement_add"),
    path("recognition/achievements/<int:pk>/withdraw/", achievement_withdraw, name="achievement_withdraw"),
    path("behaviour/cases/", case_list, name="case_list"),
    path("behaviour/cases/add/", case_open, name="case_open"),
    path("behaviour/cases/checks/", case_checks, name="case_checks"),
    path("behaviour/cases/pairs/", case_pairs, name="case_pairs"),
    path("behaviour/cases/incidents/", case_incidents, name="case_incidents"),
    path("behaviour/cases/trend/", case_trend, name="case_trend"),
    path("behaviour/cases/governors/", case_extract, name="case_extract"),
    path("behaviour/cases/<int:pk>/", case_detail, name="case_detail"),
    path("behaviour/cases/<int:pk>/do/", case_do, name="case_do"),
    path("behaviour/cases/<int:pk>/edit/", case_change, name="case_change"),
    path("behaviour/cases/<int:pk>/close/", case_close, name="case_close"),
    path("behaviour/cases/<int:pk>/withdraw/", case_withdraw, name="case_withdraw"),
    path("behaviour/cases/<int:pk>/students/<int:row>/", case_student, name="case_student"),
    path("behaviour/cases/<int:pk>/checks/<int:check_id>/", case_check, name="case_check"),
    path("form-time/", form_time, name="form_time"),
    path("form-time/<int:group_id>/", form_time_grid, name="form_time_grid"),
    path("form-time/<int:group_id>/tap/", form_time_tap, name="form_time_tap"),
    path("dsl/", concern_list, name="concern_list"),
    path("dsl/add/", concern_add, name="concern_add"),
    path("dsl/<int:pk>/", concern_detail, name="concern_detail"),
    path("detentions/", detention_list, name="detention_list"),
    path("detentions/add/", detention_add, name="detention_add"),
    path("detentions/sheet/", detention_sheet, name="detention_sheet"),
    path("detentions/levels/", detention_levels, name="detention_levels"),
    path("detentions/student/<int:pk>/", detention_student, name="detention_student"),
    path("detentions/<int:pk>/", detention_detail, name="detention_detail"),
    path("detentions/<int:pk>/tick/", detention_tick, name="detention_tick"),
    path("report-cards/", card_list, name="card_list"),
    path("report-cards/add/", card_add, name="card_add"),
    path("report-cards/score/", score_list, name="score_list"),
    path("report-cards/<int:pk>/", card_detail, name="card_detail"),
    path("report-cards/<int:pk>/score/", score_form, name="score_form"),
    path("report-cards/<int:pk>/sign/", card_sign, name="card_sign"),
    path("report-cards/<int:pk>/change/", card_change, name="card_change"),
    path("report-cards/<int:pk>/end/", card_end, name="card_end"),
    path("report-cards/<int:pk>/withdraw/", card_withdraw, name="card_withdraw"),
    path("report-cards/<int:pk>/print/", card_print, name="card_print"),
    path("round-robins/", robin_list, name="robin_list"),
    path("round-robins/add/", robin_add, name="robin_add"),
    path("round-robins/answers/", answer_list, name="answer_list"),
    path("round-robins/answers/<int:pk>/", robin_answer, name="robin_answer"),
    path("round-robins/<int:pk>/", robin_detail, name="robin_detail"),
    path("round-robins/<int:pk>/act/", robin_act, name="robin_act"),
    path("round-robins/<int:pk>/withdraw/", robin_withdraw, name="robin_withdraw"),
    path("on-call/", on_call_open, name="on_call_open"),
    path("on-call/add/", on_call_add, name="on_call_add"),
    path("on-call/log/", on_call_log, name="on_call_log"),
    path("on-call/<int:pk>/", on_call_detail, name="on_call_detail"),
    path("on-call/<int:pk>/do/", on_call_do, name="on_call_do"),
    path("inclusion/", inclusion_register, name="inclusion_register"),
    path("inclusion/sign-in/<int:pk>/", inclusion_sign_in, name="inclusion_sign_in"),
    path("inclusion/<int:pk>/sign-out/", inclusion_sign_out, name="inclusion_sign_out"),
    path("inclusion/<int:pk>/", inclusion_stay, name="inclusion_stay"),
    path("suspensions/", suspension_list, name="suspension_list"),
    path("suspensions/student/<int:pk>/elsewhere/", elsewhere_list, name="elsewhere_list"),
    path("suspensions/elsewhere/<int:pk>/", elsewhere_detail, name="elsewhere_detail"),
    path("suspensions/add/", suspension_add, name="suspension_add"),
    path("suspensions/<int:pk>/", suspension_detail, name="suspension_detail"),
    path("work/", work_list, name="work_list"),
    path("work/rules/", work_rules, name="work_rules"),
    path("work/<int:pk>/tick/", work_tick, name="work_tick"),
    path("work/students/<int:pk>/<str:first>/", work_absence, name="work_absence"),
]
