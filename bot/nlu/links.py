"""Links as people write them: hxxp, missing scheme, "dot" in words, punctuation at the end."""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

_TLDS = (
    "com|net|org|pk|info|online|shop|store|site|xyz|top|live|app|me|ly|io|co|biz|club|link|click|vip|cc|tk|ru|in|gd|be|gle|tv|edu"
    "|gov|web|pro|world|buzz|icu|win|bid|loan|work|life|money|cash|bet|uk|us|ae|website|space|fun|host|cf|ml|ga|gq|su|to|gg|ai|dev"
    "|page|monster|cyou|sbs|rest|today|news|agency|services|support|help|finance|exchange|trade|pw|ws|asia|mobi|one|cloud|digital"
    "|press|lol|ink|ltd|global|market|center|company|tech|best|cam|chat|group|am|sh|la|fm|st|de|fr|sa|qa|cn|hk|sg|eu|ca|au"
)
_LINK = re.compile(
    r"(?<![\w@])(?:h(?:tt|xx)ps?(?:://|\[:\]//|:/{1,3})|www\.)[^\s<>\"'،۔]+"
    rf"|(?<![@\w.-])(?:[a-z0-9-]{{1,63}}(?:\.|\[\.\]|\(\.\)|\(dot\)|\[dot\])){{1,4}}(?:{_TLDS})"
    r"(?![\w-]*@)(?![a-z0-9_])(?:(?::\d{2,5})?[/?][^\s<>\"'،۔]*)?",
    re.I,
)
_SPELT = re.compile(
    rf"(?<![\w.@-])([a-z0-9-]{{3,63}}(?: dot [a-z0-9-]{{2,20}})?) dot ({_TLDS})(?!\w)(?!\.\w)(?! dot )", re.I
)
_TRAILING = ".,;:!?)]}>'\"»…۔،؟*"
# Endings that are also words: "pareshan hun.me kya karun" is no link.
_WORDS = {"me", "in", "us", "to", "one", "live", "life", "work", "money", "cash", "help", "today", "top", "win", "loan", "link",
          "page", "news", "am", "la", "st", "be", "so", "co", "fun", "best", "chat", "group", "press", "host", "support", "market",
          "rest", "app", "store", "shop", "site", "web", "de", "sa", "ca", "ga", "sh", "online", "pro", "bet", "trade"}  # fmt: skip
_CERTAIN = re.compile(
    r"^(?:t\.me|wa\.me|m\.me|youtu\.be|fb\.me|g\.co|[a-z0-9-]*\d[a-z0-9-]*\.\w+|[a-z0-9]+-[a-z0-9-]+\.\w+|www\..*)$"
)
_LOOSE_WORDS = {
    "me",
    "in",
    "us",
    "to",
    "one",
    "live",
    "life",
    "work",
    "help",
    "today",
    "top",
    "win",
    "am",
    "la",
    "be",
    "so",
    "de",
    "sa",
    "st",
}
_CALLED_SITE = re.compile(
    r"(?:site|website|link|url|page|app|shop|store|portal|ویب سائٹ|لنک|سائٹ)\W{1,3}(?:(?:is|hai|ye|named|called|ہے)\W{1,2})?$"
)


def find_links(text: str, folded: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and normalised address of each link."""
    if "." in folded or "//" in folded or "dot" in folded:
        for match in _LINK.finditer(folded):
            start, end = _trim(text, *match.span())
            url = normalise_url(text[start:end])
            if url and _is_link(match.group(), folded, start):
                yield start, end, url
    if " dot " in folded:
        for match in _SPELT.finditer(folded):
            url = normalise_url(f"{match[1].replace(' dot ', '.')}.{match[2]}")
            if url:
                yield match.start(), match.end(), url


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1] in _TRAILING:
        if text[end - 1] == ")" and text[start:end].count("(") >= text[start:end].count(")"):
            break
        end -= 1
    return start, end


def _is_link(written: str, folded: str, start: int) -> bool:
    """Whether a thing with a dot is a link and not two sentences written together, a degree or an abbreviation."""
    if re.match(r"h(?:tt|xx)ps?[:\[]|www\.", written):
        return True
    host = re.sub(r"[\[(](?:\.|dot)[\])]", ".", re.split(r"[/?:]", written)[0]).rstrip(".")
    labels = host.split(".")
    if "/" in written or "[.]" in written or _CERTAIN.match(host):
        return True
    if len(labels[0]) < 2 and host != "x.com":
        return False
    if labels[-1] in _LOOSE_WORDS or (labels[-1] in _WORDS and len(labels[0]) < 5):
        return bool(_CALLED_SITE.search(folded[max(0, start - 20) : start]))
    return True


def normalise_url(raw: str) -> str | None:
    """An http(s) address with scheme and lower-case host; None if there is no plausible host."""
    clean = re.sub(r"[\[(](?:\.|dot)[\])]", ".", raw).replace("[:]", ":").strip()
    clean = re.sub(r"^hxxp", "http", clean, flags=re.I)
    clean = re.sub(r"^(https?):/{1,3}", r"\1://", clean, flags=re.I)
    if not re.match(r"^https?://", clean, re.I):
        clean = f"https://{clean}"
    try:
        parts = urlsplit(clean)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if "." not in host.strip(".") or not re.search(r"[a-z]", host):
        return None
    port = f":{_port(parts)}" if _port(parts) else ""
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme.lower()}://{host}{port}{parts.path if parts.path != '/' else ''}{query}{fragment}"


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        return None
