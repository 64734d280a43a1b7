"""The contacts app."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Whom we spoke to: parents, carers and agencies."""

    name = "contacts"

    def ready(self) -> None:
        """Make this app's pages, lines of the strip, duties and answer to the 48-hour clock known."""
        from behaviour import contacted
        from contacts import contacted as ours
        from contacts.duties import duties as kept
        from contacts.needs import lines
        from contacts.rail import LOGGED, RAIL
        from pastoral.core import duties, navigation, needs

        contacted.register(ours.contacted)
        duties.register("contacts", kept)
        navigation.register(*RAIL, *LOGGED)
        needs.register("contacts", lines)
