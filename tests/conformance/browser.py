"""A signed-in browser, as far as Hearth's own API can tell."""

import httpx


class Browser:
    def __init__(self, base_url: str, cookies: dict | None = None):
        self.http = httpx.Client(base_url=base_url + "/api/v1", headers={"Origin": base_url}, cookies=cookies, timeout=30)

    def __call__(self, method: str, path: str, body: dict | None = None, **params: str) -> dict:
        r = self.http.request(method, path, json=body, params=params)
        if r.status_code >= 400:
            raise RuntimeError(f"{method} {path}: {r.status_code} {r.text[:300]}")
        return r.json()
