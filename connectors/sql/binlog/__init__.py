"""Changes of a MySQL or MariaDB table from the server's binary log."""
