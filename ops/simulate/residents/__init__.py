"""People of the synthetic tenant and what happened to them."""
