"""Attendance's addresses."""

from django.urls import path, register_converter

from attendance.converters import DayConverter, SessionConverter
from attendance.views.board import board, board_nudge
from attendance.views.corrections import amendment_list, mark_detail
from attendance.views.register import register_detail, register_now
from attendance.views.scale import rag_scale_form

register_converter(DayConverter, "day")
register_converter(SessionConverter, "session")

app_name = "attendance"

urlpatterns = [
    path("registers/board/", board, name="board"),
    path("registers/board/<int:pk>/<str:day>/<str:session>/nudge/", board_nudge, name="board_nudge"),
    path("register/", register_now, name="register_now"),
    path("register/<int:group_id>/<day:day>/<session:session>/", register_detail, name="register_detail"),
    path("settings/rag-bands/", rag_scale_form, name="rag_scale_form"),
    path("marks/<int:student>/<day:day>/<session:session>/", mark_detail, name="mark_detail"),
    path("marks/amendments/", amendment_list, name="amendment_list"),
]
