"""Owns: meters, where and when they are installed, versioned readings, and the usage between them.

Does not own: prices (tariff), what is billed (billing), who is supplied (customer).
"""
