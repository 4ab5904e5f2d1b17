"""Payment mechanisms: one file a mechanism, one registry.

A mechanism is a term of a payment model whose kind is known: parameters that the modeller writes, and a function from
lines to flows of money. It must not know ledgers, cash timing, simulation or reports.
"""

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.contract.payment.registry import BUILT_IN, KINDS

__all__ = ["BUILT_IN", "KINDS", "Flow", "Mechanism", "Result", "Surroundings"]
