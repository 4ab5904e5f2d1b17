"""The contract as a spreadsheet that recalculates: one sheet a subject, one row a line, one formula along each row."""

from finmodel.report.workbook.book import workbook
from finmodel.report.workbook.limits import WorkbookLimitError

__all__ = ["WorkbookLimitError", "workbook"]
