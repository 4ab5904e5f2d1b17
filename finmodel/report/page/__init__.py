"""One self-contained HTML file of a run or a comparison: mailed, projected or printed, without a network.

Charts are Vega-Lite, with the same figures as accessible tables; all text of a scenario is escaped.
"""

from finmodel.report.page.build import Page, draw, html_of
from finmodel.report.page.compare_page import compare_page
from finmodel.report.page.run_page import run_page

__all__ = ["Page", "compare_page", "draw", "html_of", "run_page"]
