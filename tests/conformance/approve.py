"""Approves an OAuth request as the owner, as the consent page in the browser does.

    approve.py device USER_CODE      approves a device
    approve.py authorize URL         opens the authorize URL, approves, prints where the browser is sent to

Reads the session from CONFORMANCE_SESSION.
"""

import json
import os
import pathlib
import sys
from urllib.parse import parse_qsl, urlparse

from browser import Browser


def consent(browser: Browser, base_url: str, url: str) -> str:
    """The authorize address sends the browser to the consent page with the same query."""
    r = browser.http.get(url, follow_redirects=False)
    query = dict(parse_qsl(urlparse(r.headers.get("location", url)).query)) or dict(parse_qsl(urlparse(url).query))
    browser("GET", "/oauth/consent", **query)
    fields = ("client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method")
    body = {k: query[k] for k in fields if k in query} | {"approve": True}
    return browser("POST", "/oauth/consent", body)["redirect_to"]


def main() -> None:
    session = json.loads(pathlib.Path(os.environ["CONFORMANCE_SESSION"]).read_text())
    browser = Browser(session["base_url"], session["cookies"])
    what, argument = sys.argv[1:3]
    if what == "device":
        browser("POST", f"/oauth/device/{argument}", {"approve": True})
    else:
        print(consent(browser, session["base_url"], argument))


if __name__ == "__main__":
    main()
