"""What the conformance set-up needs of Hearth's own API: the `Admin` that setup_fixtures.py asks for.

Everything goes through the public HTTP API of a fresh server, as the browser would do it: cookies
and an Origin header; only the expired token is made by the command line. run.sh sets `CONFORMANCE_BIN`, the
server's settings, and `CONFORMANCE_SESSION`: a file that receives the owner's session, for approve.py.
"""

import json
import os
import pathlib
import subprocess
import sys

import setup_fixtures
from browser import Browser

OWNER = {"email": "owner@conformance.test", "name": "Owner", "password": "a long pass phrase for the owner 7431"}
OTHER = {"email": "other@conformance.test", "name": "Other", "password": "a long pass phrase for the other 7431"}
REDIRECT = "http://127.0.0.1:9/callback"
HERE = pathlib.Path(__file__).resolve().parent


class Admin(setup_fixtures.Base):
    def __init__(self, base_url: str, mock_url: str):
        super().__init__(base_url, mock_url)
        self.main = Browser(base_url)
        self.space = ""
        self.jwt: dict = {}

    # ---------------------------------------------------------------- users and tokens

    def user(self, name: str) -> dict:
        if name == "main":
            browser, me = self.main, self.main("POST", "/setup", OWNER)
            self.space = personal(me)
            self.keep_session()
        else:
            browser, me = self.second_user()
        token = browser("POST", "/me/tokens", {"name": "conformance", "workspace_ids": [personal(me)], "permissions": "full"})
        return {"token": token["secret"], "user_id": me["user"]["id"], "space_id": personal(me)}

    def second_user(self) -> tuple[Browser, dict]:
        """By invitation into a workspace that nothing else uses, so that it works with registration closed too."""
        browser = Browser(self.base_url)
        team = self.main("POST", "/workspaces", {"name": "Door"})
        code = self.main("POST", f"/workspaces/{team['id']}/invitations", {"role": "viewer"})["code"]
        return browser, browser("POST", "/auth/sign-up", OTHER | {"invitation": code})

    def keep_session(self) -> None:
        if path := os.environ.get("CONFORMANCE_SESSION"):
            file = pathlib.Path(path)
            file.touch(mode=0o600)
            file.write_text(json.dumps({"base_url": self.base_url, "cookies": dict(self.main.http.cookies)}))

    def expired_token(self) -> str:
        """Made by the operator's command line, which may set the moment of expiry anywhere."""
        command = [os.environ["CONFORMANCE_BIN"], "token", "create", "--user", OWNER["email"], "--name", "expired", "--expires-in", "-60"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"hearth token create: {done.stderr[-300:]}")
        return done.stdout.split()[-1]

    # ---------------------------------------------------------------- models and agents

    def chat_model(self) -> dict:
        common = {"vendor": "openai_compatible", "base_url": self.mock_url + "/v1", "api_key": "conformance-key", "is_default": True}
        chat = self.main("POST", f"/workspaces/{self.space}/models", common | {
            "name": "mock-chat", "model": "mock-chat", "kind": "chat",
            "capabilities": {"tools": True, "parallel_tools": True, "json_schema": True, "vision": True, "reasoning": True,
                             "embedding_dimensions": None}})
        return {"id": chat["id"], "name": chat["name"]}

    def edit(self, bot_id: str, change) -> None:
        draft = self.main("GET", f"/agents/{bot_id}/draft")
        change(draft["config"])
        self.main("PUT", f"/agents/{bot_id}/draft", {"config": draft["config"], "revision": draft["revision"]})

    def bot_variable(self, bot_id: str, keyword: str) -> None:
        self.edit(bot_id, lambda c: c["variables"].append({"name": keyword, "description": "", "default": ""}))

    def bot_tool(self, bot_id: str) -> dict:
        self.edit(bot_id, lambda c: c["tools"].append({"kind": "builtin", "name": "calculator", "approval": "never"}))
        return {"name": "calculator", "args": {"expression": "6*7"}, "expect": "42"}

    def bot_local_tool(self, bot_id: str) -> dict:
        schema = {"type": "object", "properties": {"x": {"type": "integer"}}}
        tool = {"kind": "client", "name": "local_tool", "description": "Runs at the client.", "parameters": schema}
        self.edit(bot_id, lambda c: c["tools"].append(tool))
        return {"name": "local_tool", "args": {"x": 1}}

    # ---------------------------------------------------------------- workflows

    def workflow(self, space_id: str, name: str, canvas: dict, publish: bool, chatflow: bool) -> str:
        """By import, as somebody who moves off Coze would do it."""
        mode = "chatflow" if chatflow else "workflow"
        made = self.main("POST", f"/workspaces/{space_id}/workflows/import", {"name": name, "mode": mode, "document": canvas})
        workflow = made["workflow"]["id"]
        if publish:
            self.main("POST", f"/workflows/{workflow}/publish", {"version": "v0.0.1", "notes": "conformance"})
        return workflow

    # ---------------------------------------------------------------- OAuth

    def oauth_app(self, kind: str, **more) -> dict:
        return self.main("POST", f"/workspaces/{self.space}/oauth-apps", {"name": f"conformance {kind}", "kind": kind, **more})

    def oauth_jwt(self) -> dict:
        if not self.jwt:
            from cryptography.hazmat.primitives import serialization
            from cryptography.hazmat.primitives.asymmetric import rsa

            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            app = self.oauth_app("jwt", public_key=public.decode())
            self.jwt = {"client_id": app["client_id"], "private_key": private.decode(), "public_key_id": app["key_id"]}
        return self.jwt

    def oauth(self) -> dict:
        pkce = self.oauth_app("pkce", redirect_uris=[REDIRECT])
        web = self.oauth_app("web", redirect_uris=[REDIRECT])
        device = self.oauth_app("device")
        return {
            "jwt": self.oauth_jwt(),
            "pkce": {"client_id": pkce["client_id"], "redirect_uri": REDIRECT},
            "web": {"client_id": web["client_id"], "client_secret": web["client_secret"], "redirect_uri": REDIRECT},
            "device": {"client_id": device["client_id"]},
        }

    def hooks(self) -> dict:
        if not os.environ.get("CONFORMANCE_SESSION"):
            raise setup_fixtures.Skip
        approve = [sys.executable, str(HERE / "approve.py")]
        return {"approve_device": [*approve, "device", "{user_code}"], "approve_authorize": [*approve, "authorize", "{url}"]}


def personal(me: dict) -> str:
    return next(w["id"] for w in me["workspaces"] if w["kind"] == "personal")
