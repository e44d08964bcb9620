"""Cases that schemathesis makes of `/openapi.json`."""
