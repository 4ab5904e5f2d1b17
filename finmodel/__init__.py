"""finmodel: what a ten-year, outcomes-based care contract will cost each party, and how sure we are.

Rooms, in the order data flows; imports run only upward (a later room may import an earlier one):
`scenario`, `lines`, `uncertainty`, `contract`, `simulation`, `analysis`, `report`, `cli`.
"""

__version__ = "0.1.0"
