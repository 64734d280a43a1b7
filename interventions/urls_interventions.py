"""Addresses of interventions, their sessions and reviews, what they achieve, and needs screens."""

from django.urls import URLPattern, path

from interventions.views import effect, interventions, mentoring, reviews, screens, sessions, types
from interventions.views import intervention_edit as edit

urlpatterns: list[URLPattern] = [
    path("interventions/", interventions.intervention_list, name="intervention_list"),
    path("interventions/add/", edit.intervention_add, name="intervention_add"),
    path("interventions/mentoring/", mentoring.mentoring, name="mentoring"),
    path("interventions/effect/", effect.effect, name="effect"),
    path("interventions/coverage/", effect.coverage, name="coverage"),
    path("interventions/students/<int:pk>/place/", mentoring.intervention_place, name="student_place"),
    path("interventions/<int:pk>/", interventions.intervention_detail, name="intervention_detail"),
    path("interventions/<int:pk>/change/", edit.intervention_change, name="intervention_change"),
    path("interventions/<int:pk>/join/", edit.intervention_join, name="intervention_join"),
    path("interventions/<int:pk>/students/<int:place_id>/", edit.intervention_place, name="intervention_place"),
    path("interventions/<int:pk>/withdraw/", edit.intervention_withdraw, name="intervention_withdraw"),
    path("interventions/<int:pk>/review/", reviews.intervention_review, name="intervention_review"),
    path("interventions/<int:pk>/effect/", reviews.intervention_effect, name="intervention_effect"),
    path("interventions/<int:pk>/tap/", sessions.session_tap, name="session_tap"),
    path("interventions/<int:pk>/sessions/add/", sessions.session_add, name="session_add"),
    path("interventions/<int:pk>/sessions/<int:session_id>/", sessions.session_change, name="session_change"),
    path(
        "interventions/<int:pk>/sessions/<int:session_id>/withdraw/", sessions.session_withdraw, name="session_withdraw"
    ),
    path("needs-screens/", screens.screen_list, name="screen_list"),
    path("needs-screens/add/", screens.screen_add, name="screen_add"),
    path("needs-screens/<int:pk>/", screens.screen_detail, name="screen_detail"),
    path("needs-screens/<int:pk>/withdraw/", screens.screen_withdraw, name="screen_withdraw"),
    path("settings/interventions/", types.type_list, name="type_list"),
    path("settings/interventions/add/", types.type_add, name="type_add"),
    path("settings/interventions/<int:pk>/", types.type_change, name="type_change"),
]
