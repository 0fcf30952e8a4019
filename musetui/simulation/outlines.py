"""The code base that the swarm works on, in outline: files, their classes and methods, their functions.

One line a file: `path  Class: method method | Class: method | function function`.
"""

OUTLINES = """
src/billing/invoice.py       Invoice: total add_line void send_reminder | InvoiceLine: amount discount | next_number
src/billing/totals.py        compute_total compute_tax round_half_even
src/billing/payment.py       Payment: capture refund settle | PaymentMethod: verify mask | retry_payment
src/billing/ledger.py        Ledger: post reverse balance | Entry: sign | close_month
src/billing/currency.py      Money: add convert format | exchange_rate parse_amount
src/billing/dunning.py       DunningPlan: next_step escalate | overdue_invoices
src/auth/session.py          Session: open refresh revoke | SessionStore: find prune | current_session
src/auth/tokens.py           TokenIssuer: issue rotate | TokenVerifier: verify audience | decode_claims
src/auth/passwords.py        hash_password verify_password strength
src/auth/roles.py            Role: allows inherit | RoleTable: load grant revoke
src/auth/oauth.py            OAuthClient: authorize exchange userinfo | callback_url
src/auth/mfa.py              Authenticator: enroll challenge confirm | backup_codes
src/api/app.py               create_app register_routes
src/api/handler.py           RequestHandler: dispatch parse_body respond fail | negotiate
src/api/pagination.py        Cursor: encode decode advance | paginate
src/api/errors.py            ApiError: to_json status | not_found conflict too_many_requests
src/api/rate_limit.py        Bucket: take refill | RateLimiter: check headers
src/api/webhooks.py          WebhookSender: sign deliver retry | verify_signature
src/orders/cart.py           Cart: add remove subtotal merge | CartItem: price | empty_cart
src/orders/checkout.py       Checkout: begin reserve_stock pay confirm cancel | validate_address
src/orders/shipping.py       Shipment: label track deliver | cheapest_rate
src/orders/returns.py        ReturnRequest: approve reject refund | restock
src/catalog/product.py       Product: price_for publish archive | Variant: sku | slug_for
src/catalog/search.py        SearchIndex: add remove query suggest | tokenize rank
src/catalog/imports.py       CsvImport: read validate apply | guess_delimiter
src/storage/database.py      Database: connect transaction execute close | Pool: acquire release | migrate
src/storage/cache.py         Cache: get put invalidate | cached
src/storage/files.py         FileStore: save open delete | content_hash
src/jobs/queue.py            JobQueue: push pop acknowledge bury | backoff
src/jobs/worker.py           Worker: run handle stop | heartbeat
src/jobs/schedule.py         Schedule: due next_run | parse_cron
src/mail/templates.py        Template: render preview | find_template
src/mail/sender.py           MailSender: send queue bounce | unsubscribe_link
web/src/app.ts               mountApp readConfig
web/src/api/client.ts        ApiClient: get post retry abort | toQuery
web/src/state/store.ts       Store: dispatch subscribe select | combine
web/src/views/dashboard.ts   DashboardView: render refresh bind | formatDelta
web/src/views/checkout.ts    CheckoutView: render submit showErrors | priceLine
web/src/views/settings.ts    SettingsView: render save reset
web/src/charts/series.ts     Series: push window scale | niceTicks
web/src/charts/axis.ts       Axis: draw label | timeFormat
"""
