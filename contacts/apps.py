"""The contacts app."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Whom we spoke to: parents, carers and agencies."""

    name = "contacts"
