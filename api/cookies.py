"""The cookies of the pages: what they are called, and the mark that a form of ours bears.

`__Host-` makes browsers send a cookie to this very host alone, and only over TLS or on loopback.
A mark is made of the cookie, which no other host can read: whoever knows it has read our page.
"""

import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256

from starlette.responses import Response

SESSION = "__Host-usciere"
FORM = "__Host-usciere-form"
"""For the forms of whoever is not signed in yet."""
LANGUAGE = "usciere-language"
MARK_FIELD = "mark"
MARK_HEADER = "X-Usciere-Mark"
_YEAR = 365 * 24 * 3600


def mark_of(secret: str) -> str:
    """Return what our forms say to whoever has this cookie."""
    return sha256(f"a form of ours for {secret}".encode()).hexdigest()


def is_ours(mark: str, cookies: Mapping[str, str]) -> bool:
    """Tell whether a form with this mark came from a page that was made for these cookies."""
    held = [cookies[name] for name in (SESSION, FORM) if cookies.get(name)]
    return any(hmac.compare_digest(mark_of(each).encode(), mark.encode()) for each in held)


def new_form_secret() -> str:
    """Return what a form's cookie may hold."""
    return secrets.token_urlsafe(32)


def put(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Let the browser keep a cookie that no script and no other host sees."""
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax"
    )


def take(response: Response, name: str) -> None:
    """Let the browser forget a cookie."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


def put_language(response: Response, language: str) -> None:
    """Let the browser remember the language; it is no secret and may cross plain HTTP."""
    response.set_cookie(LANGUAGE, language, max_age=_YEAR, path="/", httponly=True, samesite="lax")
