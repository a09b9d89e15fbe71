"""Personal data: person keys, masks, and the protect/reveal step of tagged fields."""
