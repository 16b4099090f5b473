"""How people write the registers beside the total in the headings of their files."""

from onebook.metering import parsers
from onebook.metering.rules import Register
from onebook.metering.rules.registers import NAMES_ZH

# What else people write than the name in `rules.registers`.
_ALSO = {
    Register.SHARP: ("尖峰",),
    Register.PEAK: ("高峰",),
    Register.FLAT: ("平段",),
    Register.VALLEY: ("低谷",),
    Register.REACTIVE_FORWARD: ("无功",),
    Register.DEMAND: ("需量",),
}
REGISTERS_ZH = {one: (NAMES_ZH[one], *_ALSO.get(one, ())) for one in parsers.FURTHER}
