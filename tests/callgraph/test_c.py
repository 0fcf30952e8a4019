"""Which definition a call in C or C++ leads to: through includes, declarations and classes."""

import pytest

from musetui.callgraph.edges import DECLARED, INHERITED, NAMED, TYPED
from tests.callgraph.trees import edges_between

C = {
    "include/money.h": "int rounded(int x);\nstatic inline int half(int x) { return rounded(x); }\nint *_odd(void);\n",
    "src/money.c": """
        #include "money.h"
        static int helper(int x) { return x; }
        int rounded(int x) { return helper(x); }
        int *_odd(void) { return 0; }
        """,
    "src/other.c": "static int helper(int x) { return x; }\n",
    "include/all.h": '#include "money.h"\n',
}
CPP = {
    "store.h": """
        #pragma once
        namespace shop {
        class Base { public: virtual void stamp(); void plain() {} };
        class Log { public: void line(); };
        class Store : public Base {
         public:
          Store(int size);
          void keep(const Log& log);
          void inlined() { keep(log_); check(); }
         private:
          void check();
          Log log_;
        };
        Store make();
        }
        """,
    "store.cpp": """
        #include "store.h"
        namespace shop {
        void Base::stamp() {}
        void Log::line() {}
        Store::Store(int size) { check(); }
        void Store::keep(const Log& log) { log.line(); this->check(); log_.line(); stamp(); plain(); }
        void Store::check() {}
        Store make() { return Store(1); }
        }
        """,
}


@pytest.mark.parametrize(
    ("text", "callee", "certainty"),
    [
        ('#include "money.h"\nint f() { return rounded(1); }', "src/money.c::rounded", DECLARED),
        ('#include "all.h"\nint f() { return half(1); }', "include/money.h::half", NAMED),
        ('#include "all.h"\nint f() { return *_odd(); }', "src/money.c::_odd", DECLARED),
        ("int rounded(int x);\nint f() { return rounded(1); }", "src/money.c::rounded", DECLARED),
        ("static int g(void) { return 1; }\nint f() { return g(); }", "src/main.c::g", NAMED),
    ],
)
def test_a_call_in_c_leads_to_its_definition(text: str, callee: str, certainty: float) -> None:
    assert edges_between({**C, "src/main.c": text})["src/main.c::f", callee] == certainty


@pytest.mark.parametrize(
    "text",
    [
        "int f() { return rounded(1); }",
        "int helper(int x);\nint f() { return helper(1); }",
        '#include "money.h"\nint f(int (*rounded)(int)) { return rounded(1); }',
        '#include "money.h"\nint f(struct S *s) { return s->rounded(1); }',
        '#include "../../money.h"\n#define half(x) x\nint f() { return half(1); }',
    ],
)
def test_where_a_name_has_no_one_meaning_there_is_no_edge(text: str) -> None:
    assert not [ends for ends in edges_between({**C, "src/main.c": text}) if ends[0] == "src/main.c::f"]


@pytest.mark.parametrize(
    ("body", "callee", "certainty"),
    [
        ("shop::Store s(1); s.keep(l);", "store.cpp::Store.keep", round(TYPED * DECLARED, 4)),
        ("auto* s = new shop::Store(1); s->keep(l);", "store.cpp::Store.keep", round(TYPED * DECLARED, 4)),
        ("auto s = shop::make(); s.plain();", "store.h::Base.plain", round(TYPED * INHERITED, 4)),
        ("given.inlined();", "store.h::Store.inlined", TYPED),
        ("shop::make();", "store.cpp::make", DECLARED),
        ("new shop::Store(2);", "store.cpp::Store.Store", DECLARED),
        ("run([&](shop::Log& log) { log.line(); });", "store.cpp::Log.line", round(TYPED * DECLARED, 4)),
    ],
)
def test_a_call_in_cpp_leads_to_its_definition(body: str, callee: str, certainty: float) -> None:
    text = f'#include "store.h"\nvoid f(const shop::Store& given) {{ {body} }}\n'
    assert edges_between({**CPP, "main.cc": text})["main.cc::f", callee] == certainty


def test_methods_find_those_of_their_class_its_bases_and_its_fields() -> None:
    found = edges_between(CPP)
    assert {callee: certainty for (caller, callee), certainty in found.items() if caller.endswith("Store.keep")} == {
        "store.cpp::Log.line": round(TYPED * DECLARED, 4),
        "store.cpp::Store.check": NAMED,
        "store.cpp::Base.stamp": round(INHERITED * DECLARED, 4),
        "store.h::Base.plain": INHERITED,
    }
    assert found["store.h::Store.inlined", "store.cpp::Store.keep"] == DECLARED
    assert found["store.cpp::Store.Store", "store.cpp::Store.check"] == NAMED
    assert found["store.cpp::make", "store.cpp::Store.Store"] == DECLARED
