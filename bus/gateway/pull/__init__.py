"""Events for apps that ask: pages after a cursor, as far as a grant goes."""
