"""Addresses of the papers about a year; part of the app's own."""

from django.urls import URLPattern, path

from reports.views.briefings import briefing_add, briefing_detail, briefing_list
from reports.views.year_papers import governors, inspection, year_papers, year_report

urlpatterns: list[URLPattern] = [
    path("year-papers/", year_papers, name="year_papers"),
    path("year-papers/governors/", governors, name="governors"),
    path("year-papers/<int:year>/report/", year_report, name="year_report"),
    path("year-papers/<int:year>/inspection/", inspection, name="inspection"),
    path("briefings/", briefing_list, name="briefing_list"),
    path("briefings/<int:pk>/", briefing_detail, name="briefing_detail"),
    path("briefings/year/<int:year>/", briefing_add, name="briefing_add"),
]
