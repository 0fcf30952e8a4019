"""What a filter can name of the rows that the dashboard alone has; the others are in `musetui.filters.vocabulary`."""
