"""Settings of a process and of a tenant, validated, read in one place."""
