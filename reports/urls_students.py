"""Addresses of the chronology and of papers about one student."""

from django.urls import path

from reports.views.chronology import chronology, chronology_pdf
from reports.views.student_papers import certificate_pdf, student_papers

urlpatterns = [
    path("student/<int:pk>/chronology/", chronology, name="chronology"),
    path("student/<int:pk>/chronology/pdf/", chronology_pdf, name="chronology_pdf"),
    path("student/<int:pk>/papers/", student_papers, name="student_papers"),
    path("student/<int:pk>/papers/certificate/", certificate_pdf, name="certificate_pdf"),
]
