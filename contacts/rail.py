"""Contacts' pages in the rail and in the menu of what can be logged."""

from pastoral.core.models import User
from pastoral.core.navigation import Entry
from pastoral.core.rights import Right


def keeps_alone(user: User) -> str:
    """Return the label of the templates for who reaches them by no letter: the Data Manager."""
    return "" if user.may(Right.SEE_CONTACTS) else "Letter templates"


LOGGED: tuple[Entry, ...] = (
    Entry("Log a contact", "contacts:contact_add", Right.LOG_CONTACTS, "phone", "Contacts", 50, key="c"),
)
RAIL: tuple[Entry, ...] = (
    Entry("Enquiries", "contacts:enquiry_list", Right.KEEP_ENQUIRIES, "mail", "Contacts", 71, covers=("/clocks/",)),
    Entry("Letters", "contacts:letter_list", Right.SEE_CONTACTS, "mail", "Contacts", 76),
    Entry(
        "Letter templates", "contacts:template_list", Right.KEEP_LETTERS, "mail", "School", 860, label_for=keeps_alone
    ),
    Entry("Contact rules", "contacts:rules_form", Right.CHANGE_SETTINGS, "clock", "School", 859),
    Entry("Wrong numbers", "contacts:wrong_numbers", Right.IMPORT_FILES, "phone", "School", 861),
    Entry(
        "Students seen",
        "contacts:seen_list",
        Right.MARK_SEEN,
        "eye",
        "Contacts",
        73,
        covers=("/students-seen/", "/quiet/", "/families/", "/target-list/", "/events/"),
    ),
    Entry("First-day steps", "contacts:calling_steps", Right.CHANGE_SETTINGS, "phone", "School", 860),
    Entry("First-day calls", "contacts:call_queue", Right.MAKE_FIRST_CALLS, "phone", "Contacts", 72),
    Entry("Contacts", "contacts:ledger", Right.SEE_CONTACTS, "list", "Contacts", 60, covers=("/contacts/",)),
    Entry(
        "Agencies",
        "contacts:referral_list",
        Right.SEE_AGENCIES,
        "users",
        "Contacts",
        80,
        covers=("/agencies/", "/referrals/", "/early-help/", "/information/", "/references/"),
    ),
)
