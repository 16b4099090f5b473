"""Owns: bank accounts, statements, lines, matches, the reconciliation statement (余额调节表).

Does not own: receipts and money in transit (cash), journals (books).
"""
