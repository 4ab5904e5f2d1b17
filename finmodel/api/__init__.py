"""finmodel from Python: open a scenario, run it, read a kept run, results as pandas DataFrames.

`import finmodel` gives these names (`finmodel.load`, `finmodel.run`, `finmodel.open_run`, `finmodel.compare`) and loads
nothing heavy until one is used. This room only calls the others and hands on what they found; it must not calculate,
and it does not know the command line.
"""

from finmodel.api.compared import Compared, compare
from finmodel.api.model import Model, load
from finmodel.api.results import Results, open_run, run

__all__ = ["Compared", "Model", "Results", "compare", "load", "open_run", "run"]
