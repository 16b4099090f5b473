"""Finance's rules on columns: two outside books explained against each other."""
