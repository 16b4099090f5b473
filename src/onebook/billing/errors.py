"""Errors of billing."""

from onebook.kernel.errors import OnebookError


class ReasonMissing(OnebookError):
    """A decision on an exception needs a reason. Write what was checked and found."""


class DecisionUnknown(OnebookError):
    """A person may release an exception, hold its bill or send it back to be read again, not
    {kind}. Choose one of these."""


class NotReadable(OnebookError):
    """Reading the meter of account {account} again settles nothing of the exception {rule}: it is
    about the archive, the price or the bill. Correct that, then verify again."""


class RereadNotAsked(OnebookError):
    """Nobody asked to read account {account} again for {month}, or it is done. Nothing was
    recorded."""


class EstimateOver(OnebookError):
    """The exception of account {account} for {month} was decided otherwise since the estimate was
    asked for. Reject the request."""


class NotReleasable(OnebookError):
    """The exception {rule} of account {account} cannot be released: there is nothing right to
    bill. Correct the reading or the archive, then verify again."""


class ExceptionOver(OnebookError):
    """The exception {rule} of account {account} is over: its cause is gone, and nothing is left
    to decide."""


class IssuedBeforeRead(OnebookError):
    """Nothing was issued: {accounts} accounts of {org_unit} were read for {month} after
    {issued_on}, the latest on {latest}. Issue on that day or later."""


class MonthEmpty(OnebookError):
    """There is nothing to bill for {month}: no meter has a reading of it. Import the readings
    (onebook import readings FILE), then bill again."""


class MonthClosedAndDone(OnebookError):
    """There is nothing to bill for {month}: it is closed, and all its {accounts} accounts read are
    billed. A bill is put right by cancelling it and issuing it again, or by an adjustment."""


class NothingBillable(OnebookError):
    """There is nothing to bill for {month}: {waiting} of the {accounts} accounts read wait for a
    decision or a correction. Decide on their exceptions (/billing/exceptions?month={month}), then
    bill again."""


class BilledAlready(OnebookError):
    """The bill of account {account} for {month} is issued, so it cannot be held any more."""


class ReadAfterIssue(OnebookError):
    """The bill of account {account} for {month} is issued, and its round is closed. Tell the
    billers what you saw: they put the bill right."""


class ExceptionUnknown(OnebookError):
    """There is no exception {exception_id}."""


class TicketUnknown(OnebookError):
    """There is no ticket {ticket_id}."""


class TicketKindUnknown(OnebookError):
    """There is no ticket of the kind {kind!r}."""


class MeterNotOfAccount(OnebookError):
    """The meter {number!r} does not hang at account {account}. Correct the meter's number."""


class FactUnreadable(OnebookError):
    """{fact}: {text!r} is not a whole number from 1 on. Correct it."""


class MonthBilled(OnebookError):
    """The bill of account {account} for {month} stands, and would no longer be what the archive
    says. Take a later day, or have that bill cancelled first."""


class MultiplierInPeriod(OnebookError):
    """A multiplier counts for whole periods: the unbilled one of {month} begins on {day}. Take that
    day; where the transformer was changed in between, open a ticket for a change of meter."""


class ChecksMissing(OnebookError):
    """Ticket T{ticket_id} takes effect only when it was held against the site, the meter and the
    contract. Open it, and tick the three."""


class TicketOfOwn(OnebookError, guard="OB061"):
    """Ticket T{ticket_id} is refused: you made it. Another person checks it."""


class TrialUnknown(OnebookError):
    """There is no trial calculation {trial_id}."""


class SampleUnknown(OnebookError):
    """The account is not among those drawn to be checked in trial {trial_id}."""


class TickedAlready(OnebookError):
    """The trial of account {account} was checked already. What was found stays as it is."""


class TickUnexplained(OnebookError):
    """Write what is wrong in the calculation of account {account}."""


class BillUnknown(OnebookError):
    """There is no bill {bill_id}."""


class BillDiffers(OnebookError):
    """The stored lines of bill {bill_id} differ from what its tariff gives: stored {stored},
    calculated {calculated}, in line {line_no}. Run onebook verify and call the vendor."""


class BatchUnknown(OnebookError):
    """There is no issue batch {batch_id}."""


class ThresholdMissing(OnebookError, guard="OB009"):
    """The verification rule {rule} has no value of {name} on {day}, so that nothing was verified.
    Give it one that is in force on this day, then verify again."""


class RedBillWrong(OnebookError, guard="OB041"):
    """The book refused bill {bill_id}: it neither mirrors the bill that it reverses nor replaces a
    reversed one. Nothing was recorded. This is a fault of the program; report it with this
    message."""


class BillNotStanding(OnebookError):
    """The bill {number} is reversed already, or is itself a red bill. Open the account and choose
    the bill that stands."""


class ScenarioUnreadable(OnebookError):
    """The scenario is not written as TOML: {detail} Correct that place."""


class ScenarioInvalid(OnebookError):
    """The scenario has faults ({count}), and nothing was calculated: {problems}"""


class ScenarioTooLarge(OnebookError):
    """The file {name} is larger than {limit} MB. Use onebook quote, which reads it in place."""


class ScenarioFault(OnebookError):
    """The scenario is not complete. Check its keys."""


class KeyUnknown(ScenarioFault):
    """Line {line}, {place}: there is no key {key!r} here. Correct its spelling or remove it; write
    one of {known}."""


class KeyMissing(ScenarioFault):
    """Line {line}, {place}: {key} is missing. Write for example: {example}"""


class ValueUnreadable(ScenarioFault):
    """Line {line}, {place}: {key} = {text} cannot be read. Write for example: {example}"""


class KeysExclude(ScenarioFault):
    """Line {line}, {place}: {first} and {second} say the same thing twice. Keep one of them."""


class QuoteTariffUnknown(ScenarioFault):
    """Line {line}, {place}: there is no tariff {tariff}. Write the code of a packaged tariff
    ({near}), or the tariff itself as [[version]] in this file or in a tariff_file."""


class NameUnknown(ScenarioFault):
    """Line {line}, {place}: {key} = {name} names nothing in this file. It has {known}."""


class DatesOutside(ScenarioFault):
    """Line {line}, {place}: {key} = {day} is not inside the bill's days, {start} to {end} (the end
    not included). Correct the day, or from and to of the bill."""


class FileMissing(ScenarioFault):
    """Line {line}, {place}: the file {file} cannot be read. Give its path as seen from the
    scenario; it must be text in UTF-8 or GB18030."""


class IntervalLineUnreadable(ScenarioFault):
    """The file {file}, line {row}: {text!r} cannot be read. Each line has a time like
    2026-10-01 00:15, {minutes} minutes after the one before, and kWh; kvarh may follow."""


class FactNotGiven(ScenarioFault):
    """{place}: the tariff {tariff} is charged on something that the scenario does not give. Write
    for example: {example}"""


class ReadingsUnbillable(ScenarioFault):
    """{place}: the register {register} reads {previous} and then {current}, which is no usage to
    bill. Correct the readings; past the register's end, give digits, and max_usage where more
    kWh are right."""


class PeriodsMissTotal(ScenarioFault):
    """{place}: the periods add up to {periods_kwh} kWh and the total is {total_kwh} kWh. Correct
    one of them, or leave out the period that takes the rest."""


class PartsExceedMain(ScenarioFault):
    """{place}: what is split off is more than the main meter has, in all or in one period. Correct
    the parts, or the main meter's usage."""


class PartsNeedFlat(ScenarioFault):
    """{place}: parts without periods of their own come off the flat period, which the tariff
    {tariff} does not have. Give this point no parts, or a tariff with flat."""


class LadderCut(ScenarioFault):
    """{place}: the monthly ladder of {tariff} cannot be cut inside the month, on {day}: each piece
    would have the month's limits. Quote the days before and after in files of their own."""


class GapsInIntervals(ScenarioFault):
    """{place}: {gaps} interval values are missing. Fill them in, or give usage by period."""


class PlaceFault(ScenarioFault):
    """{place}: {problems}"""


class InvoiceUnknown(OnebookError):
    """There is no invoice {invoice}."""


class InvoiceDiffers(OnebookError, guard="OB021"):
    """The invoice {invoice} is refused: its amounts differ from those of its bills. Request it
    again from the bills."""


class InvoiceStands(OnebookError, guard="OB022"):
    """The invoice {invoice} still stands over its bills. Void it or have a red one issued first."""


class InvoiceReasonMissing(OnebookError):
    """Voiding an invoice, or turning it red, needs a reason. Write why, then try again."""


class InvoiceNotIssued(OnebookError):
    """The invoice {invoice} is {state}, so there is nothing to void or to turn red. Only an issued
    blue invoice can be."""


class InvoiceRedAsked(OnebookError):
    """A red invoice of {invoice} is under way already. Wait for the platform's answer."""


class RedFormMissing(OnebookError):
    """A red invoice of a special invoice needs the number of its red information form. Apply for
    it on the tax platform and write the number."""


class VoidTooLate(OnebookError):
    """The invoice {number} of {day} cannot be voided: its month is over, or voiding is not allowed.
    Ask for a red invoice."""


class NothingToInvoice(OnebookError):
    """Of these bills none waits for an invoice: each has one, is not above zero, or is not paid yet
    where payment makes it taxable."""


class InvoiceKindUnknown(OnebookError):
    """The kind of invoice {text!r} is unknown. Write 专票 or 普票."""


class TaxNumberUnreadable(OnebookError):
    """The tax number {text!r} is not 15 to 20 digits and capital letters. Correct it and import the
    row again."""


class TaxDataMissing(OnebookError):
    """A special invoice needs {heading}. Fill it in, or write 普票."""


class YesOrNo(OnebookError):
    """{text!r} is neither yes nor no. Write 是 or 否."""


class TermsTwice(OnebookError):
    """The customer of account {account} has other invoice terms from {day} in row {row_number}.
    Keep one of the rows."""


class ResultUnknown(OnebookError):
    """The result {text!r} is unknown. Write 成功 or 失败."""


class DocumentUnknown(OnebookError):
    """There is no document {document} that was sent to be invoiced. Check the column 单据号."""


class DocumentTwice(OnebookError):
    """The document {document} stands in row {row_number} already. Keep one of the rows."""


class InvoiceNumberMissing(OnebookError):
    """The document {document} succeeded without {heading}. Ask the platform for it."""


class InvoiceNumberTaken(OnebookError):
    """The invoice number {number} is that of document {document} already. Ask the platform which of
    them is right."""


class ResultAmountDiffers(OnebookError):
    """The platform says {theirs}, the document {document} has {ours}. Nothing was recorded of this
    row: ask the platform what it invoiced."""


class ResultAgainstRecord(OnebookError):
    """The document {document} is {state} here, which this result contradicts. Ask the platform
    which of them is right."""


class AdjustmentWithoutBills(OnebookError):
    """There is no standing bill in the months to adjust. Check the account and the months."""


class AdjustmentWithoutUsage(OnebookError):
    """There is nothing to adjust: {formula}. Check what was found on site."""


class AdjustmentUnknown(OnebookError):
    """There is no adjustment {adjustment_id}. Open it from the list of adjustments."""


class AdjustmentStands(OnebookError):
    """The adjustment {number} of {account} waits for approval or stands over a bill of these months
    already. Wait for its decision, or take it back by a counter document first."""


class AdjustmentNotIssued(OnebookError):
    """The adjustment {number} cannot be taken back: it is not issued, is taken back already, or
    takes another one back itself."""


class AdjustmentInvoiceDone(OnebookError):
    """The invoice of the adjustment {number} is settled already, or it is not issued. Open it again
    to see which."""


class AdjustmentInvoiceUnsaid(OnebookError):
    """Write the number of the invoice, or why the adjustment {number} needs none."""


class BillAdjusted(OnebookError, guard="OB044"):
    """The bill {bill_id} cannot be reversed: an adjustment stands over it. Take the adjustment back
    by a counter document first."""


class AdjustmentOff(OnebookError, guard="OB045"):
    """The book refused the adjustment {adjustment_id}: its lines do not add up to it. Nothing was
    recorded. This is a fault of the program; report it with this message."""


class AdjustmentUnapproved(OnebookError, guard="OB046"):
    """The book refused to issue the adjustment {adjustment_id}: nobody else approved its amount.
    Nothing was recorded. Open its request for approval."""


class AdjustmentOverdone(OnebookError, guard="OB047"):
    """The book refused to issue the adjustment {adjustment_id}: a bill that it adjusts was reversed
    or adjusted meanwhile. Nothing was recorded. Turn the request down and calculate it anew."""
