"""Owns: the one-customer page that gathers what every department knows of a customer.

Does not own: any of the facts it shows.
"""
