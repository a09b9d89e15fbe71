"""What CSV and Excel have in common: a drop folder, a header to find, rows as cells."""
