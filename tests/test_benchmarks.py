"""Two files of benchmark results beside each other."""

import json
from pathlib import Path

import pytest

from benchmarks.compare import compared


def results(page: Path, **rows: float | None) -> Path:
    told = [{"what": what, "figure": f"{what} ms", "ratio": ratio, "goal": "≤ 2 ×"} for what, ratio in rows.items()]
    page.write_text(json.dumps({"machine": page.stem, "rows": told}))
    return page


def test_rows_stand_beside_each_other(tmp_path: Path) -> None:
    old = results(tmp_path / "old.json", load=3.0, gone=1.0)
    new = results(tmp_path / "new.json", fresh=None, load=1.5)
    assert compared(old, new).splitlines() == [
        "before: old",
        "after:  new",
        "",
        "| what | before | after | ratio before | after | goal |",
        "|---|---|---|---|---|---|",
        "| fresh | – | fresh ms |  |  | ≤ 2 × |",
        "| load | load ms | load ms | 3.00 × | 1.50 × | ≤ 2 × |",
        "| gone | gone ms | – | 1.00 × |  | ≤ 2 × |",
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"machine": 1, "rows": []}', '{"machine": "m", "rows": [{}]}', "[1"])
def test_what_holds_no_results_is_refused(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.json"
    page.write_text(text)
    with pytest.raises(ValueError, match="holds no results"):
        compared(results(tmp_path / "new.json"), page)
