"""How allauth fits this application: existing accounts only."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from the staff import; nobody registers themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse self-registration."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Microsoft and Google sign in somebody whose e-mail address the school already holds."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Refuse an address that the school does not hold."""
        return False
