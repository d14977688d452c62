"""The documents and features of the service as pages for people."""
