"""Addresses of contacts."""

from django.urls import URLPattern

from contacts import urls_agencies, urls_calls, urls_desk, urls_families, urls_letters, urls_log

app_name = "contacts"

urlpatterns: list[URLPattern] = [
    *urls_log.urlpatterns,
    *urls_desk.urlpatterns,
    *urls_calls.urlpatterns,
    *urls_families.urlpatterns,
    *urls_letters.urlpatterns,
    *urls_agencies.urlpatterns,
]
