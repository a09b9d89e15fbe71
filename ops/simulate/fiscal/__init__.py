"""A fiscal year: plan, budget and payments in the apps that hold them."""
