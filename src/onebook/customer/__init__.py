"""Owns: customers, service accounts (户号), metering points, contacts.

Does not own: balances (receivable), meters (metering), tariffs (tariff).
"""
