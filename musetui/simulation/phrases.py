"""What the agents say: why they touch something, what is to be done, why they give back."""

from collections.abc import Mapping

DETAILS: Mapping[str, tuple[str, ...]] = {
    "modify": (
        "round once, at the end, not on every line",
        "accept amounts in more than one currency",
        "retry twice before giving up, with jitter",
        "take the clock as an argument so that tests can stop it",
        "return early when there is nothing to do",
        "log the request id with every failure",
        "cache the last answer for 30 s",
        "stop holding the transaction open across the network call",
        "handle an empty body as no body",
        "keep time zones: the export was an hour off in October",
    ),
    "rename": ("to {symbol}_for_customer", "to {symbol}_v2, callers follow", "say what it returns, not how"),
    "move": ("next to its only caller", "out of the request path", "into its own module, it has no state"),
    "extract": ("the parsing, so that it can be tested alone", "the retry loop", "the three branches that differ"),
    "delete": ("nobody calls it since the new checkout", "replaced by the queue", "its flag was on for a year"),
    "inline": ("one caller, two lines", "the indirection hides a bug"),
    "split": ("reading and writing apart", "one function for each format"),
    "merge": ("with its twin, they drifted apart", "both copies of the retry logic"),
}
"""Reasons by the operation of an intent; `{symbol}` is the last name of the address."""

TASKS: tuple[tuple[str, str], ...] = (
    ("bugs", "Invoice totals differ by a cent from the ledger"),
    ("bugs", "Session refresh races with revoke"),
    ("bugs", "Webhook retries are signed with the old key"),
    ("bugs", "Search suggests archived products"),
    ("bugs", "Checkout shows the error of the previous attempt"),
    ("bugs", "Cron expressions with a step are off by one"),
    ("features", "Refund part of an order"),
    ("features", "Backup codes for two-factor login"),
    ("features", "Rate limits per key instead of per address"),
    ("features", "Import products from a CSV with semicolons"),
    ("features", "Charts: zoom into one day"),
    ("chores", "Remove the legacy cart merge"),
    ("chores", "One place for retries and backoff"),
    ("chores", "Type the API client's errors"),
    ("chores", "Split database.py, it has four reasons to change"),
    ("chores", "Document the dunning steps"),
)
"""Work that waits: its queue and its title."""

REASONS = ("done, tests green", "done", "merged", "handed over", "not needed after all", "done, waiting for review")
"""Why a lease is given back."""

BRANCHES: tuple[tuple[str, str], ...] = (
    ("main", ""),
    ("feature/invoice-rounding", "src/billing"),
    ("feature/two-factor", "src/auth"),
    ("feature/api-v2", "src/api"),
    ("feature/partial-refunds", "src/orders"),
    ("fix/retry-storm", "src/jobs"),
    ("feature/search-suggest", "src/catalog"),
    ("fix/dashboard-flicker", "web/src"),
    ("chore/storage-split", "src/storage"),
)
"""Branches, and the part of the code base that each is about; "" for all of it."""

SITES = ("osaka", "lyon")
"""Other machines, whose agents carry the machine's name."""
