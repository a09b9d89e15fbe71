"""No page points at a file that is not there."""

from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.docs.markdown import links


@pytest.mark.parametrize(("page", "target"), links(), ids=str)
def test_link_leads_somewhere(page: Path, target: str) -> None:
    assert (ROOT / page.parent / target).exists(), f"{page}: {target}"
