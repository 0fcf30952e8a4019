"""The page that a browser shows: a terminal that fills it, and a word for when the dashboard in it has ended."""

from html import escape

_STYLE = """
@font-face { font-family: "Roboto Mono"; src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf"); }
@font-face {
  font-family: "Roboto Mono"; font-style: italic; src: url("/static/fonts/RobotoMono-Italic-VariableFont_wght.ttf");
}
html, body { margin: 0; height: 100%; overflow: hidden; background: #11151c; color: #d8dee9; font-family: monospace; }
.over { display: none; position: fixed; inset: 0; z-index: 9; background: #11151ce6; padding: 20vh 0; }
.over p { text-align: center; }
.over a { color: inherit; }
body.-closed .over { display: block; }
"""


def policy(host: str) -> str:
    """Return what a page that was reached by *host* may load, for its `Content-Security-Policy`: our own alone."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",  # the terminal measures and places its cells with styles
            "font-src 'self'",
            "img-src 'self' data:",
            f"connect-src 'self' ws://{host} wss://{host}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def dashboard_page(title: str, socket_url: str, font_size: int) -> str:
    """Return the page with the terminal.

    Args:
        title: the name of the tab (any text).
        socket_url: where keys go and paint comes from.
        font_size: of the terminal, in pixels.
    """
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/css/xterm.css">
<style>{_STYLE}</style>
<script src="/static/js/textual.js"></script>
<script src="/page.js"></script>
</head>
<body>
<div id="terminal" class="textual-terminal" data-session-websocket-url="{escape(socket_url)}"
 data-font-size="{font_size}"></div>
<div class="over"><p>The dashboard in this page has ended.</p><p><a href="/">Start it again</a></p></div>
</body>
</html>
"""


GREETING = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>musetui</title><meta http-equiv="refresh" content="0; url=/"></head>
<body><a href="/">The dashboard</a></body>
</html>
"""
"""What comes with the cookie, and goes on by itself. A redirection would not do: one that began at another site's link
does not carry a cookie that is for our own pages alone."""

SCRIPT = """addEventListener("load", () => {
  const keys = document.querySelector(".xterm-helper-textarea");
  if (keys) keys.focus();
});
"""
"""Has the terminal hear keys from the start, and not only once it was clicked."""
