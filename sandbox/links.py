"""Which links Telegram takes, and how it writes them down (td, LinkManager::check_link and parse_url).

A scheme may be missing (then http), the host needs a dot, and an empty path becomes "/".
"""

import re

SCHEME = re.compile(r"([^:/?#@\[\]]*)://")
PATH_START = re.compile(r"(?=[/?#])")
PORT = re.compile(r"(?<=.):([^:@\]]*)$", re.DOTALL)
IPV6 = re.compile(r"\[[0-9a-f:.]+\]")
HOST = re.compile(r"(?:[\w.\-!$,~*'();&+=]|%[0-9a-fA-F]{2}|[^\x00-\x7f])+")
USER = re.compile(r"(?:[\w.\-!$,~*'();&+=:]|%[0-9a-fA-F]{2}|[^\x00-\x7f])*")
APP = re.compile(r"(tg|ton|tonsite):(?://)?", re.IGNORECASE)
APP_HOST = re.compile(r"[A-Za-z0-9_.-]+")
PERSON = re.compile(r"tg:(?://)?user\?id=([1-9][0-9]*)", re.IGNORECASE)
LAST_PORT = 65535


def check_link(link: str) -> str:
    """Answer the link as Telegram keeps it; ValueError says why there is none."""
    if app := APP.match(link):
        return _check_app_link(app[1].lower(), link[app.end() :])
    scheme, user, host, port, path = _split(link)
    if "." not in host and not IPV6.fullmatch(host):
        raise ValueError("Wrong HTTP URL")
    return f"{scheme}://{user}{host}{port}{path}"


def find_person(link: str) -> int | None:
    """Answer the user id of a `tg://user?id=…` link."""
    found = PERSON.fullmatch(link)
    return int(found[1]) if found else None


def _check_app_link(app: str, rest: str) -> str:
    _, user, host, port, path = _split(rest)
    if user or port or "://" in rest:
        raise ValueError(f"Wrong {'tg' if app == 'tg' else 'ton'} URL")
    if not APP_HOST.fullmatch(host) or ("." in host and app != "tonsite"):
        raise ValueError("Unallowed characters in URL host")
    return f"{app}://{host}{path.removeprefix('/') if path.startswith('/?') else path}"


def _split(link: str) -> tuple[str, str, str, str, str]:
    """Answer scheme, user with "@", host, port with ":", and path, each as it will stand in the link."""
    found = SCHEME.match(link)
    scheme = found[1].lower() if found else "http"
    if scheme not in {"http", "https"}:
        raise ValueError("Unsupported URL protocol")
    authority, *path = PATH_START.split(link[found.end() :] if found else link, maxsplit=1)
    port = PORT.search(authority)
    user, at, host = (authority[: port.start()] if port else authority).rpartition("@")
    _check_authority(user, host, port[1] if port else "")
    return scheme, user + at, host.lower(), f":{int(port[1])}" if port else "", _write_path("".join(path))


def _check_authority(user: str, host: str, port: str) -> None:
    if port and not (port.isdecimal() and 0 < int(port) <= LAST_PORT):
        raise ValueError("Wrong port number specified in the URL")
    if not host:
        raise ValueError("URL host is empty")
    if not IPV6.fullmatch(host.lower()) and not HOST.fullmatch(host):
        raise ValueError("Disallowed character in URL host")
    if not USER.fullmatch(user):
        raise ValueError("Disallowed character in URL userinfo")


def _write_path(path: str) -> str:
    path = path.rstrip()
    rooted = path if path.startswith("/") else f"/{path}"
    return re.sub(r"[\x00-\x20]", lambda space: f"%{ord(space[0]):02X}", rooted)
