"""Owns: the one-customer page that gathers what every department knows of a customer, the pages on
which corrections of bills are asked for and decided, and the page of a month's reading rounds.

Does not own: any of the facts it shows.
"""
