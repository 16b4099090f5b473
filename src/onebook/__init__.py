"""One book for a power supplier's marketing and finance departments."""

__version__ = "0.1.0"
