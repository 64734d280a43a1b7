"""Addresses of everybody's actions, and of meetings."""

from django.urls import URLPattern, path

from interventions.views import actions, meeting_parts, meetings, priorities

urlpatterns: list[URLPattern] = [
    path("actions/", actions.action_list, name="action_list"),
    path("actions/add/", actions.action_add, name="action_add"),
    path("actions/<int:pk>/", actions.action_detail, name="action_detail"),
    path("actions/student/<int:pk>/place/", actions.action_place, name="action_place"),
    path("actions/<int:pk>/tick/", actions.action_tick, name="action_tick"),
    path("meetings/", meetings.meeting_list, name="meeting_list"),
    path("meetings/add/", meetings.meeting_add, name="meeting_add"),
    path("meetings/priorities/", priorities.priority_list, name="priority_list"),
    path("meetings/priorities/<int:pk>/", priorities.priority_detail, name="priority_detail"),
    path("meetings/<int:pk>/priorities/add/", priorities.priority_add, name="priority_add"),
    path("meetings/<int:pk>/", meetings.meeting_detail, name="meeting_detail"),
    path("meetings/<int:pk>/change/", meetings.meeting_change, name="meeting_change"),
    path("meetings/<int:pk>/withdraw/", meetings.meeting_withdraw, name="meeting_withdraw"),
    path("meetings/<int:pk>/do/", meeting_parts.meeting_do, name="meeting_do"),
    path("meetings/<int:pk>/actions/add/", meeting_parts.meeting_action, name="meeting_action"),
    path("meetings/<int:pk>/students/add/", meeting_parts.meeting_students, name="meeting_students"),
    path("meetings/<int:pk>/students/<int:row>/", meeting_parts.meeting_student, name="meeting_student"),
]
