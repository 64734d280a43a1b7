"""Attendance's addresses."""

from django.urls import path

from attendance.views.scale import rag_scale_form

app_name = "attendance"

urlpatterns = [
    path("settings/rag-bands/", rag_scale_form, name="rag_scale_form"),
]
