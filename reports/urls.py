"""Addresses of the composed pages."""

from django.urls import URLPattern, path

from reports.views.dashboard import dashboard, school_dashboard, year_dashboard
from reports.views.find import student_find
from reports.views.lists import student_list
from reports.views.student import student_detail

app_name = "reports"

urlpatterns: list[URLPattern] = [
    path("dashboard/", dashboard, name="dashboard"),
    path("school/", school_dashboard, name="school_dashboard"),
    path("school/list/<slug:slug>/", student_list, name="school_list"),
    path("year/<int:year>/", year_dashboard, name="year_dashboard"),
    path("year/<int:year>/list/<slug:slug>/", student_list, name="student_list"),
    path("student/<int:pk>/", student_detail, name="student_detail"),
    path("students/find/", student_find, name="student_find"),
]
