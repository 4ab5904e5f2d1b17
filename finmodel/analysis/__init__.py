"""Makes figures out of trials: totals, percentiles and chances, each with its standard error.

The room reads the result columns of a run and knows which of them add up, over years, parties and models. It also runs
a scenario from file to folder, so that the command line stays thin. It must not know how a figure is shown.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finmodel.analysis.assumptions import AssumptionsRegister, Entry, assumptions_register
    from finmodel.analysis.bids import Bid
    from finmodel.analysis.comparing import CompareRequest, compare, compare_runs
    from finmodel.analysis.comparison import MEASURES, Comparison, Option, Pair, View
    from finmodel.analysis.comparison_files import comparison_to_json, write_comparison
    from finmodel.analysis.estimates import PERCENTILES, Chance, Estimate, Spread
    from finmodel.analysis.exit import cover
    from finmodel.analysis.explain import Bar, Explanation, Row, Waterfall, explain_trial
    from finmodel.analysis.figures import ALL_YEARS, About, Event, Figure, Model, Summary
    from finmodel.analysis.findings import Finding, findings_to_json, red
    from finmodel.analysis.influence import Influence, Side
    from finmodel.analysis.kept import KeptRun, kept_run
    from finmodel.analysis.picturing import Pictures, Pounds, pictures
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
    from finmodel.analysis.settlement import Settled, SettledRow, SettlementExplained, explain_settlement, settle
    from finmodel.analysis.sheet import LineText, list_lines
    from finmodel.analysis.stated import Stated, StatedAssumption
    from finmodel.analysis.stored import summary_from_json, summary_to_json
    from finmodel.analysis.sweep_files import check_folder, sweep_to_json, write_sweep
    from finmodel.analysis.sweeping import Point, Sweep, SweepRequest, sweep
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
    from finmodel.analysis.what_matters import Sensitivity, sensitivity
else:
    from finmodel.first_use import at_first_use

    HOMES = {
        "finmodel.analysis.assumptions": (
            "AssumptionsRegister",
            "Entry",
            "assumptions_register",
        ),
        "finmodel.analysis.bids": ("Bid",),
        "finmodel.analysis.comparing": (
            "CompareRequest",
            "compare",
            "compare_runs",
        ),
        "finmodel.analysis.comparison": (
            "MEASURES",
            "Comparison",
            "Option",
            "Pair",
            "View",
        ),
        "finmodel.analysis.comparison_files": (
            "comparison_to_json",
            "write_comparison",
        ),
        "finmodel.analysis.estimates": (
            "PERCENTILES",
            "Chance",
            "Estimate",
            "Spread",
        ),
        "finmodel.analysis.exit": ("cover",),
        "finmodel.analysis.explain": (
            "Bar",
            "Explanation",
            "Row",
            "Waterfall",
            "explain_trial",
        ),
        "finmodel.analysis.figures": (
            "ALL_YEARS",
            "About",
            "Event",
            "Figure",
            "Model",
            "Summary",
        ),
        "finmodel.analysis.findings": (
            "Finding",
            "findings_to_json",
            "red",
        ),
        "finmodel.analysis.influence": (
            "Influence",
            "Side",
        ),
        "finmodel.analysis.kept": (
            "KeptRun",
            "kept_run",
        ),
        "finmodel.analysis.picturing": (
            "Pictures",
            "Pounds",
            "pictures",
        ),
        "finmodel.analysis.present_value": (
            "dated_present_value",
            "net_present_value",
            "net_present_value_excel",
        ),
        "finmodel.analysis.rates_of_return": (
            "Outcome",
            "Rates",
            "dated_rate_of_return",
            "internal_rate_of_return",
            "modified_rate_of_return",
            "rate_of_return_at",
        ),
        "finmodel.analysis.risk_shares": ("RiskShares",),
        "finmodel.analysis.run": (
            "MAX_TRIALS",
            "Request",
            "Run",
            "open_for",
            "run_scenario",
        ),
        "finmodel.analysis.what_matters": (
            "Sensitivity",
            "sensitivity",
        ),
        "finmodel.analysis.settlement": (
            "Settled",
            "SettledRow",
            "SettlementExplained",
            "explain_settlement",
            "settle",
        ),
        "finmodel.analysis.sheet": (
            "LineText",
            "list_lines",
        ),
        "finmodel.analysis.stated": (
            "Stated",
            "StatedAssumption",
        ),
        "finmodel.analysis.stored": (
            "summary_from_json",
            "summary_to_json",
        ),
        "finmodel.analysis.sweeping": (
            "Point",
            "Sweep",
            "SweepRequest",
            "sweep",
        ),
        "finmodel.analysis.sweep_files": (
            "check_folder",
            "sweep_to_json",
            "write_sweep",
        ),
        "finmodel.analysis.switching": (
            "Switch",
            "Switching",
            "switching_values",
        ),
        "finmodel.analysis.tables": (
            "FIELDS",
            "columns_table",
            "fields_table",
            "figures_table",
            "probabilities_table",
            "trial_chunks",
            "trial_tables",
        ),
    }
    __getattr__, __dir__ = at_first_use(__name__, HOMES)

__all__ = [
    "ALL_YEARS",
    "FIELDS",
    "MAX_TRIALS",
    "MEASURES",
    "PERCENTILES",
    "About",
    "AssumptionsRegister",
    "Bar",
    "Bid",
    "Chance",
    "CompareRequest",
    "Comparison",
    "Entry",
    "Estimate",
    "Event",
    "Explanation",
    "Figure",
    "Finding",
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
    "findings_to_json",
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
    "red",
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
