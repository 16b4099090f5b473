"""Random towns in the database: the measures of metering points equal the rule row by row."""

import random

import numpy as np
import pytest

from onebook.customer import reads as customer
from onebook.hub import jobs as hub
from onebook.kernel.periods import Month
from onebook.metering import jobs, reads
from onebook.metering.rules import Register, Status, Usage
from onebook.metering.rules.losses import Owner, facts_on
from onebook.metering.rules.points import Deduction, Mode, Point, PointTerms, Settled, settle
from onebook.org import services as org
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff

pytestmark = pytest.mark.django_db

KWH = 10_000
OCTOBER = Month(2026, 10)
HEAD = (
    "户号,户名,单位,用电类别,开户日期,表号,倍率,电价,峰初始示数,谷初始示数,正向无功初始示数,"
    "反向无功初始示数,需量初始示数,计量方式,变压器型号,变压器产权,班制,线损率,主计量点,扣减方式,"
    "扣减值,扣减顺序,参与力率计算"
)
READ = "户号,抄表月份,抄表日期,示数,峰,谷,正向无功,反向无功,最大需量"
MODES = ("低供低计", "高供高计", "高供低计")
NAMES = (Register.PEAK, Register.VALLEY, Register.REACTIVE_FORWARD, Register.REACTIVE_REVERSE,
         Register.DEMAND)  # fmt: skip


class Town:
    """Groups of a main meter and its parts, as files and as the rule takes them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.master, self.september, self.october = [HEAD], [READ], [READ]
        self.groups: list[dict[str, Point]] = []
        for _ in range(8):
            number = str(len(self.groups) * 10 + 10)
            group = {number: self.metered(number, "", self.dice.randint(5_000, 90_000))}
            for part in range(self.dice.randint(0, 4)):
                own = str(int(number) + part + 1)
                group[own] = (
                    self.quantity(own, number)
                    if self.dice.random() < 0.4
                    else self.metered(own, number, self.dice.randint(0, 2_500))
                )
            self.groups.append(group)

    def metered(self, number: str, main: str, kwh: int) -> Point:
        """A metered point; some are not read in October."""
        dice = self.dice
        times = dice.choice([1, 40])
        mode, owner, shifts = dice.choice(list(Mode)), dice.choice(list(Owner)), dice.randint(1, 3)
        line_bp, order = dice.choice([0, 0, 150, 33]), dice.choice([0, 1])
        in_calc = dice.random() < 0.7
        has = dice.random() < 0.7
        zeros = "0,0,0,0,0" if has else ",,,,"
        plated = dice.random() < 0.7
        said = [
            MODES[mode], "S9-315" if plated else "", "用户" if owner is Owner.CUSTOMER else "供电",
            shifts, line_bp / 100, main, "", "", order if main else "", "是" if in_calc else "否",
        ]  # fmt: skip
        self.add(number, f"M{number},{times}", zeros, said)
        shown = kwh // times
        peak, valley = shown // 3, shown // 4
        further = (peak, valley, shown // 2, dice.choice([0, 3]), dice.choice([1.5, 0.25]))
        self.september.append(f"{number},2026-09,2026-09-24,0,{zeros}")
        terms = PointTerms(
            mode, owner, plate=facts_on(reads.packaged_transformers(), "S9", 315_000,
                                        OCTOBER.first) if plated else None,
            shifts=shifts, line_loss_bp=line_bp, order=order if main else 0, in_pf_calc=in_calc,
        )  # fmt: skip
        if dice.random() < 0.1:
            return Point(terms)
        self.october.append(
            f"{number},2026-10,2026-10-24,{shown},"
            + (",".join(map(str, further)) if has else ",,,,")
        )
        used = {Register.TOTAL: Usage(shown * times * KWH, Status.NORMAL)}
        if has:
            used |= {
                name: Usage(int(value * KWH) * times, Status.NORMAL)
                for name, value in zip(NAMES, further, strict=True)
            }
        return Point(terms, used)

    def quantity(self, number: str, main: str) -> Point:
        """A 定比 or 定量 of the main meter."""
        kind = self.dice.choice([Deduction.RATIO, Deduction.FIXED])
        value, order = self.dice.randint(1, 40), self.dice.choice([0, 1])
        word = "定比" if kind is Deduction.RATIO else "定量"
        self.add(number, ",1", ",,,,", ["", "", "", "", "", main, word, value, order, "是"])
        ratio_bp = value * 100 if kind is Deduction.RATIO else 0
        agreed_e4 = 0 if kind is Deduction.RATIO else value * KWH
        terms = PointTerms(deduction=kind, ratio_bp=ratio_bp, agreed_e4=agreed_e4, order=order)
        return Point(terms)

    def add(self, number: str, meter: str, registers: str, said: list[object]) -> None:
        self.master.append(
            f"{number},户{number},3301,工商业,2024-01-01,{meter},zj-business-single-lv,{registers},"
            + ",".join(map(str, said))
        )

    def expected(self) -> dict[str, Settled]:
        """By account number, what the rule gives; parts in the order in which they come off."""
        found: dict[str, Settled] = {}
        for group in self.groups:
            main, *parts = group
            parts.sort(key=lambda one: (group[one].terms.order, int(one)))
            settled = settle(group[main], [group[part] for part in parts])
            found |= dict(zip([main, *parts], settled, strict=True))
        return found


@pytest.mark.parametrize("seed", range(6))
def test_a_random_town_equals_the_rule(seed: int) -> None:
    unit = org.create_unit("3301", "城东", by=SYSTEM)
    tariff.load_packaged(person_id=SYSTEM)
    town = Town(seed)
    taken = hub.import_master_data("\n".join(town.master).encode(), "a.csv", person_id=SYSTEM)
    assert taken.rejects == []
    for rows in (town.september, town.october):
        read = jobs.import_readings("\n".join(rows).encode(), "b.csv", person_id=SYSTEM)
        assert read.rejects == []
    expected = town.expected()
    accounts = {customer.account_by_number(number).pk: number for number in expected}

    found = reads.measures(unit.pk, OCTOBER, np.array(list(accounts)))

    assert sorted(found.service_account_id.tolist()) == sorted(accounts)
    for at, account in enumerate(found.service_account_id.tolist()):
        one = expected[accounts[account]]
        usage = {name: int(column[at]) for name, column in found.usage_e4.items()}
        assert {name: usage[name] for name in one.usage_e4} == one.usage_e4
        assert found.has["peak"][at] == ("peak" in one.usage_e4)
        assert (found.active_e4[at], found.reactive_e4[at]) == (one.active_e4, one.reactive_e4)
        assert (found.demand_e4[at], found.shared_e4[at]) == (one.demand_e4, one.shared_e4)
        assert (found.loss_e4[at], found.line_loss_e4[at]) == (one.loss.active_e4, one.line_e4)
        assert found.status[at] == one.status
