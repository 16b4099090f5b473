"""The roles of a power supplier's two departments, and which actions each may take."""

from enum import StrEnum


class Role(StrEnum):
    """Roles of design §5; the Chinese name is the interface's."""

    READER = "reader"
    BILLER = "biller"
    CASHIER = "cashier"
    CUSTOMER_SERVICE = "customer_service"
    TEAM_LEADER = "team_leader"
    MARKETING_MANAGER = "marketing_manager"
    ACCOUNTANT = "accountant"
    FINANCE_MANAGER = "finance_manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    GENERAL_MANAGER = "general_manager"


class Action(StrEnum):
    """What a person may be allowed to do; reading the book is an action too."""

    READ_BOOK = "read_book"
    READ_CUSTOMERS = "read_customers"
    IMPORT_READINGS = "import_readings"
    IMPORT_MASTER_DATA = "import_master_data"
    DECIDE_EXCEPTION = "decide_exception"
    ISSUE_BILLS = "issue_bills"
    REQUEST_ADJUSTMENT = "request_adjustment"
    APPROVE = "approve"
    TAKE_RECEIPT = "take_receipt"
    REMIT = "remit"
    IMPORT_RECEIPT_FILE = "import_receipt_file"
    IMPORT_STATEMENT = "import_statement"
    RECONCILE = "reconcile"
    IMPORT_OPENING = "import_opening"
    IMPORT_LEDGER = "import_ledger"
    SIGN_FOR_MARKETING = "sign_for_marketing"
    SIGN_FOR_FINANCE = "sign_for_finance"
    CLOSE_MONTH = "close_month"
    MANAGE_PEOPLE = "manage_people"


_EVERYBODY = frozenset({Action.READ_CUSTOMERS})
_READS = _EVERYBODY | {Action.READ_BOOK}

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.READER: _EVERYBODY | {Action.IMPORT_READINGS},
    Role.BILLER: _READS
    | {
        Action.DECIDE_EXCEPTION,
        Action.ISSUE_BILLS,
        Action.IMPORT_MASTER_DATA,
        Action.REQUEST_ADJUSTMENT,
    },
    Role.CASHIER: _READS | {Action.TAKE_RECEIPT, Action.REMIT, Action.IMPORT_RECEIPT_FILE},
    Role.CUSTOMER_SERVICE: _READS | {Action.REQUEST_ADJUSTMENT},
    Role.TEAM_LEADER: _READS | {Action.APPROVE},
    Role.MARKETING_MANAGER: _READS
    | {Action.SIGN_FOR_MARKETING, Action.IMPORT_MASTER_DATA, Action.APPROVE},
    Role.ACCOUNTANT: _READS
    | {
        Action.IMPORT_STATEMENT,
        Action.RECONCILE,
        Action.IMPORT_OPENING,
        Action.IMPORT_LEDGER,
    },
    Role.FINANCE_MANAGER: _READS | {Action.SIGN_FOR_FINANCE, Action.CLOSE_MONTH, Action.APPROVE},
    Role.AUDITOR: _READS,
    Role.ADMINISTRATOR: frozenset({Action.MANAGE_PEOPLE}),
    Role.GENERAL_MANAGER: _READS | {Action.APPROVE},
}


def may(roles: frozenset[Role], action: Action) -> bool:
    """Whether any of the roles allows the action."""
    return any(action in ALLOWED[role] for role in roles)


_APPROVERS = (
    Role.TEAM_LEADER,
    Role.MARKETING_MANAGER,
    Role.FINANCE_MANAGER,
    Role.GENERAL_MANAGER,
)


def _pairs(role: Role, *others: Role) -> set[frozenset[Role]]:
    return {frozenset({role, other}) for other in others if other != role}


FORBIDDEN: frozenset[frozenset[Role]] = frozenset(
    # 抄表, 核算 and 收费 are three people's.
    _pairs(Role.READER, Role.BILLER, Role.CASHIER)
    | _pairs(Role.BILLER, Role.CASHIER)
    # Who holds the money or the bills does not keep the accounts (会计法: 出纳不得兼任账目登记).
    | _pairs(Role.ACCOUNTANT, Role.BILLER, Role.CASHIER, Role.MARKETING_MANAGER)
    # Who makes does not approve.
    | _pairs(Role.READER, *_APPROVERS)
    | _pairs(Role.BILLER, *_APPROVERS)
    | _pairs(Role.CASHIER, *_APPROVERS)
    | _pairs(Role.CUSTOMER_SERVICE, *_APPROVERS)
    | _pairs(Role.ACCOUNTANT, *_APPROVERS)
    # The month's form has two signatures.
    | _pairs(Role.MARKETING_MANAGER, Role.FINANCE_MANAGER)
    # The auditor only reads, and who gives the roles has none of the others.
    | _pairs(Role.AUDITOR, *Role)
    | _pairs(Role.ADMINISTRATOR, *Role)
)
"""The pairs of roles that one person never holds in the same unit (不相容岗位)."""


def is_forbidden(one: Role, other: Role) -> bool:
    """Whether one person may not hold both roles in the same unit."""
    return frozenset({one, other}) in FORBIDDEN


NAMES: dict[Role, str] = {
    Role.READER: "the meter reader",
    Role.BILLER: "the biller",
    Role.CASHIER: "the cashier",
    Role.CUSTOMER_SERVICE: "customer service",
    Role.TEAM_LEADER: "the team leader",
    Role.MARKETING_MANAGER: "the marketing manager",
    Role.ACCOUNTANT: "the accountant",
    Role.FINANCE_MANAGER: "the finance manager",
    Role.AUDITOR: "the auditor",
    Role.ADMINISTRATOR: "the administrator",
    Role.GENERAL_MANAGER: "the general manager",
}
"""What errors call a role; `infra.web.problems` puts it into the reader's words."""
