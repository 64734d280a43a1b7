"""Addresses of cases, interventions, plans and meetings."""

from django.urls import URLPattern

from interventions import urls_cases, urls_interventions, urls_meetings, urls_plans

app_name = "interventions"

urlpatterns: list[URLPattern] = [
    *urls_cases.urlpatterns,
    *urls_meetings.urlpatterns,
    *urls_plans.urlpatterns,
    *urls_interventions.urlpatterns,
]
