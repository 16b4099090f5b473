"""Pages of logging in and out and of the reader's language."""

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import pgettext_lazy
from django.views import i18n

# What errors call an action: they carry its code, which `infra.web.problems` puts into words.
ACTION_WORDS = (
    pgettext_lazy("word", "read_book"),
    pgettext_lazy("word", "read_customers"),
    pgettext_lazy("word", "import_readings"),
    pgettext_lazy("word", "import_master_data"),
    pgettext_lazy("word", "decide_exception"),
    pgettext_lazy("word", "issue_bills"),
    pgettext_lazy("word", "request_adjustment"),
    pgettext_lazy("word", "approve"),
    pgettext_lazy("word", "take_receipt"),
    pgettext_lazy("word", "remit"),
    pgettext_lazy("word", "import_receipt_file"),
    pgettext_lazy("word", "import_statement"),
    pgettext_lazy("word", "reconcile"),
    pgettext_lazy("word", "import_opening"),
    pgettext_lazy("word", "import_ledger"),
    pgettext_lazy("word", "sign_for_marketing"),
    pgettext_lazy("word", "sign_for_finance"),
    pgettext_lazy("word", "close_month"),
    pgettext_lazy("word", "manage_people"),
)

# What errors call a role (`org.rules.NAMES`).
ROLE_WORDS = (
    pgettext_lazy("word", "the meter reader"),
    pgettext_lazy("word", "the biller"),
    pgettext_lazy("word", "the cashier"),
    pgettext_lazy("word", "customer service"),
    pgettext_lazy("word", "the team leader"),
    pgettext_lazy("word", "the marketing manager"),
    pgettext_lazy("word", "the accountant"),
    pgettext_lazy("word", "the finance manager"),
    pgettext_lazy("word", "the auditor"),
    pgettext_lazy("word", "the administrator"),
    pgettext_lazy("word", "the general manager"),
)


@method_decorator(login_not_required, name="dispatch")
class Login(auth.LoginView):
    """The page that asks for user name and password."""

    template_name = "org/login.html"
    redirect_authenticated_user = True


class Logout(auth.LogoutView):
    """Ends the session."""

    next_page = "login"


@login_not_required
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Keep the chosen language in a cookie and come back to the same page."""
    return i18n.set_language(request)
