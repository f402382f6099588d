"""Turns a plan's data into Markdown pages with charts, and has MkDocs build them into a static site."""

import os

__version__ = "0.1.0"

# openpyxl writes with lxml where that is installed, in other bytes; the same input must give the same workbook.
os.environ["OPENPYXL_LXML"] = "False"
