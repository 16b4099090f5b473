"""Owns: the one-customer page that gathers what every department knows of a customer, and the pages
on which corrections of bills are asked for and decided.

Does not own: any of the facts it shows.
"""
