"""Rate records for tests: a small one in full, and the real ones that are kept beside the repo."""

import copy
import json
from typing import Any

from tests.shared import shared_path

RATES = (
    "flat06_lbnl", "fpl_rs1_res_tiered_2015", "ladwp_a3a_2025", "nipsco_724_tiered_demand",
    "pge_a1_tou_2019", "pge_e19_tou_demand_2019", "psco_res_demand_rd", "sam_urdbv7_tiered_tou",
    "sce_gs2_toub", "sdge_toua_primary_2019", "south_central_lp1_kwh_per_kw", "vepco_gs3_2023",
)  # fmt: skip

# What the peer leaves out of its bills without a word, by rate; we are told to.
LEFT_OUT = {
    "pge_a1_tou_2019": ("pdp_charge_energy", "pdp_credit_energyratestructure"),
    "vepco_gs3_2023": ("demandreactivepowercharge",),
}

OFF_PEAK_NIGHT = [0] * 8 + [1] * 12 + [0] * 4
SMALL: dict[str, Any] = {
    "label": "abc",
    "name": "Small TOU",
    "utility": "Small Utility",
    "sector": "Commercial",
    "source": "https://example.org/rates",
    "startdate": 1546300800,
    "enddate": "2019-12-31T23:59:59.000Z",
    "energyratestructure": [
        [{"rate": 0.05, "adj": 0.0012, "unit": "kWh"}],
        [{"max": 100, "rate": 0.1, "unit": "kWh"}, {"rate": 0.2, "unit": "kWh"}],
    ],
    "energyweekdayschedule": [OFF_PEAK_NIGHT] * 12,
    "energyweekendschedule": [[0] * 24] * 12,
    "demandrateunit": "kW",
    "demandratestructure": [[{"rate": 0}], [{"max": 50, "rate": 4.5}, {"rate": 5.25, "adj": 1}]],
    "demandweekdayschedule": [OFF_PEAK_NIGHT] * 12,
    "demandweekendschedule": [[0] * 24] * 12,
    "flatdemandunit": "kW",
    "flatdemandstructure": [[{"rate": 2}], [{"rate": 3}]],
    "flatdemandmonths": [0] * 5 + [1] * 4 + [0] * 3,
    "fixedchargefirstmeter": 12,
    "fixedchargeunits": "$/day",
    "mincharge": 30,
    "minchargeunits": "$/month",
    "dgrules": "Net Metering",
}


def small(**changed: object) -> str:
    """The small record as JSON, with some fields changed; None takes one out."""
    record = copy.deepcopy(SMALL)
    record.update(changed)
    return json.dumps({field: value for field, value in record.items() if value is not None})


def real(rate: str) -> str:
    """The text of a real record; skips where the samples are absent."""
    return shared_path("data", "tariffs", "urdb", f"{rate}.json").read_text("utf-8")
