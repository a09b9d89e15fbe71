"""Every kind of source passes the same suite, on real files and a real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.connect.memory import RowMemory
from tests.conformance.legacies import (
    CsvLegacy,
    ExcelLegacy,
    ServerLegacy,
    SqliteLegacy,
)
from tests.conformance.suite import Legacy, SourceSuite


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


@pytest.mark.database
class TestMariaDb(SourceSuite):
    @pytest.fixture
    def legacy(self, mariadb_url: str) -> Iterator[Legacy]:
        found = ServerLegacy(mariadb_url, self.chunk)
        yield found
        found.close()


@pytest.mark.database
class TestPostgreSql(SourceSuite):
    @pytest.fixture
    def legacy(self, postgresql_url: str) -> Iterator[Legacy]:
        found = ServerLegacy(postgresql_url, self.chunk)
        yield found
        found.close()
