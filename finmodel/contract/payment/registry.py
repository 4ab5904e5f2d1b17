"""The kinds of payment term, by the word that a modeller writes after `kind:`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from finmodel.contract.payment.activity import Activity
from finmodel.contract.payment.banking import Banking
from finmodel.contract.payment.block import Block
from finmodel.contract.payment.capitation import Capitation
from finmodel.contract.payment.existing_contracts import ExistingContracts
from finmodel.contract.payment.fee import Fee
from finmodel.contract.payment.formula import Formula
from finmodel.contract.payment.gain_loss_share import GainLossShare
from finmodel.contract.payment.incentive_pool import IncentivePool
from finmodel.contract.payment.mechanism import Mechanism
from finmodel.contract.payment.outcome_withhold import OutcomeWithhold
from finmodel.contract.payment.rate_card import RateCard
from finmodel.contract.payment.shared_savings import SharedSavings

_CLASSES: tuple[type[Mechanism], ...] = (
    ExistingContracts,
    Fee,
    Block,
    Activity,
    Capitation,
    OutcomeWithhold,
    IncentivePool,
    RateCard,
    GainLossShare,
    SharedSavings,
    Banking,
    Formula,
)

KINDS: Mapping[str, type[Mechanism]] = {get_args(cls.model_fields["kind"].annotation)[0]: cls for cls in _CLASSES}
