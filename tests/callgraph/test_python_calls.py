"""Which definition a Python call leads to, from file to file, and how sure that is."""

import pytest

from musetui.callgraph.edges import GUESSED, INHERITED, NAMED, TYPED
from tests.callgraph.trees import edges_between

SHOP = {
    "shop/__init__.py": "from .billing import Invoice as Bill, compute\nfrom . import money\n",
    "shop/money.py": "def rounded(x): ...\ndef _hidden(): ...\n",
    "shop/billing.py": """
        from shop.money import *
        from shop.store import Store
        def compute(): return rounded(1)
        def make() -> "Invoice": ...
        class Document:
            def stamp(self): ...
            def copy(self) -> "Self": ...
        class Invoice(Document):
            def __init__(self): self.store = Store()
            def total(self): return self.parts() + self.stamp()
            def parts(self): ...
            def save(self): self.store.keep()
        """,
    "shop/store.py": "class Store:\n    def keep(self): ...\n    def unlike_any(self): ...\n",
}


@pytest.mark.parametrize(
    ("text", "callee", "certainty"),
    [
        ("import shop\ndef f(): shop.compute()", "shop/billing.py::compute", NAMED),
        ("import shop.billing as b\ndef f(): b.compute()", "shop/billing.py::compute", NAMED),
        ("import shop.billing\ndef f(): shop.billing.compute()", "shop/billing.py::compute", NAMED),
        ("from shop import compute as c\ndef f(): c()", "shop/billing.py::compute", NAMED),
        ("from shop import money\ndef f(): money.rounded()", "shop/money.py::rounded", NAMED),
        ("from shop.billing import rounded\ndef f(): rounded()", "shop/money.py::rounded", NAMED),
        ("def f():\n    from shop import Bill\n    Bill()", "shop/billing.py::Invoice", NAMED),
        ("from shop import Bill\ndef f(): Bill()", "shop/billing.py::Invoice.__init__", NAMED),
        ("from shop import Bill\ndef f(): Bill.total()", "shop/billing.py::Invoice.total", NAMED),
        ("from shop import Bill\ndef f(): Bill.stamp()", "shop/billing.py::Document.stamp", INHERITED),
        ("from shop import Bill\ndef f(b: Bill): b.total()", "shop/billing.py::Invoice.total", TYPED),
        ("from shop import Bill\ndef f(b: Bill): b.copy().stamp()", "shop/billing.py::Document.stamp", 0.72),
        ("from shop.billing import make\ndef f(): make().total()", "shop/billing.py::Invoice.total", TYPED),
        ("from shop import Bill\nclass f(Bill):\n    def total(self): super().total()", "", 0),
        ("def f(x): x.unlike_any()", "shop/store.py::Store.unlike_any", GUESSED),
    ],
)
def test_a_call_leads_to_its_definition(text: str, callee: str, certainty: float) -> None:
    found = edges_between({**SHOP, "main.py": text})
    if not callee:
        assert found["main.py::f.total", "shop/billing.py::Invoice.total"] == INHERITED
        return
    assert found["main.py::f", callee] == certainty


def test_methods_find_those_of_their_own_class_its_bases_and_its_attributes() -> None:
    found = edges_between(SHOP)
    assert {callee: certainty for (caller, callee), certainty in found.items() if "Invoice" in caller} == {
        "shop/billing.py::Invoice.parts": NAMED,
        "shop/billing.py::Document.stamp": INHERITED,
        "shop/store.py::Store.keep": TYPED,
        "shop/store.py::Store": NAMED,
    }


@pytest.mark.parametrize(
    "text",
    [
        "from shop.money import *\ndef f(): _hidden()",
        "from elsewhere import compute\ndef f(): compute()",
        "import json\ndef f(): json.loads()",
        "from shop import missing\ndef f(): missing()",
        "from ... import shop\ndef f(): shop.compute()",
        "def f(x): x.append(1)",
        "def f(x): x.total()\nclass Other:\n    def total(self): ...",
        "class C:\n    def compute(self): ...\n    def f(self): compute()",
        "from shop import compute\ndef f(compute): compute()",
        "from main import f as f\n",
        "from main import *\ng()\n",
        "def f(): f()",
    ],
)
def test_where_a_name_has_no_one_meaning_there_is_no_edge(text: str) -> None:
    found = edges_between({**SHOP, "json.py": "def loads(): ...", "main.py": text})
    assert not [callee for caller, callee in found if caller.startswith("main.py")]


def test_modules_are_found_from_the_roots_that_python_would_use() -> None:
    call = "from {0} import go\ngo()\n"
    found = edges_between(
        {
            "tools/run.py": call.format("beside"),
            "tools/beside.py": "def go(): ...",
            "beside.py": "def go(): ...",
            "src/app/__init__.py": "",
            "src/app/core.py": "def go(): ...",
            "src/app/main.py": call.format("app.core"),
            "tests/test_it.py": call.format("app.core"),
            "plain/deep/far.py": "def go(): ...",
            "top.py": call.format("plain.deep.far"),
        }
    )
    assert set(found) == {
        ("tools/run.py", "tools/beside.py::go"),
        ("src/app/main.py", "src/app/core.py::go"),
        ("tests/test_it.py", "src/app/core.py::go"),
        ("top.py", "plain/deep/far.py::go"),
    }


def test_imports_that_lead_nowhere_end() -> None:
    circle = {f"m{n}.py": f"from m{(n + 1) % 40} import *\nfrom m{(n + 7) % 40} import *\nlost()\n" for n in range(40)}
    assert edges_between(circle) == {}


def test_one_edge_tells_all_lines() -> None:
    (edge,) = edges_between({"a.py": "def f():\n    g()\n    g()\ndef g(): ..."}).items()
    assert edge == (("a.py::f", "a.py::g"), NAMED)
