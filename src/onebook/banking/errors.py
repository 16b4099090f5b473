"""What can be wrong with a bank statement: with the file, and with one line of it.

OnebookError
├── StatementUnusable     nothing of the file is taken
│   └── LayoutUnknown, AccountsMixed, BalanceContradicted, MessageBroken, DocumentTypeRefused
└── LineUnusable          this line is rejected, the others are taken
    └── BothSidesFilled, NoAmount, DirectionUnreadable, DirectionContradicts, LineCutOff,
        LineTooShort, LineTooLong, AccountIsNumber, FormulaInLine, SerialContradicted,
        LineDoubled, CurrencyForeign, TimeUnreadable, LineUnreadable
An amount or a date that cannot be read is the kernel's AmountUnreadable or DateUnreadable.
"""

from onebook.kernel.errors import OnebookError


class StatementUnusable(OnebookError):
    """The bank statement {name} cannot be used. Export it again and import the new file."""


class LayoutUnknown(StatementUnusable):
    """No known layout of a bank statement is in {name}. The nearest row of headings is row
    {row_number}: {found}. Export the account's details (账户明细) with their headings, or rename
    the headings to 交易日期, 收入金额, 支出金额, 余额, 对方户名, 对方账号, 摘要."""


class AccountsMixed(StatementUnusable):
    """The file {name} holds lines of more than one account: {accounts}. Export each account to a
    file of its own and import those."""


class MessageBroken(StatementUnusable):
    """The file {name} ends early or is no proper XML ({place}). Nothing of it is taken. Export it
    again and import the new file."""


class DocumentTypeRefused(StatementUnusable):
    """The file {name} declares a document type or entities, which no bank's statement needs and
    which can harm. Nothing of it is taken. Ask the bank for a file without them."""


class LineUnusable(OnebookError):
    """The line cannot be used. Correct it in the file of rejected rows and import that file."""


class BothSidesFilled(LineUnusable):
    """Both sides are filled: {money_in} came in and {money_out} went out. Leave one of them and
    import the row again."""


class NoAmount(LineUnusable):
    """The line has no amount. Fill it in and import the row again."""


class DirectionUnreadable(LineUnusable):
    """Whether money came in or went out cannot be told from {text!r}. Write 贷 (in) or 借 (out) and
    import the row again."""


class DirectionContradicts(LineUnusable):
    """The line is marked {text!r} but its amount stands on the other side. Correct one of them and
    import the row again."""


class LineCutOff(LineUnusable):
    """The last line ends after {found} of {expected} cells: the file was cut off. Export it
    again."""


class LineTooShort(LineUnusable):
    """The line has {found} cells where the headings have {expected}, and its date, amount or
    balance
    is missing. Fill it in and import the row again."""


class LineTooLong(LineUnusable):
    """The line has {found} cells where the headings have {expected}, and the running balance does
    not prove its amount. Quote the cell that holds a separator and import the row again."""


class AccountIsNumber(LineUnusable):
    """{heading} holds the number {text}: zeros in front and digits after the 15th may be lost.
    Export the statement as .csv, or enter the cell as text, and import the row again."""


class FormulaInLine(LineUnusable):
    """{heading} holds a formula without a stored result. Open the workbook in a spreadsheet, save
    it and import it again."""


class SerialContradicted(LineUnusable):
    """The bank's serial number {serial} of {day} is recorded with {recorded} yuan from {file}; this
    file has {stated} yuan under it and lacks what is recorded. Ask the bank which is right. If both
    are, import a file that holds the whole day."""


class LineDoubled(LineUnusable):
    """{amount} yuan of {day} are recorded already from {file} (layout {recorded_layout}), and this
    line cannot be told apart from them. If it is another line, export the whole day in the layout
    {recorded_layout} and import that."""


class LineUnreadable(LineUnusable):
    """The line cannot be read: {text}. Ask the bank for its date, side and amount, correct it and
    import the file again."""


class CurrencyForeign(LineUnusable):
    """The line is in {currency}, and the bank accounts here are kept in yuan. Leave it out."""


class TimeUnreadable(LineUnusable):
    """The time {text!r} cannot be read. Write it like 18:22:21, or leave it empty, and import the
    row again."""


class BalanceContradicted(StatementUnusable):
    """The file {name} does not continue the recorded lines: it opens with {opening} yuan on
    {day}, and they end with {closing} yuan on {last_day}. Nothing of it is taken. If it is of this
    account, lines of {difference} yuan are missing: export it again from {last_day} on and import
    that."""


class AccountNotKnown(OnebookError):
    """The file {name} does not say which of our bank accounts it is of, or names one that is not
    registered ({number}). Register the account, or name it with --account."""


class LineNotFound(OnebookError):
    """There is no bank line {line_id}."""


class LineMatched(OnebookError):
    """The bank line {line_id} is booked already. Undo that first."""


class AmountsDiffer(OnebookError):
    """The bank line has {line} yuan and what it is to be booked as comes to {parts} yuan. Book the
    difference of {difference} yuan to a purpose, or correct an amount."""


class PartWrongWay(OnebookError):
    """{amount} yuan cannot be booked here: the bank line {line_id} goes the other way. Money that
    came in is a customer's or unknown; money that went out is for a purpose or sent back."""


class PurposeUnknown(OnebookError):
    """Nothing says where money for {purpose} goes on {day}. Choose another purpose, or have it
    added to the posting rules of bank.purpose."""


class NotOpposite(OnebookError):
    """The bank lines {line_id} and {other_id} are no pair. A return takes an earlier line of the
    same account back, whole; a transfer has two waiting lines of equal amounts on two accounts."""


class ReasonNeeded(OnebookError):
    """Say why: a purpose, a difference and money that is not identified are booked with a
    reason."""


class SecondPersonNeeded(OnebookError):
    """{amount} yuan to purposes are more than the {limit} yuan that one person may book of a bank
    line on {day}. Ask for approval, with the evidence: another person decides."""


class SecondPersonMissing(OnebookError, guard="OB103"):
    """The book refused bank line {line_id}: {amount} yuan to purposes are above {limit} yuan, and
    nobody else approved them. Nothing was recorded. Ask for approval on the page of the line."""


class LineOverbooked(OnebookError, guard="OB101"):
    """The book refused what bank line {line_id} is booked as: {booked} of {amount} yuan. Nothing
    was recorded. Open the line again: somebody else may have booked it a moment ago."""


class MatchUnlike(OnebookError, guard="OB102"):
    """The book refused what bank line {line_id} is booked as: it is no mirror of its other side, or
    counts before the line. Nothing was recorded. This is a fault of the program; report it with
    this message."""


class OpenDayToCome(OnebookError):
    """{month} is closed and its first open day, {first_open}, has not come. Book the line then."""


class MatchNotInForce(OnebookError):
    """The match {match_id} is not in force: it does not exist, or was undone."""


class ItemNotWaiting(OnebookError):
    """The item in transit {item_id} does not wait for the bank: it is credited already, or there
    is none of this number."""


class AccountContradicted(OnebookError):
    """The file {name} is a statement of account {stated}, not of {named}. Import it for its own
    account."""


class BankAccountExists(OnebookError):
    """The bank account {number} is registered already. Check its number. Nothing was changed."""
