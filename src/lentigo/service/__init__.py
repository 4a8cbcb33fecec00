"""A bundle over HTTP: images in, answers out, for one machine, without a training framework.

Read in this order:

* `limits`: every number that bounds what a client can ask for.
* `routes`: what can be asked; `uploads` reads a form, `work` computes, `answers` says it as JSON.
* `work`: `readers` let processes read strangers' files, `workers` threads compute; both can be ended.
* `gate`: what every request passes first: host, token, size, request id, security headers, audit.
* `problems`, `tokens`, `hosts`, `metrics`, `audit`: one thing each, used by those above.
* `app`: all of it put together as one ASGI application.
* `protocol` and `server`: slow clients are closed at a deadline; a stopped server loses no request.
"""
