"""The dashboard in a browser: who may come in, the page, and a dashboard of its own for each page that is open."""
