"""Makes figures out of trials: totals, percentiles and chances, each with its standard error.

The room reads the result columns of a run and knows which of them add up, over years, parties and models. It also runs
a scenario from file to folder, so that the command line stays thin. It must not know how a figure is shown.
"""

from finmodel.analysis.assumptions import AssumptionsRegister, Entry, assumptions_register
from finmodel.analysis.compare import CompareRequest, compare, compare_runs
from finmodel.analysis.comparison import MEASURES, Comparison, Option, Pair, View
from finmodel.analysis.comparison_files import comparison_to_json, write_comparison
from finmodel.analysis.estimates import PERCENTILES, Chance, Estimate, Spread
from finmodel.analysis.exit import cover
from finmodel.analysis.explain import Bar, Explanation, Row, Waterfall, explain_trial
from finmodel.analysis.figures import ALL_YEARS, About, Event, Figure, Model, Summary
from finmodel.analysis.influence import Influence, Side
from finmodel.analysis.kept import KeptRun, kept_run
from finmodel.analysis.pictures import Pictures, Pounds, pictures
from finmodel.analysis.present_value import dated_present_value, net_present_value, net_present_value_excel
from finmodel.analysis.rates_of_return import (
    Outcome,
    Rates,
    dated_rate_of_return,
    internal_rate_of_return,
    modified_rate_of_return,
    rate_of_return_at,
)
from finmodel.analysis.risk_shares import RiskShares
from finmodel.analysis.run import MAX_TRIALS, Request, Run, open_for, run_scenario
from finmodel.analysis.sensitivity import Sensitivity, sensitivity
from finmodel.analysis.settlement import Settled, SettledRow, SettlementExplained, explain_settlement, settle
from finmodel.analysis.sheet import LineText, list_lines
from finmodel.analysis.stated import Stated, StatedAssumption
from finmodel.analysis.stored import summary_from_json, summary_to_json
from finmodel.analysis.sweep import Point, Sweep, SweepRequest, sweep
from finmodel.analysis.sweep_files import check_folder, sweep_to_json, write_sweep
from finmodel.analysis.switching import Switch, Switching, switching_values
from finmodel.analysis.tables import (
    FIELDS,
    columns_table,
    fields_table,
    figures_table,
    probabilities_table,
    trial_chunks,
    trial_tables,
)

__all__ = [
    "ALL_YEARS",
    "FIELDS",
    "MAX_TRIALS",
    "MEASURES",
    "PERCENTILES",
    "About",
    "AssumptionsRegister",
    "Bar",
    "Chance",
    "CompareRequest",
    "Comparison",
    "Entry",
    "Estimate",
    "Event",
    "Explanation",
    "Figure",
    "Influence",
    "KeptRun",
    "LineText",
    "Model",
    "Option",
    "Outcome",
    "Pair",
    "Pictures",
    "Point",
    "Pounds",
    "Rates",
    "Request",
    "RiskShares",
    "Row",
    "Run",
    "Sensitivity",
    "Settled",
    "SettledRow",
    "SettlementExplained",
    "Side",
    "Spread",
    "Stated",
    "StatedAssumption",
    "Summary",
    "Sweep",
    "SweepRequest",
    "Switch",
    "Switching",
    "View",
    "Waterfall",
    "assumptions_register",
    "check_folder",
    "columns_table",
    "compare",
    "compare_runs",
    "comparison_to_json",
    "cover",
    "dated_present_value",
    "dated_rate_of_return",
    "explain_settlement",
    "explain_trial",
    "fields_table",
    "figures_table",
    "internal_rate_of_return",
    "kept_run",
    "list_lines",
    "modified_rate_of_return",
    "net_present_value",
    "net_present_value_excel",
    "open_for",
    "pictures",
    "probabilities_table",
    "rate_of_return_at",
    "run_scenario",
    "sensitivity",
    "settle",
    "summary_from_json",
    "summary_to_json",
    "sweep",
    "sweep_to_json",
    "switching_values",
    "trial_chunks",
    "trial_tables",
    "write_comparison",
    "write_sweep",
]
