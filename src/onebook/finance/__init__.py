"""Owns: the month's close and its forms, outside ledgers, exports, the one-book comparison.

Does not own: journals (books), any fact that another department enters.
"""
