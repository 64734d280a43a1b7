"""Addresses of the half-termly reports."""

from django.urls import URLPattern, path

from reports.views import half_term

urlpatterns: list[URLPattern] = [
    path("half-term-reports/", half_term.half_term_list, name="half_term_list"),
    path("half-term-reports/ask/", half_term.half_term_ask, name="half_term_ask"),
    path("half-term-reports/<int:pk>/", half_term.half_term_report, name="half_term_report"),
    path("half-term-reports/<int:pk>/do/", half_term.half_term_do, name="half_term_do"),
    path("half-term-reports/<int:pk>/correct/", half_term.half_term_correct, name="half_term_correct"),
    path("half-term-reports/<int:pk>/pdf/", half_term.half_term_pdf, name="half_term_pdf"),
    path(
        "half-term-reports/<int:pk>/behind/<slug:figure>/<slug:window>/",
        half_term.half_term_behind,
        name="half_term_behind",
    ),
]
