"""SSML as it arrives."""

from gateway.core.cleaning.ssml.cleaner import SsmlCleaner

__all__ = ["SsmlCleaner"]
