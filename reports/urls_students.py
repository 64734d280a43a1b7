"""Addresses of the chronology, of papers about one student, an incident or a tutor group, and of a year's poster."""

from django.urls import path

from reports.views.chronology import chronology, chronology_pdf
from reports.views.incident_paper import incident_pdf
from reports.views.lateness_paper import minutes_late_pdf
from reports.views.poster import poster_pdf
from reports.views.student_papers import certificate_pdf, one_page_pdf, student_papers

urlpatterns = [
    path("student/<int:pk>/chronology/", chronology, name="chronology"),
    path("student/<int:pk>/chronology/pdf/", chronology_pdf, name="chronology_pdf"),
    path("student/<int:pk>/papers/", student_papers, name="student_papers"),
    path("student/<int:pk>/papers/certificate/", certificate_pdf, name="certificate_pdf"),
    path("student/<int:pk>/papers/my-page/", one_page_pdf, name="one_page_pdf"),
    path("incidents/<int:pk>/record/", incident_pdf, name="incident_pdf"),
    path("minutes-late/groups/<str:group>/pdf/", minutes_late_pdf, name="minutes_late_pdf"),
    path("year/<int:year>/poster/", poster_pdf, name="poster_pdf"),
]
