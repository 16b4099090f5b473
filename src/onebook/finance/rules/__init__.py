"""Finance's decisions on plain values: the causes for which two books differ, and their order."""
