"""A first connector file for an app nobody here has seen: pure guesses."""
