"""The kinds of payment term, by the word that a modeller writes after `kind:`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from finmodel.contract.payment.activity import Activity
from finmodel.contract.payment.banking import Banking
from finmodel.contract.payment.block import Block
from finmodel.contract.payment.capitation import Capitation
from finmodel.contract.payment.clawback import Clawback
from finmodel.contract.payment.collar import Collar
from finmodel.contract.payment.cost_plus import CostPlus
from finmodel.contract.payment.existing_contracts import ExistingContracts
from finmodel.contract.payment.fee import Fee
from finmodel.contract.payment.flow_down import FlowDown
from finmodel.contract.payment.formula import Formula
from finmodel.contract.payment.gain_loss_share import GainLossShare
from finmodel.contract.payment.incentive_pool import IncentivePool
from finmodel.contract.payment.installed import Kinds
from finmodel.contract.payment.mechanism import Mechanism
from finmodel.contract.payment.multilateral_share import MultilateralShare
from finmodel.contract.payment.one_off import OneOff
from finmodel.contract.payment.outcome_withhold import OutcomeWithhold
from finmodel.contract.payment.patient_flow import PatientFlow
from finmodel.contract.payment.profit_cap import ProfitCap
from finmodel.contract.payment.rate_card import RateCard
from finmodel.contract.payment.sequestration import Sequestration
from finmodel.contract.payment.service_credits import ServiceCredits
from finmodel.contract.payment.shared_savings import SharedSavings
from finmodel.contract.payment.stop_loss import StopLoss

_CLASSES: tuple[type[Mechanism], ...] = (
    ExistingContracts,
    Fee,
    Block,
    Activity,
    Capitation,
    PatientFlow,
    CostPlus,
    OneOff,
    OutcomeWithhold,
    IncentivePool,
    RateCard,
    GainLossShare,
    SharedSavings,
    MultilateralShare,
    Banking,
    Sequestration,
    FlowDown,
    Collar,
    ProfitCap,
    StopLoss,
    Clawback,
    ServiceCredits,
    Formula,
)

BUILT_IN: Mapping[str, type[Mechanism]] = {get_args(cls.model_fields["kind"].annotation)[0]: cls for cls in _CLASSES}
KINDS = Kinds(BUILT_IN)
"""The built-in kinds and those of other packages."""
