"""Owns: bank accounts, statements and their lines, matches, the reconciliation statement (余额调节表).

Does not own: receipts and money in transit (cash), journals (books).
"""
