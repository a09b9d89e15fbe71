"""Stream operators: pure, one file each; state only through the context's stores."""
