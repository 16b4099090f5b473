"""Owns: open items, settlements, the allocation policy, aging, the issue of bills (发行).

Does not own: cash (cash), bills (billing), journals (books).
"""
