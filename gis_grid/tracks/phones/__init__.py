"""Messages of phones to fixes: one module a client app, all of the same shape, pure."""
