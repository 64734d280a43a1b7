"""Addresses of cases, interventions, plans and meetings."""

from django.urls import URLPattern

from interventions import urls_cases

app_name = "interventions"

urlpatterns: list[URLPattern] = [
    *urls_cases.urlpatterns,
]
