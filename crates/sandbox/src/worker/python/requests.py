# A small `requests` for code that may fetch. It is put before server.py, whose names it uses.


def requests_module(talk, allowed):
    """A small `requests`: the server performs the request."""
    import base64, urllib.parse
    module = types.ModuleType("requests")

    class RequestException(IOError):
        pass

    class HTTPError(RequestException):
        pass

    class Headers(dict):
        def __getitem__(self, name):
            return super().__getitem__(name.lower())

        def get(self, name, default=None):
            return super().get(name.lower(), default)

        def __contains__(self, name):
            return super().__contains__(name.lower())

    class Response:
        def __init__(self, answer):
            self.status_code, self.url = answer["status"], answer["url"]
            self.content = base64.b64decode(answer["body"])
            self.headers, self.encoding = Headers(answer["headers"]), "utf-8"

        ok = property(lambda self: self.status_code < 400)
        text = property(lambda self: self.content.decode(self.encoding, "replace"))

        def json(self):
            return json.loads(self.content)

        def raise_for_status(self):
            if not self.ok:
                raise HTTPError("%s for %s" % (self.status_code, self.url))

    def request(method, url, params=None, data=None, json=None, headers=None, timeout=None, **ignored):
        if not allowed:
            raise RequestException("no network is granted to this code")
        headers = dict(headers or {})
        names = {name.lower() for name in headers}
        if params:
            url += ("&" if "?" in url else "?") + urllib.parse.urlencode(params, doseq=True)
        if json is not None:
            data = globals()["json"].dumps(json).encode()
            if "content-type" not in names:
                headers["Content-Type"] = "application/json"
        elif isinstance(data, dict):
            data = urllib.parse.urlencode(data, doseq=True).encode()
            if "content-type" not in names:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif isinstance(data, str):
            data = data.encode()
        wish = {"url": url, "method": method.upper(), "headers": [[k, str(v)] for k, v in headers.items()]}
        if data is not None:
            wish["body"] = base64.b64encode(data).decode()
        try:
            return Response(talk.fetch(wish))
        except ConnectionError as error:
            raise RequestException(str(error)) from None

    def method(name):
        def call(url, *args, **options):
            if args:
                options["params" if name in ("GET", "HEAD") else "data"] = args[0]
            return request(name, url, **options)

        return call

    module.request, module.RequestException, module.HTTPError, module.Response = request, RequestException, HTTPError, Response
    module.exceptions = types.SimpleNamespace(RequestException=RequestException, HTTPError=HTTPError)
    for name in ("get", "post", "put", "patch", "delete", "head", "options"):
        setattr(module, name, method(name.upper()))
    return module
