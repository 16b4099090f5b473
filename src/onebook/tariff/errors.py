"""What can be wrong with a tariff or with the figures given to it.

OnebookError
└── TariffError
    ├── TariffUnusable · TariffMissing · UsageOutOfRange · QuotaMonthsOutOfRange
    ├── CatalogueUnreadable · CatalogueInvalid · VersionUsed
    ├── TariffCodeUnknown · TariffDiffers
    ├── UrdbUnreadable · UrdbRefused · HoursDoNotFit
    └── TariffProblem: a value in the lists that validation gives, one for each fault
"""

from onebook.kernel.errors import OnebookError


class TariffError(OnebookError):
    """The tariff could not be used. Check it on the tariff page and try again."""


class TariffUnusable(TariffError):
    """The tariff {tariff} cannot be calculated: {problems} Correct the version first."""


class TariffMissing(TariffError):
    """The tariff {tariff} has no version in force on {day}. Add a version to the catalogue
    that covers this day."""


class UsageOutOfRange(TariffError):
    """The usage of {usage_kwh} kWh in row {row} is beyond {limit_kwh} kWh. Check the readings
    and the multiplier of this row."""


class QuotaMonthsOutOfRange(TariffError):
    """The quota months in row {row} are {months}. Give a number of months from 1 to 12."""


class ColumnLengthsDiffer(TariffError):
    """The column {column} has {found} rows and the usage has {expected}. Give columns of one
    length."""


class CatalogueUnreadable(TariffError):
    """The tariff catalogue cannot be read: {detail} Correct that place in the file."""


class CatalogueInvalid(TariffError):
    """The tariff catalogue has faults ({count}): {problems}"""


class TariffProblem(TariffError):
    """The tariff {tariff} is not complete. Check its components."""


class PriceMissing(TariffProblem):
    """The tariff {tariff}, component {component}, has no price. Write price = 0.538 (yuan per
    kWh) under it."""


class PriceUnreadable(TariffProblem):
    """The tariff {tariff}, component {component}, has the price {text!r}. Write yuan per kWh
    with ten decimals at most, like 0.00403875."""


class PriceOutOfRange(TariffProblem):
    """The tariff {tariff}, component {component}, costs {price} yuan per kWh, beyond
    {limit}. Check whether the price was written in fen."""


class EnergyPriceMissing(TariffProblem):
    """The tariff {tariff} prices no energy: it has no component beside government funds. Add
    the energy component."""


class FieldMissing(TariffProblem):
    """The tariff {tariff}, {where}, lacks {field!r}. Add it to the file."""


class FieldUnreadable(TariffProblem):
    """The tariff {tariff}, {where}, has {field} = {text!r}. Write {expected}."""


class FieldUnknown(TariffProblem):
    """The tariff {tariff}, {where}, has the unknown field {field!r}. Correct its spelling or
    remove it."""


class ComponentRepeated(TariffProblem):
    """The tariff {tariff} has the component {component} twice. Give each component its own
    code."""


class SourceMissing(TariffProblem):
    """The tariff {tariff}, component {component}, names no source. Write the notice that the
    price comes from."""


class DatesReversed(TariffProblem):
    """The tariff {tariff} ends on {valid_to}, not after its start on {valid_from}. Correct one
    of the two dates."""


class VatRateOutOfRange(TariffProblem):
    """The tariff {tariff} has a VAT rate of {rate_bp} basis points. Write a percentage from
    0 to 100."""


class FlatHasLimits(TariffProblem):
    """The tariff {tariff}, component {component}, is flat and yet has kWh limits. Remove the
    limits or make it a tier."""


class FundNotFlat(TariffProblem):
    """The tariff {tariff}, component {component}, is a government fund in tiers. Make it flat:
    funds are charged on every kWh."""


class TierReversed(TariffProblem):
    """The tariff {tariff}, component {component}, runs from {lower_kwh} to {upper_kwh} kWh.
    Write a lower limit of 0 or more and a higher upper limit."""


class TierGap(TariffProblem):
    """The tariff {tariff} has no tier from {upper_kwh} to {lower_kwh} kWh, before component
    {component}. Close the gap: the limits of neighbours must be equal."""


class TierOverlap(TariffProblem):
    """The tariff {tariff} prices the kWh from {lower_kwh} to {upper_kwh} twice, in component
    {component} and the tier below. The limits of neighbours must be equal."""


class TierNotOpen(TariffProblem):
    """The tariff {tariff}, component {component}, is the highest tier and yet ends at
    {upper_kwh} kWh. Remove its upper limit."""


class VersionsOverlap(TariffProblem):
    """The tariff {tariff} has two versions in force on {day}. End the earlier one on the day
    on which the later one starts."""


class VersionsGap(TariffProblem):
    """The tariff {tariff} has no version from {valid_to} to {valid_from}. Let the earlier one
    end on the day on which the later one starts."""


class VersionUsed(TariffError):
    """{version} was loaded before with other content. End it on a day (valid_to) and add a new
    version from that day."""


class TariffDiffers(TariffError):
    """The account is on the tariff {recorded} and not on {code}. A file of master data does not
    change that: write {recorded}."""


class TariffCodeUnknown(TariffError):
    """There is no tariff {code}. Load its catalogue first, or correct the code."""


class UrdbUnreadable(TariffError):
    """The rate record cannot be read: {detail} Give the JSON of one rate of the U.S. Utility Rate
    Database."""


class UrdbRefused(TariffError):
    """The rate record has faults ({count}): {problems}"""


class UrdbChargeUnsupported(TariffProblem):
    """The rate {tariff} charges by {field!r}, which is not calculated here. Bill this rate
    elsewhere, or leave the field out knowingly."""


class UrdbRateMissing(TariffProblem):
    """The rate {tariff}, tier {field}, has no rate. Write its price, or 0 where it is free."""


class UrdbTierNotOpen(TariffProblem):
    """The rate {tariff}, tier {field}, is the highest one and yet has an upper edge. Remove its
    max."""


class UrdbPeriodUndefined(TariffProblem):
    """The rate {tariff}, {field}, names period {period} (counted from 0), and prices stand for
    {periods} periods only. Add this period's prices or correct the schedule."""


class UrdbChargedTwice(TariffProblem):
    """The rate {tariff} has both {first!r} and {second!r}. Leave out the one that does not
    count."""


class HoursDoNotFit(TariffError):
    """The year {year} has {expected} hours and the load has {found}. Give every hour of the
    calendar year from 1 January 00:00."""
