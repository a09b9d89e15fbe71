"""The declarative mapping: checked against the contract, compiled to a function."""
