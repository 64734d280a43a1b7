"""Addresses of the composed pages."""

from django.urls import URLPattern, path

from reports.views.find import student_find

app_name = "reports"

urlpatterns: list[URLPattern] = [
    path("students/find/", student_find, name="student_find"),
]
