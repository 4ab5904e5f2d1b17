"""Patient flows: a capitated area pays for its residents treated elsewhere and is paid for people it takes in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.lines import Family
from finmodel.scenario import Factor, Share
from finmodel.scenario.models import one


class PatientFlow(Mechanism):
    """By contract: K_c (in_rate taken_in - out_rate elsewhere), with K_c what care of the contract's people costs.

    Both flows are people as a share of the contract's own, each at the average cost of one of these; where care
    elsewhere costs more, `out_rate` says so. The term stands beside a capitation, which is paid for all residents. It
    is money between areas that passes through the commissioners. Negative: the payee pays.
    Source: WISH on Ribera Salud (Alzira): 100% of the cost of residents treated elsewhere, 80% of that of others taken
    in. The flows: illustration.

    Example: care costs £50m; 10% of residents go elsewhere, 6% as many come from there: -£5m + £2.4m.

    >>> flows = "{kind: patient_flow, elsewhere: 10%, taken_in: 6%, out_rate: 100%, in_rate: 80%}"
    >>> worked(flows, people=10_000, cost_of_care=50e6)
    -2600000.0
    """

    kind: Literal["patient_flow"]
    """Pays for people taken in, and charges for residents treated elsewhere."""
    elsewhere: Share = Field(examples=["10%"])
    """Residents treated elsewhere, as a share of the people cared for."""
    taken_in: Factor = Field(examples=["6%"])
    """People of other areas treated here, as a share of the people cared for."""
    out_rate: Factor = Field(default_factory=one, examples=["100%"])
    """Charged for residents treated elsewhere, as a share of average cost. Default: 100%."""
    in_rate: Factor = Field(default_factory=one, examples=["80%"])
    """Paid for people taken in, as a share of average cost. Default: 100%."""

    def result(self, around: Surroundings) -> Result:
        elsewhere = around.value(self.elsewhere, "elsewhere", "Residents treated elsewhere, share of people")
        taken_in = around.value(self.taken_in, "taken_in", "People of other areas taken in, share of people")
        out_rate = around.value(self.out_rate, "out_rate", "Charged for residents elsewhere, share of average cost")
        in_rate = around.value(self.in_rate, "in_rate", "Paid for people taken in, share of average cost")
        net = around.line("net", in_rate * taken_in - out_rate * elsewhere, "Net flow of people, priced")
        amounts = {name: cost * net for name, cost in around.cost_of_care().members.items()}
        return Result([Flow("", "", by_contract=Family("contract", amounts), months_late=self.months_late)])
