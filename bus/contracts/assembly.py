"""From contract folders to checked contracts; every problem is found, not the first."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from fastavro.schema import SchemaParseException, UnknownType, parse_schema

from bus.contracts.contract import (
    CLASSES,
    PERSONAL,
    Contract,
    EventContract,
    Example,
    FieldInfo,
    Schema,
)
from bus.contracts.field_tree import leaf_fields, stricter
from bus.contracts.folder import ContractFolder
from bus.contracts.json_value import from_json
from bus.contracts.key_template import key_of, paths_of
from bus.contracts.naming import make_ref
from bus.contracts.shared_type import Inliner
from bus.errors import ConfigError


class Assembly:
    """Builds contracts and events; what is wrong stands in `problems`."""

    def __init__(self, types: Mapping[str, Schema]) -> None:
        self.problems: list[str] = []
        self.contracts: dict[str, Contract] = {}
        self.events: dict[str, EventContract] = {}
        self._types = types

    def add(self, folder: ContractFolder) -> None:
        """One contract with its events."""
        ref = self._ref(folder)
        if ref is None:
            return
        if ref in self.contracts:
            self._problem(folder, f"{ref} is defined a second time here")
            return
        self._listed(folder)
        definition = folder.definition
        self.contracts[ref] = Contract(
            ref=ref,
            name=".".join(folder.parts[:2]),
            retention=timedelta(days=definition.retention_days or 0),
            **definition.model_dump(exclude={"retention_days", "key_from"}),
        )
        for name, schema in folder.schemas.items():
            self._event(folder, ref, name, schema)

    def check_carried(self) -> None:
        """Every carried event type exists and belongs to another contract."""
        for contract in self.contracts.values():
            for name in contract.carries:
                owner = self.events.get(name)
                if owner is None or owner.contract == contract.ref:
                    self.problems.append(
                        f"{contract.ref}: carries {name!r}, "
                        "which no other contract owns"
                    )

    def _ref(self, folder: ContractFolder) -> str | None:
        parts, kind = folder.parts, folder.definition.kind
        if len(parts) not in (2, 3) or (len(parts) > 2 and parts[2] != kind):  # noqa: PLR2004
            self._problem(
                folder,
                "a contract stands in <domain>/<entity>/ or <domain>/<entity>/<kind>/ "
                f"(its kind is {kind})",
            )
            return None
        try:
            return make_ref(parts[0], parts[1], kind, folder.definition.version)
        except ConfigError as error:
            self._problem(folder, str(error))
            return None

    def _listed(self, folder: ContractFolder) -> None:
        listed, there = folder.definition.events, folder.schemas
        version = f"v{folder.definition.version}"
        named = {*folder.definition.key_from, *folder.examples}
        texts = [
            *(f"event {n} has no {version}/{n}.avsc" for n in listed if n not in there),
            *(
                f"{version}/{n}.avsc is not in `events`"
                for n in there
                if n not in listed
            ),
            *(
                f"history of {n}, no schema now"
                for n in folder.earlier
                if n not in there
            ),
            *(f"key_from or examples: no event {n}" for n in sorted(named - {*there})),
            *(f"`events` names {n} twice" for n in there if listed.count(n) > 1),
        ]
        for text in texts:
            self._problem(folder, text)

    def _event(
        self, folder: ContractFolder, ref: str, name: str, source: Schema
    ) -> None:
        earlier = folder.earlier.get(name, {})
        sources = [*(earlier[number] for number in sorted(earlier)), source]
        versions = [self._schema(folder, name, item) for item in sources]
        made = [item for item in versions if item is not None]
        if len(made) < len(versions):
            return
        if name in self.events:
            self._problem(
                folder, f"event {name} belongs to {self.events[name].contract} already"
            )
            return
        fields = self._fields(folder, name, made[-1])
        template = folder.definition.key_from.get(name, "")
        self._key(folder, name, template, fields)
        self.events[name] = EventContract(
            type=name,
            contract=ref,
            schema=made[-1],
            fullname=f"{made[-1]['namespace']}.{name}",
            versions=tuple(made),
            fields=fields,
            classification=_strictest(fields).upper(),
            personal_fields=MappingProxyType(
                {item.path: item.pribadi for item in fields if item.pribadi in PERSONAL}
            ),
            key_template=template,
            examples=self._examples(folder, name, made[-1], template),
        )

    def _schema(
        self, folder: ContractFolder, name: str, source: Schema
    ) -> Schema | None:
        inliner = Inliner(self._types)
        schema: Schema = inliner.inline(source)
        if inliner.problems:
            self.problems.extend(
                f"{folder.where}: {name}: {text}" for text in inliner.problems
            )
            return None
        try:
            parse_schema(schema)
        except (SchemaParseException, UnknownType, KeyError) as error:
            self._problem(folder, f"{name}: not a valid Avro schema: {error}")
            return None
        if schema.get("type") != "record":
            self._problem(folder, f"{name}: an event is a record")
            return None
        return schema

    def _fields(
        self, folder: ContractFolder, name: str, schema: Schema
    ) -> tuple[FieldInfo, ...]:
        try:
            return leaf_fields(schema)
        except ValueError as error:
            self._problem(folder, f"{name}: {error}")
            return ()

    def _examples(
        self, folder: ContractFolder, name: str, schema: Schema, template: str
    ) -> tuple[Example, ...]:
        made = []
        for number, item in enumerate(folder.examples.get(name, ()), start=1):
            where = f"examples.json: {name} {number}"
            try:
                example = Example(item["key"], from_json(schema, item["value"]))
            except (KeyError, TypeError, ValueError) as error:
                self._problem(folder, f"{where}: {error}")
                continue
            if template and key_of(template, example.value) != example.key:
                self._problem(folder, f"{where}: key is not {template} of the value")
            made.append(example)
        return tuple(made)

    def _key(
        self,
        folder: ContractFolder,
        name: str,
        template: str,
        fields: tuple[FieldInfo, ...],
    ) -> None:
        known = {item.path: item for item in fields}
        for path in paths_of(template):
            if path not in known:
                self._problem(folder, f"{name}: key_from names no field {path}")
            elif known[path].pribadi in PERSONAL:
                self._problem(folder, f"{name}: key_from: {path} is personal data")

    def _problem(self, folder: ContractFolder, text: str) -> None:
        self.problems.append(f"{folder.where}/contract.yaml: {text}")


def _strictest(fields: tuple[FieldInfo, ...]) -> str:
    found = CLASSES[0]
    for item in fields:
        found = stricter(found, item.pribadi)
    return found
