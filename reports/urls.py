"""Addresses of the composed pages."""

from django.urls import URLPattern, path, register_converter

from reports import urls_halfterm, urls_packs, urls_students, urls_teams, urls_year_papers
from reports.converters import WeekConverter
from reports.views.campaigns import (
    award_withdraw,
    campaign_award,
    campaign_certificates,
    campaign_detail,
    campaign_effect,
    campaign_form,
    campaign_list,
    campaign_withdraw,
)
from reports.views.certificates import certificates_of_list, certificates_pdf
from reports.views.cohorts import cohort_attendance
from reports.views.conduct import behaviour_consistency, behaviour_patterns
from reports.views.conduct_lists import achievement_list, incident_list
from reports.views.dashboard import dashboard, school_dashboard, year_dashboard
from reports.views.find import student_find
from reports.views.good_news import good_news, good_news_withdraw
from reports.views.inclusion import inclusion_list
from reports.views.letters import letter_pdf, letters_pdf, letters_print
from reports.views.lists import my_students, student_list
from reports.views.meetings import meeting_minutes
from reports.views.plans import plan_pdf
from reports.views.quiet import quiet
from reports.views.rag import rag_ask, rag_detail, rag_document, rag_list, rag_pdf, rag_reissue
from reports.views.rag_meeting import rag_meeting, rag_meeting_begin, rag_meeting_read
from reports.views.recognition import recognition, recognition_basics, recognition_unseen
from reports.views.references import reference_pdf
from reports.views.robins import robin_pdf
from reports.views.saved import saved_view_change, saved_view_save
from reports.views.student import student_detail
from reports.views.tracker import pa_tracker
from reports.views.tracker_effects import tracker_effects
from reports.views.truancy import (
    truancy_counts,
    truancy_end,
    truancy_hand_over,
    truancy_queue,
    truancy_take,
    truancy_take_over,
)
from reports.views.waterfall import pa_forecast, pa_waterfall
from reports.views.whereabouts import inclusion_student, student_where, whereabouts_list

register_converter(WeekConverter, "week")

app_name = "reports"

urlpatterns: list[URLPattern] = [
    *urls_teams.urlpatterns,
    *urls_students.urlpatterns,
    *urls_halfterm.urlpatterns,
    *urls_year_papers.urlpatterns,
    path("dashboard/", dashboard, name="dashboard"),
    path("school/", school_dashboard, name="school_dashboard"),
    path("school/list/<slug:slug>/", student_list, name="school_list"),
    path("year/<int:year>/", year_dashboard, name="year_dashboard"),
    path("year/<int:year>/list/<slug:slug>/", student_list, name="student_list"),
    path("my-students/", my_students, name="my_students"),
    path("student/<int:pk>/", student_detail, name="student_detail"),
    path("plans/<int:pk>/versions/<int:number>/pdf/", plan_pdf, name="plan_pdf"),
    path("round-robins/<int:pk>/pdf/", robin_pdf, name="robin_pdf"),
    path("references/<int:pk>/pdf/", reference_pdf, name="reference_pdf"),
    path("letters/print/", letters_print, name="letters_print"),
    path("letters/print/<int:pk>/", letters_pdf, name="letters_pdf"),
    path("letters/<int:pk>/pdf/", letter_pdf, name="letter_pdf"),
    path("weekly-rag/", rag_list, name="rag_list"),
    path("weekly-rag/ask/", rag_ask, name="rag_ask"),
    path("weekly-rag/<week:week>/", rag_detail, name="rag_detail"),
    path("weekly-rag/<week:week>/new-issue/", rag_reissue, name="rag_reissue"),
    path("weekly-rag/sheet/<int:pk>/", rag_document, name="rag_document"),
    path("weekly-rag/sheet/<int:pk>/pdf/", rag_pdf, name="rag_pdf"),
    path("weekly-rag/<week:week>/meeting/<int:year>/", rag_meeting_begin, name="rag_meeting_begin"),
    path("meetings/<int:pk>/rag/", rag_meeting, name="rag_meeting"),
    path("meetings/<int:pk>/rag/read/", rag_meeting_read, name="rag_meeting_read"),
    path("meetings/<int:pk>/minutes/", meeting_minutes, name="meeting_minutes"),
    path("pa-tracker/", pa_tracker, name="pa_tracker"),
    path("pa-forecast/", pa_forecast, name="pa_forecast"),
    path("pa-waterfall/", pa_waterfall, name="pa_waterfall"),
    path("cohorts/", cohort_attendance, name="cohort_attendance"),
    path("pa-tracker/effects/", tracker_effects, name="tracker_effects"),
    path("pa-tracker/views/", saved_view_save, name="saved_view_save"),
    path("pa-tracker/views/<int:pk>/", saved_view_change, name="saved_view_change"),
    path("behaviour/patterns/", behaviour_patterns, name="behaviour_patterns"),
    path("behaviour/consistency/", behaviour_consistency, name="behaviour_consistency"),
    path("behaviour/incidents/", incident_list, name="incident_list"),
    path("recognition/", recognition, name="recognition"),
    path("recognition/not-recognised/", recognition_unseen, name="recognition_unseen"),
    path("recognition/basics/", recognition_basics, name="recognition_basics"),
    path("recognition/good-news/", good_news, name="good_news"),
    path("recognition/good-news/<int:pk>/withdraw/", good_news_withdraw, name="good_news_withdraw"),
    path("recognition/certificates/", certificates_of_list, name="certificates_of_list"),
    path("recognition/certificates/<int:pk>/", certificates_pdf, name="certificates_pdf"),
    path("recognition/campaigns/", campaign_list, name="campaign_list"),
    path("recognition/campaigns/add/", campaign_form, name="campaign_add"),
    path("recognition/campaigns/<int:pk>/", campaign_detail, name="campaign_detail"),
    path("recognition/campaigns/<int:pk>/effect/", campaign_effect, name="campaign_effect"),
    path("recognition/campaigns/<int:pk>/change/", campaign_form, name="campaign_change"),
    path("recognition/campaigns/<int:pk>/award/", campaign_award, name="campaign_award"),
    path("recognition/campaigns/<int:pk>/award/<int:award>/withdraw/", award_withdraw, name="award_withdraw"),
    path("recognition/campaigns/<int:pk>/certificates/", campaign_certificates, name="campaign_certificates"),
    path("recognition/campaigns/<int:pk>/withdraw/", campaign_withdraw, name="campaign_withdraw"),
    path("quiet/", quiet, name="quiet"),
    path("recognition/achievements/", achievement_list, name="achievement_list"),
    path("student/<int:pk>/now/", student_where, name="student_where"),
    path("inclusion/term/", inclusion_list, name="inclusion_list"),
    path("student/<int:pk>/inclusion/", inclusion_student, name="inclusion_student"),
    path("where/", whereabouts_list, name="whereabouts"),
    path("truancy/", truancy_queue, name="truancy_queue"),
    path("truancy/counts/", truancy_counts, name="truancy_counts"),
    path("truancy/<int:pk>/<str:day>/<str:period>/take/", truancy_take, name="truancy_take"),
    path("truancy/<int:pk>/<str:day>/<str:period>/end/", truancy_end, name="truancy_end"),
    path("truancy/<int:pk>/take-over/", truancy_take_over, name="truancy_take_over"),
    path("truancy/<int:pk>/hand-over/", truancy_hand_over, name="truancy_hand_over"),
    path("students/find/", student_find, name="student_find"),
    *urls_packs.urlpatterns,
]
