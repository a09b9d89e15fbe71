"""Data only: contracts, Avro schemas, examples and code lists.

`<domain>/<entity>/contract.yaml` with `v<major>/<Event>.avsc` and `examples.json`;
an entity with topics of two kinds has one folder per kind,
`<domain>/<entity>/<kind>/`. Shared Avro types are in `types/`, code lists with
validity dates in `reference/`. Read with `bus.contracts.Catalog`.
"""
