"""Markdown as it arrives."""

from gateway.core.cleaning.markdown.cleaner import MarkdownCleaner

__all__ = ["MarkdownCleaner"]
