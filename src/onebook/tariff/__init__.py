"""Owns: the price catalogue, dated tariff versions and their components, the bill calculation
(one rule for the screen, one kernel for columns), which service account is on which tariff.
Does not own: readings and usage (metering), issued bills and their lines (billing), revenue
accounts (books' posting rules).
"""
