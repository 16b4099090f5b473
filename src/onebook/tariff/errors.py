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


class FactOutOfRange(TariffError):
    """The {fact} in row {row} is {value}. It must lie between {low} and {high}: check the data
    of this account."""


class FactMissing(TariffError):
    """The tariff {tariff} is charged on the fact {fact}, which was not given in row {row}. Give it
    with the usage, or put the account on another tariff."""


class PeriodsDiffer(TariffError):
    """The usage in row {row} is {total_kwh} kWh and its periods add up to {periods_kwh} kWh.
    Check the registers of this meter."""


class PercentTableMissing(TariffError):
    """The power-factor standard in row {row} is {standard}, which has no table of percentages.
    The standards are 0.90, 0.85 and 0.80: check the account."""


class PowerFactorOutOfRange(TariffError):
    """The power factor in row {row} is of {active_kwh} kWh and {reactive_kwh} kvarh. Both must
    lie between 0 and {limit_kwh}; reactive energies are added without their signs."""


class PowerFactorUnpriced(TariffError):
    """The bill in row {row} has a power factor and none of its tariffs adjusts for it. Put it on
    a tariff that does, or give no power factor."""


class BillsOutOfOrder(TariffError):
    """The portions on the tariff {tariff} are not in the order of their {bills} bills. Sort them
    by bill and calculate again."""


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
    """The tariff {tariff}, component {component}, costs {price} yuan per {per}, beyond
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
    """The tariff {tariff}, component {component}, runs from {lower} to {upper} {unit}.
    Write a lower limit of 0 or more and a higher upper limit."""


class TierGap(TariffProblem):
    """The tariff {tariff} has no tier from {upper} to {lower} {unit}, before component
    {component}. Close the gap: the limits of neighbours must be equal."""


class TierOverlap(TariffProblem):
    """The tariff {tariff} prices the {unit} from {lower} to {upper} twice, in component
    {component} and the tier below. The limits of neighbours must be equal."""


class TierNotOpen(TariffProblem):
    """The tariff {tariff}, component {component}, is the highest tier and yet ends at
    {upper} {unit}. Remove its upper limit."""


class TierPeriodUnfit(TariffProblem):
    """The tariff {tariff}, component {component}, is a tier of the policy {policy}. The policy
    surcharge counts all hours and has no period; share and own need one."""


class TierBasisUnfit(TariffProblem):
    """The tariff {tariff}, component {component}, counts a period's own usage, kWh per kW or kWh
    per day. Write basis = "month": these ladders know no year."""


class TierPerKwMixed(TariffProblem):
    """The tariff {tariff}, component {component}, and the tier below are not both in kWh, kWh per
    kW or kWh per day. Give the whole ladder one unit."""


class EarlierLimitsUnfit(TariffProblem):
    """The tariff {tariff}, component {component}, has earlier limits that are not those of the
    same yearly tier. Write its lower and its upper limit before the change."""


class LimitOutOfRange(TariffProblem):
    """The tariff {tariff}, component {component}, has a limit beyond {limit}. Check its unit."""


class PeriodUnknown(TariffProblem):
    """The tariff {tariff}, component {component}, is charged in the period {period!r}. The
    periods of this tariff are {known}: add the period or correct it."""


class PeriodsUnfit(TariffProblem):
    """The tariff {tariff} has the periods {periods}. Give each its own code, and none the code
    total, which stands for all hours."""


class MonthsUnknown(TariffProblem):
    """The tariff {tariff}, component {component}, is charged in the months {months}. Write
    months from 1 to 12."""


class FundNotWhole(TariffProblem):
    """The tariff {tariff}, component {component}, is a government fund in one period or some
    months. Funds are charged on every kWh: remove period and months."""


class FundInBase(TariffProblem):
    """The tariff {tariff}, component {component}, is a government fund and yet counts for the
    power-factor adjustment. Funds are outside that base: remove in_pf_base."""


class BillKindInBase(TariffProblem):
    """The tariff {tariff}, component {component}, is settled over the whole bill and cannot count
    for the power-factor adjustment. Remove in_pf_base."""


class FieldUnfit(TariffProblem):
    """The tariff {tariff}, component {component}, is of the kind {kind}, which has no {field}.
    Remove the field or correct the kind."""


class PriceNotOwn(TariffProblem):
    """The tariff {tariff}, component {component}, has a price, and its amount does not come from
    one. Write price = 0."""


class DemandPeriodUnfit(TariffProblem):
    """The tariff {tariff}, component {component}, is demand by contract, which has neither period
    nor limits. Remove them."""


class LoadDiscountUnfit(TariffProblem):
    """The tariff {tariff}, component {component}, has a discount from {kwh_per_kva} kWh a kVA to
    {price_bp} basis points of its price. Write more than 0 kWh, and basis points from 1 to
    10000."""


class ReliefOnPeriods(TariffProblem):
    """The tariff {tariff}, component {component}, is a free block, and this tariff tells periods
    apart: it would not be known which are free. Write relief_policy = "cash"."""


class ReliefAccountUnfit(TariffProblem):
    """The tariff {tariff}, component {component}: a relief, and nothing else, stands on the
    account relief, which is no revenue. Correct the account or the kind."""


class ComponentTwice(TariffProblem):
    """The tariff {tariff} has several components of the kind {kind}, and may have one. Remove the
    component {component}."""


class AccountsUnknown(TariffProblem):
    """The tariff {tariff}, component {component}, tops up the accounts {accounts}, which this
    tariff does not have. Correct of_accounts."""


class MinimumNotPositive(TariffProblem):
    """The tariff {tariff}, component {component}, is a minimum of zero or less. Write a price
    above 0, or remove it."""


class PowerFactorBaseMissing(TariffProblem):
    """The tariff {tariff}, component {component}, adjusts for the power factor, and nothing
    counts for it. Write in_pf_base = true under the components that do."""


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


class FloatMonths(TariffProblem):
    """The tariff {tariff} has {times} floats for month {month}. Give the months of the version's
    floats so that every month stands in one of them."""


class CopyUnknown(TariffProblem):
    """The tariff {tariff} copies the version from {day}, and this file has none of its code above
    it. Correct the day in copy_of."""
