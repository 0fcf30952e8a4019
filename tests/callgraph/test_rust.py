"""Which definition a call in Rust leads to: through modules, implementations and traits."""

import pytest

from musetui.callgraph.edges import INHERITED, NAMED, TYPED
from tests.callgraph.trees import edges_between

CRATE = {
    "src/main.rs": "mod money;\nmod store;\npub fn top() {}\n",
    "src/money.rs": "pub fn rounded() {}\npub mod inner { pub fn deep() { super::rounded(); } }\n",
    "src/store/mod.rs": """
        pub mod disk;
        pub trait Kept { fn stamp(&self) { self.later(); } fn later(&self); }
        pub struct Store { log: Log }
        pub struct Log;
        impl Log { pub fn line(&self) {} }
        impl Kept for Store { fn later(&self) { self.log.line(); } }
        impl Store {
            pub fn new() -> Self { Self::check(); Store { log: Log } }
            pub fn open() -> Result<Store, E> { todo!() }
            fn check() {}
            pub fn keep(&self, other: &Store) { other.stamp(); self.check2(); assert!(helper(1)); }
            fn check2(&self) {}
        }
        fn helper() {}
        """,
    "src/store/disk.rs": "use super::Store;\npub fn write(s: &mut Store) { s.keep(); super::helper(); }\n",
}


@pytest.mark.parametrize(
    ("text", "callee", "certainty"),
    [
        ("use crate::money::rounded as r;\nfn f() { r(); }", "src/money.rs::rounded", NAMED),
        ("use crate::money::{self, rounded};\nfn f() { money::rounded(); }", "src/money.rs::rounded", NAMED),
        ("use crate::money::*;\nfn f() { rounded(); }", "src/money.rs::rounded", NAMED),
        ("fn f() { crate::money::rounded::<u8>(); }", "src/money.rs::rounded", NAMED),
        ("fn f() { crate::money::inner::deep(); }", "src/money.rs::inner.deep", NAMED),
        ("fn f() { super::top(); }", "src/main.rs::top", NAMED),
        ("use crate::store::disk;\nfn f() { disk::write(); }", "src/store/disk.rs::write", NAMED),
        (
            "use crate::store::Store;\nfn f() { let s = Store::new(); s.keep(&s); }",
            "src/store/mod.rs::Store.keep",
            TYPED,
        ),
        ("use crate::store::Store;\nfn f(s: &Store) { s.stamp(); }", "src/store/mod.rs::Kept.stamp", 0.72),
        ("use crate::store::Store;\nfn f() { Store::new().keep(); }", "src/store/mod.rs::Store.keep", TYPED),
        ("fn f() { self::g(); }\nfn g() {}", "src/user.rs::g", NAMED),
        ("fn f() { run(|x| g(x)); }\nfn g() {}", "src/user.rs::g", NAMED),
    ],
)
def test_a_call_leads_to_its_definition(text: str, callee: str, certainty: float) -> None:
    assert edges_between({**CRATE, "src/user.rs": text})["src/user.rs::f", callee] == certainty


def test_methods_find_those_of_their_type_its_traits_and_its_fields() -> None:
    found = edges_between(CRATE)
    here = "src/store/mod.rs::"
    assert {
        (caller, callee): certainty for (caller, callee), certainty in found.items() if caller.startswith(here)
    } == {
        (f"{here}Store.later", f"{here}Log.line"): TYPED,
        (f"{here}Store.new", f"{here}Store.check"): NAMED,
        (f"{here}Store.new", f"{here}Store"): NAMED,
        (f"{here}Store.keep", f"{here}Kept.stamp"): round(TYPED * INHERITED, 4),
        (f"{here}Store.keep", f"{here}Store.check2"): NAMED,
        (f"{here}Store.keep", f"{here}helper"): NAMED,
    }
    assert found["src/store/disk.rs::write", f"{here}Store.keep"] == TYPED
    assert found["src/store/disk.rs::write", f"{here}helper"] == NAMED
    assert found["src/money.rs::inner.deep", "src/money.rs::rounded"] == NAMED


@pytest.mark.parametrize(
    "text",
    [
        "use other::rounded;\nfn f() { rounded(); }",
        "fn f() { std::mem::take(); }",
        "use crate::money::rounded;\nfn f(rounded: fn()) { rounded(); }",
        "use crate::money::rounded;\nfn f() { for rounded in x { rounded(); } }",
        "use crate::money::rounded;\nfn f() { if let Some(rounded) = x { rounded(); } }",
        'fn f() { println!("{}", x.rounded()); }',
        "use crate::store::Store;\nfn f() { Store::open().keep(); }",
    ],
)
def test_where_a_name_has_no_one_meaning_there_is_no_edge(text: str) -> None:
    found = edges_between({**CRATE, "src/user.rs": text})
    assert not [ends for ends in found if ends[0] == "src/user.rs::f" and not ends[1].endswith("Store.open")]
