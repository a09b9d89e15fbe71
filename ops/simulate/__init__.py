"""A synthetic Pemda: the stores of its legacy apps, and a day in their life."""
