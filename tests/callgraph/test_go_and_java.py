"""Which definition a call in Go or Java leads to: through packages, types and receivers."""

from collections.abc import Mapping

import pytest

from musetui.callgraph.edges import INHERITED, NAMED, TYPED
from tests.callgraph.trees import edges_between

GO = {
    "go.mod": "module example.com/shop\n\ngo 1.22\n",
    "store/store.go": """
        package store
        type Base struct{}
        func (b *Base) Stamp() {}
        type Store struct { Base; log *Log }
        func New() (*Store, error) { return &Store{}, nil }
        """,
    "store/methods.go": """
        package store
        func (s *Store) Keep() { s.check(); helper(); s.Stamp() }
        func (s *Store) check() {}
        func helper() {}
        type Log struct{}
        func (l Log) Line() {}
        """,
    "store/own_test.go": "package store_test\nfunc helper() {}\n",
}
JAVA = {
    "src/acme/money/Money.java": """
        package acme.money;
        public class Money {
          public Money(int cents) { check(cents); }
          private void check(int c) {}
          public static Money of(int c) { return new Money(c); }
          public Money plus(Money other) { return this; }
        }
        """,
    "src/acme/bill/Base.java": "package acme.bill;\ninterface Base { default void stamp() {} void later(); }",
    "src/acme/bill/Bill.java": """
        package acme.bill;
        import acme.money.Money;
        import static acme.money.Money.of;
        class Bill implements Base {
          private Money sum = of(0);
          private Money given;
          void total(Money m) { m.plus(m); sum.plus(m); this.given.plus(m); stamp(); helper(); Money.of(1).plus(m); }
          void helper() { other.run(); later(); }
          static class Line { void show() { helper(); } }
        }
        """,
    "src/acme/bill/Use.java": "package acme.bill;\nclass Use { void use() { var b = new Bill(); b.helper(); } }",
}


def called_by(tree: Mapping[str, str], caller: str) -> dict[str, float]:
    """Return what *caller* calls, with the certainty."""
    return {callee: certainty for (each, callee), certainty in edges_between(tree).items() if each == caller}


def test_go_methods_and_functions_are_found_across_a_package() -> None:
    assert called_by(GO, "store/methods.go::Store.Keep") == {
        "store/methods.go::Store.check": NAMED,
        "store/methods.go::helper": NAMED,
        "store/store.go::Base.Stamp": INHERITED,
    }
    assert called_by(GO, "store/store.go::New") == {"store/store.go::Store": NAMED}


@pytest.mark.parametrize(
    ("body", "callee", "certainty"),
    [
        ("store.New()", "store/store.go::New", NAMED),
        ("s, _ := store.New(); s.Keep()", "store/methods.go::Store.Keep", TYPED),
        ("var s *store.Store; s.Stamp()", "store/store.go::Base.Stamp", 0.72),
        ("s := &store.Store{}; go func() { s.Keep() }()", "store/methods.go::Store.Keep", TYPED),
        ("given.Keep()", "store/methods.go::Store.Keep", TYPED),
        ("local()", "main.go::local", NAMED),
    ],
)
def test_a_go_call_leads_to_its_definition(body: str, callee: str, certainty: float) -> None:
    text = (
        f'package main\nimport "example.com/shop/store"\nfunc f(given *store.Store) {{ {body} }}\nfunc local() {{}}\n'
    )
    assert called_by({**GO, "main.go": text}, "main.go::f")[callee] == certainty


@pytest.mark.parametrize(
    "text",
    [
        'import "example.com/other/store"\nfunc f() { store.New() }',
        'import "store"\nfunc f() { store.New() }',
        "func f(New func()) { New() }",
        "func f() { store.New(); helper() }",
        'import "example.com/shop/store"\nfunc f(store int) { store.New() }',
    ],
)
def test_where_a_go_name_has_no_one_meaning_there_is_no_edge(text: str) -> None:
    assert called_by({**GO, "main.go": f"package main\n{text}\n"}, "main.go::f") == {}


def test_without_a_module_file_go_packages_are_not_guessed() -> None:
    tree = {path: text for path, text in GO.items() if path != "go.mod"}
    tree["main.go"] = 'package main\nimport "example.com/shop/store"\nfunc f() { store.New() }\n'
    assert called_by(tree, "main.go::f") == {}


def test_java_calls_lead_to_their_definitions() -> None:
    money = "src/acme/money/Money.java::Money"
    assert called_by(JAVA, "src/acme/bill/Bill.java::Bill.total") == {
        f"{money}.plus": TYPED,
        f"{money}.of": NAMED,
        "src/acme/bill/Base.java::Base.stamp": INHERITED,
        "src/acme/bill/Bill.java::Bill.helper": NAMED,
    }
    assert called_by(JAVA, "src/acme/bill/Bill.java::Bill") == {f"{money}.of": NAMED}
    assert called_by(JAVA, f"{money}.of") == {money: NAMED, f"{money}.Money": NAMED}
    assert called_by(JAVA, f"{money}.Money") == {f"{money}.check": NAMED}
    assert called_by(JAVA, "src/acme/bill/Bill.java::Bill.Line.show") == {"src/acme/bill/Bill.java::Bill.helper": NAMED}
    assert called_by(JAVA, "src/acme/bill/Use.java::Use.use") == {
        "src/acme/bill/Bill.java::Bill": NAMED,
        "src/acme/bill/Bill.java::Bill.helper": TYPED,
    }


def test_where_a_java_name_has_no_one_meaning_there_is_no_edge() -> None:
    assert called_by(JAVA, "src/acme/bill/Bill.java::Bill.helper") == {}
    twice = {**JAVA, "other/Money.java": JAVA["src/acme/money/Money.java"]}
    assert "src/acme/money/Money.java::Money.plus" not in called_by(twice, "src/acme/bill/Bill.java::Bill.total")
