"""The pages: routes, templates, errors and headers. No model runs here."""
