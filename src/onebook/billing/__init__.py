"""Owns: verification (核算) and its exceptions, bills and their lines.

Does not own: journals (books), open items (receivable), prices (tariff), usage (metering).
"""
