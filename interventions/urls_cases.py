"""Addresses of attendance cases, their ladder and evidence, and the files kept."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
