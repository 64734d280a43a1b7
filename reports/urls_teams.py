"""Addresses of the weekly RAG's distribution, of the tutor-team board and of saved views; part of the app's own."""

from django.urls import URLPattern, path

from reports.views.rag_answers import rag_answer, rag_calls
from reports.views.saved import saved_views
from reports.views.teams import team_actions, team_board

urlpatterns: list[URLPattern] = [
    path("weekly-rag/sheet/<int:pk>/answer/<int:student>/", rag_answer, name="rag_answer"),
    path("weekly-rag/please-call/", rag_calls, name="rag_calls"),
    path("saved-views/", saved_views, name="saved_views"),
    path("tutor-team/", team_board, name="team_board"),
    path("tutor-team/<int:pk>/actions/", team_actions, name="team_actions"),
]
