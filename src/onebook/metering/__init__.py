"""Owns: meters and where they are installed, versioned readings and the usage between them, the
dated terms of metering points (losses, main meters and their parts).

Does not own: prices (tariff), what is billed (billing), who is supplied (customer).
"""
