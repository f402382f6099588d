"""Turns a plan's data into Markdown pages with charts, and has MkDocs build them into a static site."""

__version__ = "0.1.0"
