"""Pure types that every app shares: money, energy, periods, rounding, errors.

Owns: exact integers for money and energy, months and dates, dated terms, named rounding, the error
base class.
Does not own: anything with a database, a clock, a language or a rule of one department.
"""
