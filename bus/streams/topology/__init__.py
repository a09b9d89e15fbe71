"""Pure topologies: pipelines are values, built by functions, run by a driver or Faust."""
