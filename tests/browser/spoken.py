"""Which words of a page are in the other language: its own words, not the town's names and people's notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page
    from sqlalchemy import Connection
    from watched_page import Lang

CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_ENGLISH: Final = re.compile(r"[A-Za-z]+(?: [a-z]+){2}")
"""Three words in a row: names of formats, rules and products are none."""

_SAID: Final = """() => {
    const own = document.documentElement.lang.slice(0, 2), said = [document.title];
    const foreign = (one) => !one.closest('[lang]')?.lang.startsWith(own)
        || one.closest('code, pre, script, style, noscript');
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const { parentElement, data } = texts.currentNode;
        if (data.trim() && !foreign(parentElement)) said.push(data.trim());
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        for (const one of document.querySelectorAll(`[${name}]`))
            if (!foreign(one)) said.push(one.getAttribute(name));
    return said;
}"""


class Data:
    """All texts that people wrote into the town: names, titles, notes. They stay as they were written."""

    def __init__(self, conn: Connection) -> None:
        columns = conn.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns "
                "JOIN information_schema.tables USING (table_schema, table_name) "
                "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
                "AND data_type IN ('text', 'character varying') AND column_name !~ '(^|_)(zh|en)$'"
            )
        ).all()
        every = " UNION ".join(f'SELECT "{column}" FROM "{table}"' for table, column in columns)
        found = conn.execute(text(f"SELECT * FROM ({every}) AS said (it) WHERE it ~ '[\u3400-\u9fff]'"))
        longest_first = sorted(found.scalars(), key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first)))

    def without(self, said: str) -> str:
        """Return a text without what is data in it."""
        return self._any.sub("", said)


def in_the_other_language(page: Page, lang: Lang, data: Data) -> list[str]:
    """Return what a page says in the other language, on the screen or to who hears it.

    What is marked as being in another language, as code or as somebody's text is none of it; nor is a Chinese
    sentence with a command in it.
    """
    said: Iterable[str] = page.evaluate(_SAID)
    if lang == "zh":
        return [one for one in said if _ENGLISH.search(one) and not CHINESE.search(one)]
    return [one for one in said if CHINESE.search(one) and CHINESE.search(data.without(one))]
