"""What can be wrong with figures given to metering.

OnebookError
└── MeteringError
    ├── ReadingColumnsDiffer · UsagePolicyUnknown
    ├── ReadingUnnamed · MeterUnknown · MeterIdle · MeterAtOther · AccountMeterless
    ├── MeterNotUnique · ReadingTwice · ReadingTwiceTold · ReadingOutOfWindow
    ├── ReadingNegative · ReadingTooLong
    ├── RegisterBlank · RegisterNotInstalled · HowUnknown
    ├── EstimateUnanswered · EstimateOfReadMonth · EstimateOfRegisters · EstimateWithoutBasis
    ├── MeterElsewhere · MeterDiffers · SecondMeter
    ├── MeterChanged · ChangeTooEarly · MeterReadAlready
    ├── PointTermUnreadable · PointTermsIncomplete · PointTermsDiffer · PointTermsEarlier
    ├── MainPointUnknown · MainPointIsPart
    ├── MultiplierNotWhole · RegisterMissing · RegisterNotPeriod
    ├── TransformerUnknown · LossFactsOutOfRange · EnergyOutOfRange · CorrectionImpossible
    ├── CalendarMissing · CalendarUnusable · IntervalsUnusable · CatalogueUnreadable
    ├── MultiplierUnreadable · DigitsUnreadable
    ├── BookTermUnreadable · BookUnknown · BookIncomplete · BookElsewhere · BookTwice
    ├── BookTermsDiffer · ReaderUnknown
    ├── RoutePointTwice · RouteElsewhere · RouteDiffers
    ├── NotOnRound · RoundNotYours · ReadByOther · DoubtUnanswered · ValueMissing · HowNotYours
    └── EntryUnreadable · EntryUnknown · PhotoUnusable · PhotoTooLarge · PhotosTooMany
"""

from onebook.kernel.errors import OnebookError


class MeteringError(OnebookError):
    """The readings could not be used. Check the meter and its readings and try again."""


class ReadingColumnsDiffer(MeteringError):
    """The column {column} has {found} rows and the readings have {expected}. Give columns of one
    length."""


class UsagePolicyUnknown(MeteringError):
    """The usage policy {policy!r} in row {row} is unknown. Set the installation to one of
    {known}."""


class ReadingUnnamed(MeteringError):
    """The row names neither an account (户号) nor a meter (表号). Fill one of them in and import
    the row again."""


class MeterUnknown(MeteringError):
    """There is no meter {number}. Check its number (表号), or import it with its customer first."""


class MeterIdle(MeteringError):
    """The meter {number} was installed nowhere in {month}. Give the meter that hangs there
    (表号), or record its installation first."""


class MeterAtOther(MeteringError):
    """The meter {number} is installed at account {recorded} and not at {account}. Correct the
    account (户号) or the meter (表号) of the row."""


class AccountMeterless(MeteringError):
    """The account {account} has no meter in {month}. Check the number (户号), or import its meter
    first."""


class ReadingNegative(MeteringError):
    """The reading {text!r} is below zero, and a register never is. Correct it and import the row
    again."""


class ReadingTooLong(MeteringError):
    """The reading {value} of the meter {number} has more digits than its register: {digits} before
    the point. Read the meter again, or correct its number of digits (位数)."""


class MeterNotUnique(MeteringError):
    """The account {number} has several meters in {month}. Give the meter's number (表号)."""


class ReadingTwice(MeteringError):
    """The meter {number} has two readings of {month} in this file. Keep the right one."""


class ReadingTwiceTold(MeteringError):
    """The meter {number} has different readings of {month} in rows {rows} of this file. Keep the
    right one: none of them was taken."""


class ReadingOutOfWindow(MeteringError):
    """The reading day {read_on} does not fit the bill month {month}. Correct one of them."""


class RegisterBlank(MeteringError):
    """The meter {number} has a register {register}, and its reading is missing. Fill it in and
    import the row again."""


class RegisterNotInstalled(MeteringError):
    """The meter {number} has no register {register}. Clear the cell, or record the register with
    the meter first."""


class HowUnknown(MeteringError):
    """The reading status {text!r} is unknown. Write one of: {known}."""


class MultiplierSame(MeteringError):
    """The meter {number} counts with the multiplier {multiplier} already."""


class MultiplierEarlier(MeteringError):
    """The meter {number} was not installed yet on {day}. Give a day from its installation on."""


class FinalMissing(MeteringError):
    """The account's meters are {numbers}. Give the last value of each of them, and of no other."""


class EstimateUnanswered(MeteringError):
    """The estimate of the meter {number} for {month} has no reason. Say why it could not be
    read."""


class EstimateOfReadMonth(MeteringError):
    """The meter {number} is read for {month} already. Import a corrected reading instead."""


class EstimateOfRegisters(MeteringError):
    """The meter {number} has further registers, which cannot be estimated for {month}. Have it
    read again."""


class EstimateWithoutBasis(MeteringError):
    """The meter {number} has no period before {month} whose kWh could be billed again. Have it
    read."""


class MeterElsewhere(MeteringError):
    """The meter {number} is installed at another account. End that installation first."""


class MeterDiffers(MeteringError):
    """The meter {number} is recorded with {recorded}. A file of master data does not change that:
    write it so, or change the meter."""


class SecondMeter(MeteringError):
    """The account {account} has the meter {recorded} already. Write that meter's number, or end its
    installation first."""


class MeterChanged(MeteringError):
    """The meter {number} was taken down already, or stands twice in this file. Write the meter that
    hangs there now."""


class ChangeTooEarly(MeteringError):
    """The meter {number} was read or installed on {day}. A change of it comes on a later day:
    correct the day, or the reading."""


class MeterReadAlready(MeteringError):
    """The meter {number} has a reading of {month} or later already. Give the bill month in which
    its last kWh are to be billed."""


class PointTermUnreadable(MeteringError):
    """{heading} {text!r} cannot be read. Write one of: {expected}."""


class PointTermsIncomplete(MeteringError):
    """The terms of the metering point lack {missing}. Fill it in and import the row again."""


class PointTermsDiffer(MeteringError):
    """Other terms of the metering point stand since {recorded} ({terms}). Write the day from which
    the new ones count, after that one."""


class PointTermsEarlier(MeteringError):
    """Terms of a metering point from {day} would begin before those that stand since {recorded}.
    Give a later day, or have the earlier months corrected."""


class MainPointUnknown(MeteringError):
    """There is no main metering point {number}. Check the number, or import its account first."""


class MainPointIsPart(MeteringError):
    """The metering point {number} is both a main meter and a part of another one. Name the main
    meter at the top."""


class MultiplierUnreadable(MeteringError):
    """The multiplier {text!r} is not a whole number above zero. Correct it and import the row
    again."""


class DigitsUnreadable(MeteringError):
    """The number of digits {text!r} is not between 1 and 9. Correct it and import the row again."""


class MultiplierNotWhole(MeteringError):
    """The ratios {ratios} give no whole multiplier above zero. Read the plates of the current and
    voltage transformers again."""


class RegisterMissing(MeteringError):
    """The register {register} has no usage. Give its readings, or use a tariff that does not ask
    for it."""


class RegisterNotPeriod(MeteringError):
    """A main meter or a part of it was given with the registers {found}. Give the total, and of the
    periods sharp, peak, valley and deep valley only; flat follows."""


class TransformerUnknown(MeteringError):
    """There is no plate of a transformer {series} of {kva:g} kVA on {day}. Add it to the table of
    transformers with the day from which it counts."""


class LossFactsOutOfRange(MeteringError):
    """The loss cannot be calculated with {fact} = {found}. Give a size and a voltage above zero,
    1 to 3 shifts and 1 to 30 days."""


class EnergyOutOfRange(MeteringError):
    """The {column} in row {row} is beyond 100 billion kWh. Correct the readings and try again."""


class CorrectionImpossible(MeteringError):
    """The recorded kWh cannot be corrected by {fact}. Correct by the kWh of a normal month."""


class CalendarMissing(MeteringError):
    """There is no calendar of periods {calendar} on {day}. Add one that covers the day."""


class CalendarUnusable(MeteringError):
    """The calendar of periods {calendar} cannot be used: {problem}. Correct it and try again."""


class IntervalsUnusable(MeteringError):
    """The interval values cannot be used: {problem}. Give whole days of one interval length."""


class CatalogueUnreadable(MeteringError):
    """The catalogue cannot be read at {place}: {problem}. Correct the file and load it again."""


class BookTermUnreadable(MeteringError):
    """{heading} {text!r} cannot be read. Write a whole number from {lowest} to {highest}."""


class BookUnknown(MeteringError):
    """There is no reading book {number}. Check the number, or import the book first."""


class BookIncomplete(MeteringError):
    """The reading book {number} is new and lacks {missing}. Fill it in and import the row again."""


class BookElsewhere(MeteringError):
    """The reading book {number} belongs to {org_unit}. A book keeps its unit: make a new one."""


class BookTwice(MeteringError):
    """The reading book {number} stands twice in this file. Keep the right row."""


class BookTermsDiffer(MeteringError):
    """Other terms of the reading book {number} stand since {recorded}. Write the day from which the
    new ones count, after that one."""


class ReaderUnknown(MeteringError):
    """There is no reader {text!r}. Write the user name of somebody with that role in the unit."""


class RoutePointTwice(MeteringError):
    """The metering point of the meter {number} stands twice in this file. Keep the right row."""


class RouteElsewhere(MeteringError):
    """The meter {number} belongs to another unit than the reading book {book}. Write a book of its
    unit."""


class RouteDiffers(MeteringError):
    """The metering point of the meter {number} stands in the reading book {book} since {recorded}.
    Write the day from which the new place counts, after that one."""


class NotOnRound(MeteringError):
    """The metering point does not stand in this round. Fetch the round again."""


class RoundNotYours(MeteringError):
    """The round of the reading book {book} is {reader}'s. Nobody reads in another's name: let the
    book be given to you first."""


class ReadByOther(MeteringError):
    """The meter {number} was read meanwhile: {value} on {read_on}, recorded by {person}. Keep that
    reading, or record yours above it with the reason."""


class DoubtUnanswered(MeteringError):
    """The reading {value} of the meter {number} is doubtful. Look again, and confirm it with a
    reason."""


class ValueMissing(MeteringError):
    """The meter {number} has no value. Enter what it shows, or say why it cannot be read."""


class HowNotYours(MeteringError):
    """A reader does not enter the reading status {how}. Say what was seen; the billers decide the
    rest."""


class EntryUnreadable(MeteringError):
    """What the phone sent cannot be read: {what}. Fetch the page again and send once more."""


class EntryUnknown(MeteringError):
    """There is no entry of yours that the photograph belongs to. Send the reading first."""


class PhotoUnusable(MeteringError):
    """The photograph is no whole JPEG or PNG picture. Take it again."""


class PhotoTooLarge(MeteringError):
    """The photograph is larger than {bytes} bytes or {pixels} pixels. Take a smaller one."""


class PhotosTooMany(MeteringError):
    """A reading has {most} photographs at most, and this one has them."""
