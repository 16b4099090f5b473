"""The rail of the pages: which sections exist, which pages each has, who may see them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from onebook.org import reads as org
from onebook.org.rules import Action, Role, may

Text = str | Promise


@dataclass(frozen=True)
class Page:
    """A page of a section: its address by name, and the actions one of which it takes to see it.

    `also` names pages that stand under the same tab; `company`: its figures are the whole
    company's, so it takes the right there.
    """

    name: str
    label: Text
    actions: frozenset[Action] = frozenset({Action.READ_BOOK})
    also: frozenset[str] = frozenset()
    company: bool = False


@dataclass(frozen=True)
class Section:
    """A section of the rail, with the letter that follows `g` on the keyboard."""

    key: str
    label: Text
    letter: str
    pages: tuple[Page, ...]

    @property
    def first(self) -> str:
        """The address, by name, of the page that opens the section."""
        return self.pages[0].name


_ANYBODY = frozenset(Action)
_CASHIER = frozenset({Action.TAKE_RECEIPT})
_READERS = frozenset({Action.IMPORT_READINGS})
_CUSTOMERS = frozenset({Action.READ_CUSTOMERS})

SECTIONS = (
    Section(
        "work",
        _("My work"),
        "w",
        (
            Page("my-work", _("My work"), _ANYBODY),
            Page("approvals", _("Approvals"), also=frozenset({"approval"})),
        ),
    ),
    Section(
        "customers",
        _("Customers"),
        "c",
        (Page("customers", _("Service accounts"), _CUSTOMERS, frozenset({"account", "search"})),),
    ),
    Section(
        "billing",
        _("Reading and billing"),
        "b",
        (
            Page("exceptions", _("Exceptions"), also=frozenset({"exception"})),
            Page("tickets", _("Tickets"), also=frozenset({"ticket", "ticket-new"})),
            Page("trial", _("Trial calculation"), also=frozenset({"trial-sample"})),
            Page("rounds", _("Reading rounds")),
            Page("field", _("Reading on site"), _READERS),
            Page("issued", _("Issued"), also=frozenset({"bills", "bill", "bill-paper"})),
            Page(
                "adjustments",
                _("Adjustments"),
                also=frozenset(
                    {"adjustment", "adjustments-approved", "new-adjustment", "counter-adjustment"}
                ),
            ),
            Page(
                "sales",
                _("Sales"),
                also=frozenset({"power-factor", "power-factor-bills", "revenue"}),
            ),
            Page("invoices", _("Invoices"), also=frozenset({"invoice"})),
            Page("error-rates", _("Error rates")),
            Page("quote", _("Quote")),
            Page("runs", _("Runs"), also=frozenset({"run"})),
        ),
    ),
    Section(
        "counter",
        _("Collection"),
        "s",
        (
            Page("counter", _("Counter"), _CASHIER, frozenset({"take"})),
            Page("receipts", _("Receipts"), also=frozenset({"receipt"})),
            Page("remittance", _("Remittance")),
        ),
    ),
    Section(
        "receivable",
        _("Receivables"),
        "r",
        (
            Page("aging", _("Aging")),
            Page("movement", _("Movement of arrears")),
            Page("items", _("Open items"), also=frozenset({"item"})),
        ),
    ),
    Section(
        "bank",
        _("Bank"),
        "k",
        (
            Page("bank-lines", _("Bank lines"), also=frozenset({"bank-line"})),
            Page("unidentified", _("Money not identified")),
            Page("reconciliation", _("Reconciliation")),
            Page("statement-files", _("Statement files")),
        ),
    ),
    Section(
        "finance",
        _("Finance"),
        "f",
        (
            Page("one-book", _("One book")),
            Page("months", _("Month by month"), company=True),
            Page("explain", _("Explain a difference")),
            Page(
                "closes",
                _("Month close"),
                also=frozenset({"close", "received", "transit", "prepayment"}),
            ),
            Page("trial-balance", _("Trial balance"), also=frozenset({"ledger", "journal"})),
        ),
    ),
)


def sections_for(roles: frozenset[Role], company: bool) -> list[Section]:
    """The sections with the pages that a holder of `roles` may see; empty sections are left out.

    `company`: whether the book of the whole company may be read.
    """
    shown = []
    for section in SECTIONS:
        pages = tuple(
            page
            for page in section.pages
            if any(may(roles, action) for action in page.actions) and (company or not page.company)
        )
        if pages:
            shown.append(Section(section.key, section.label, section.letter, pages))
    return shown


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: the person, the rail, the tabs, the units to choose from."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, Any]:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"person": None}
    grants = org.roles_of(person.pk)
    roles = frozenset(Role(grant.role) for grant in grants)
    sections = sections_for(roles, org.may(person.pk, Action.READ_BOOK, None))
    here = request.resolver_match.url_name if request.resolver_match else ""
    section, page = _standing(sections, here or "")
    units = _units(person.pk)
    return {
        "person": person,
        "roles": [
            {"role": role_name(Role(grant.role)), "unit": grant.org_unit.name} for grant in grants
        ],
        "sections": sections,
        "section": section,
        "page": page,
        "units": units,
        "may_search": may(roles, Action.READ_CUSTOMERS),
        "all_units": len(units) > 1,
    }


def _standing(sections: list[Section], here: str) -> tuple[Section | None, str]:
    for section in sections:
        for page in section.pages:
            if here == page.name or here in page.also:
                return section, page.name
    return None, ""


def _units(person_id: int) -> list[dict[str, str]]:
    """The units a person may look into, indented by their depth below the first of them."""
    allowed = org.units_of(person_id, Action.READ_CUSTOMERS)
    held = [unit for unit in org.units() if unit.pk in allowed]
    top = min((_depth(unit.path) for unit in held), default=0)
    return [
        {"code": unit.code, "name": unit.name, "indent": "\u3000" * (_depth(unit.path) - top)}
        for unit in held
    ]


def _depth(path: str) -> int:
    return path.count("/")


def role_name(role: Role) -> str:
    """What a role is called on the pages."""
    names = {
        Role.READER: pgettext("role", "Meter reader"),
        Role.BILLER: pgettext("role", "Biller"),
        Role.CASHIER: pgettext("role", "Cashier"),
        Role.CUSTOMER_SERVICE: pgettext("role", "Customer service"),
        Role.TEAM_LEADER: pgettext("role", "Team leader"),
        Role.MARKETING_MANAGER: pgettext("role", "Marketing manager"),
        Role.ACCOUNTANT: pgettext("role", "Accountant"),
        Role.FINANCE_MANAGER: pgettext("role", "Finance manager"),
        Role.AUDITOR: pgettext("role", "Auditor"),
        Role.ADMINISTRATOR: pgettext("role", "Administrator"),
        Role.GENERAL_MANAGER: pgettext("role", "General manager"),
    }
    return names[role]
