"""Owns: meters and where they are installed, versioned readings and the usage between them, the
dated terms of metering points (losses, main meters and their parts), reading books with their
routes, and the rounds of a month.

Does not own: prices (tariff), what is billed (billing), who is supplied (customer).
"""
