"""Owns: customers, service accounts (户号), their dated contract terms, metering points, contacts.

Does not own: balances (receivable), meters (metering), tariffs (tariff).
"""
