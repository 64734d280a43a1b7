"""Attendance's addresses."""

from django.urls import path

from attendance.views.board import board, board_nudge
from attendance.views.scale import rag_scale_form

app_name = "attendance"

urlpatterns = [
    path("registers/board/", board, name="board"),
    path("registers/board/<int:pk>/<str:day>/<str:session>/nudge/", board_nudge, name="board_nudge"),
    path("settings/rag-bands/", rag_scale_form, name="rag_scale_form"),
]
