"""Owns: accounts, periods and their locks, journals, postings, posting rules.

Does not own: who owes what (receivable), any source document.
"""
