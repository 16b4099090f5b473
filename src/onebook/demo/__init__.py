"""Owns: the demonstration's customers, payers and bank, and the files they send.

Does not own: any rule of the product; what it makes goes in by the ordinary imports.
"""
