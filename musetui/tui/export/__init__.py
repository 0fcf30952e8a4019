"""Export: what a list shows, taken out of it in slices, as JSON, CSV or Markdown, into a file or the clipboard."""
