"""Every kind of source passes the same suite, on real files and a real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.connect.files.connector import Connector
from bus.connect.rows.memory import RowMemory
from tests.conformance.agent import at_agent
from tests.conformance.debezium import DebeziumLegacy
from tests.conformance.legacies import (
    CsvLegacy,
    ExcelLegacy,
    RestLegacy,
    ServerLegacy,
    SqliteLegacy,
)
from tests.conformance.suite import Legacy, SourceSuite
from tests.fixtures.rest_app import RestApp


class TestSql(SourceSuite):
    @pytest.fixture
    def legacy(self, tmp_path: Path) -> Legacy:
        return SqliteLegacy(tmp_path, self.chunk)


class TestSqlRememberedOnDisk(SourceSuite):
    @pytest.fixture
    def legacy(self, tmp_path: Path) -> Legacy:
        return SqliteLegacy(tmp_path, self.chunk)

    def memory(self, folder: Path) -> RowMemory:
        return RowMemory(folder / "rows", in_memory=2)


class TestCsv(SourceSuite):
    @pytest.fixture
    def legacy(self, tmp_path: Path) -> Legacy:
        return CsvLegacy(tmp_path, self.chunk)


class TestExcel(SourceSuite):
    @pytest.fixture
    def legacy(self, tmp_path: Path) -> Legacy:
        return ExcelLegacy(tmp_path, self.chunk)


class TestThroughAnAgent(SourceSuite):
    @pytest.fixture
    def legacy(self, tmp_path: Path) -> Legacy:
        return SqliteLegacy(tmp_path, self.chunk)

    def between(self, connector: Connector, folder: Path) -> Connector:
        return at_agent(connector, folder / "spool.db")


@pytest.mark.database
class TestMariaDb(SourceSuite):
    @pytest.fixture
    def legacy(self, mariadb_url: str) -> Iterator[Legacy]:
        found = ServerLegacy(mariadb_url, self.chunk)
        yield found
        found.close()


@pytest.mark.database
class TestMariaDbBinaryLog(SourceSuite):
    @pytest.fixture
    def legacy(self, mariadb_url: str) -> Iterator[Legacy]:
        found = ServerLegacy(mariadb_url, self.chunk, "cdc")
        yield found
        found.close()


@pytest.mark.database
class TestPostgreSql(SourceSuite):
    @pytest.fixture
    def legacy(self, postgresql_url: str) -> Iterator[Legacy]:
        found = ServerLegacy(postgresql_url, self.chunk)
        yield found
        found.close()


class TestRestInOneAnswer(SourceSuite):
    @pytest.fixture
    def legacy(self, rest_app: RestApp) -> Legacy:
        return RestLegacy(rest_app, "{kind: none}", etag=True)


class TestRestInPages(SourceSuite):
    @pytest.fixture
    def legacy(self, rest_app: RestApp) -> Legacy:
        page = "{kind: page, param: page, size_param: size, size: 3}"
        return RestLegacy(rest_app, page, page="page")


class TestRestByOffset(SourceSuite):
    @pytest.fixture
    def legacy(self, rest_app: RestApp) -> Legacy:
        page = "{kind: offset, param: offset, size_param: size, size: 3, total: total}"
        return RestLegacy(rest_app, page, page="offset", total=True, etag=True)


@pytest.mark.database
class TestPostgreSqlReplication(SourceSuite):
    @pytest.fixture
    def legacy(self, postgresql_url: str) -> Iterator[Legacy]:
        found = ServerLegacy(postgresql_url, self.chunk, "cdc")
        yield found
        found.close()


@pytest.mark.kafka
class TestDebezium(SourceSuite):
    @pytest.fixture
    def legacy(self, broker: str) -> Legacy:
        return DebeziumLegacy(broker, self.chunk)


@pytest.mark.kafka
class TestDebeziumOfSeveralPartitions(SourceSuite):
    @pytest.fixture
    def legacy(self, broker: str) -> Legacy:
        return DebeziumLegacy(broker, self.chunk, partitions=3)
