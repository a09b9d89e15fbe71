"""Changes of a PostgreSQL table by logical replication."""
