"""Pure topologies: values built by functions, run by a test driver or by Faust."""
