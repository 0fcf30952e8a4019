"""Which definition a call in JavaScript or TypeScript leads to."""

from contextlib import suppress

import pytest

from musetui.callgraph.edges import GUESSED, INHERITED, NAMED, TYPED
from musetui.callgraph.shapes import SourceError
from tests.callgraph.trees import edges_between, extracted

SHOP = {
    "lib/money.ts": """
        export function rounded(x: number) {}
        function cents() {}
        export default cents;
        export { rounded as roughly };
        """,
    "lib/index.ts": """
        export * from './money';
        export { Store as Shop } from './store';
        export * as all from './money';
        """,
    "lib/store.js": """
        export class Base { stamp() {} }
        export class Store extends Base {
          constructor() { super(); this.inner = new Inner(); }
          keep() { this.check(); this.stamp(); this.inner.turn(); super.stamp(); [1].map(() => this.check()); }
          check = () => { this.oddlyNamed(); };
          oddlyNamed() {}
        }
        class Inner { turn() {} }
        """,
    "old/common.cjs": """
        function make() {}
        module.exports = { made: make, other() {} };
        exports.direct = function () {};
        """,
    "old/single.cjs": "module.exports = only;\nfunction only() {}",
}


@pytest.mark.parametrize(
    ("text", "callee", "certainty"),
    [
        ("import { rounded as r } from './lib/money';\nfunction f() { r(1); }", "lib/money.ts::rounded", NAMED),
        ("import { roughly } from './lib/money.js';\nconst f = () => roughly();", "lib/money.ts::rounded", NAMED),
        ("import c from './lib/money';\nfunction f() { c(); }", "lib/money.ts::cents", NAMED),
        ("import * as m from './lib/money';\nfunction f() { m.rounded(); }", "lib/money.ts::rounded", NAMED),
        ("import { rounded } from './lib';\nfunction f() { rounded(); }", "lib/money.ts::rounded", NAMED),
        ("import { all } from './lib';\nfunction f() { all.rounded(); }", "lib/money.ts::rounded", NAMED),
        ("import { Shop } from './lib';\nfunction f() { new Shop(); }", "lib/store.js::Store.constructor", NAMED),
        ("import { Shop } from './lib';\nfunction f() { new Shop().keep(); }", "lib/store.js::Store.keep", TYPED),
        ("import { Shop } from './lib';\nfunction f(s: Shop) { s?.keep(); }", "lib/store.js::Store.keep", TYPED),
        (
            "import { Shop } from './lib';\nfunction f() { const s = new Shop(); s.stamp(); }",
            "lib/store.js::Base.stamp",
            0.72,
        ),
        ("import { made } from './old/common.cjs';\nfunction f() { made(); }", "old/common.cjs::make", NAMED),
        ("const { made: m } = require('./old/common');\nfunction f() { m(); }", "old/common.cjs::make", NAMED),
        ("const c = require('./old/common');\nfunction f() { c.direct(); }", "old/common.cjs::direct", NAMED),
        ("const s = require('./old/single');\nfunction f() { s(); }", "old/single.cjs::only", NAMED),
        ("function f(x) { x.oddlyNamed(); }", "lib/store.js::Store.oddlyNamed", GUESSED),
        ("async function f() { (await g()).h; }\nfunction g() {}", "main.ts::g", NAMED),
    ],
)
def test_a_call_leads_to_its_definition(text: str, callee: str, certainty: float) -> None:
    assert edges_between({**SHOP, "main.ts": text})["main.ts::f", callee] == certainty


def test_methods_find_those_of_their_own_class_its_bases_and_its_attributes() -> None:
    found = edges_between(SHOP)
    assert {callee: certainty for (caller, callee), certainty in found.items() if caller.endswith("Store.keep")} == {
        "lib/store.js::Store.check": NAMED,
        "lib/store.js::Base.stamp": INHERITED,
        "lib/store.js::Inner.turn": TYPED,
    }
    assert found["lib/store.js::Store.check", "lib/store.js::Store.oddlyNamed"] == NAMED


def test_types_in_typescript_tell_whose_method_it_is() -> None:
    found = edges_between(
        {
            "a.ts": """
            class Repo { load(): Row { return this.load(); } }
            class Row { show() {} }
            abstract class Page { abstract draw(): void; }
            class View extends Page {
              private repo: Repo;
              constructor(private other: Repo) { super(); }
              draw() { this.repo.load().show(); this.other.load(); const r: Row = x(); r.show(); }
              both(p: Page) { p.draw(); }
            }
            namespace N { export function inner() { helper(); } function helper() {} }
            N.inner();
            """
        }
    )
    assert found == {
        ("a.ts::View.draw", "a.ts::Row.show"): TYPED,
        ("a.ts::View.draw", "a.ts::Repo.load"): TYPED,
        ("a.ts::N.inner", "a.ts::N.helper"): NAMED,
        ("a.ts", "a.ts::N.inner"): NAMED,
    }


@pytest.mark.parametrize(
    "text",
    [
        "import { cents } from 'money';\ncents();",
        "import { cents } from '../lib/money';\ncents();",
        "function f(rounded) { rounded(); }",
        "const rounded = 1; rounded();",
        "import { rounded } from './lib';\nfor (const rounded of x) { rounded(); }",
        "import { rounded } from './lib';\ntry { } catch (rounded) { rounded(); }",
        "import { rounded } from './lib';\nconst g = ({ rounded }) => rounded();",
        "[].keep(); 'x'.keep(); x.map(1);",
    ],
)
def test_where_a_name_has_no_one_meaning_there_is_no_edge(text: str) -> None:
    assert not [ends for ends in edges_between({**SHOP, "main.ts": text}) if ends[0].startswith("main.ts")]


def test_markup_is_read_too() -> None:
    found = edges_between({"a.tsx": "const f = () => <B on={() => g()}>{g()}</B>;\nfunction g() {}"})
    assert found == {("a.tsx::f", "a.tsx::g"): NAMED}


@pytest.mark.parametrize(
    "text", ["class { ;;", "x" * 9_000, "f(" * 9_000 + ")" * 9_000, "a" + ".b" * 9_000 + "()", ""], ids=range(5)
)
def test_hostile_sources_are_read_or_refused(text: str) -> None:
    with suppress(SourceError):
        extracted({"a.ts": text})


def test_what_is_half_written_is_half_read() -> None:
    assert edges_between({"a.js": "function f() { g(); const x = ; }\nfunction g() {}\n"})
