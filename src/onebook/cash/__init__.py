"""Owns: receipts by channel, prepayment (预收), remittance (解款), money in transit.

Does not own: open items (receivable), bank lines and matches (banking).
"""
