"""All that the staff may do by buttons: each act with who may, and its deeds as the code's own tables have them.

An act of the staff is a line of WHO and of DEEDS. A new deed of a table comes by itself, and whoever may do it is told
that there is no such button until VALUES says what stands behind its name, where something must.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Table, exists, select

from bot.callbacks import Act
from bot.handlers import (
    broadcasting,
    deciding,
    dossiers,
    gating,
    grouping,
    moderating,
    queueing,
    setup,
    sources,
    staffing,
    topicwords,
)
from bot.handlers.confirming import MATTERS
from db.broadcasting import broadcasts
from db.collecting import errands, probes
from db.meanings import filings, proposals
from db.operating import checklists, choices, invitations, wishes
from db.replying import authors, bans, notices, publications, replies, revisions, votes, waves
from db.tables import articles, audit, staff, versions
from db.tables import pushes as pushes_table
from db.tables import sources as sources_table
from newsroom import pushes
from newsroom.policy import OFFERED, TYPED
from newsroom.roles import Role, who_has
from newsroom.stats import Span
from newsroom.waves import Verdict
from tests.bot.bench import GROUP, GUEST, Bench

# What presses might change of the newsroom's; what readers' own presses may change is not in it.
TABLES = (
    *(articles, audit, authors, bans, notices, publications, pushes_table, replies, revisions, staff, votes, waves),
    *(checklists, choices, invitations, sources_table),
    *(broadcasts, errands, filings, probes, proposals, versions, wishes),
)
POLLED = {"due_at", "worker_id", "etag", "last_modified", "polled_at", "changed_at", "seen"}

# Whose an act is: whoever has this role.
WHO: Mapping[Act, Role] = {
    **dict.fromkeys((Act.CARD, Act.WAVE, Act.BANS, Act.SHARED), Role.MODERATOR),
    **dict.fromkeys((Act.CLOSED, Act.BLOCKED), Role.LEAD),
    **dict.fromkeys((Act.SOURCE, Act.PUSHES), Role.EDITOR),
    **dict.fromkeys((Act.PUSH, Act.DOUBT, Act.WORDS, Act.FILED, Act.GATE, Act.WITHDRAWN), Role.EDITOR),
    **dict.fromkeys((Act.CAST, Act.ARTICLE, Act.STATS), Role.EDITOR),
    **dict.fromkeys((Act.AUDIT, Act.STAFF, Act.SETUP, Act.GROUP), Role.ADMIN),
    Act.ROLE: Role.OWNER,
}
OF_WHOEVER_BROUGHT_IT = {"news", "leave"}  # of a group: whatever role it is
SHOWN = ("",)  # an act without a word of what is to be done
DEEDS: Mapping[Act, Iterable[str]] = {
    Act.CARD: moderating.DEEDS,
    Act.WAVE: ("look", "undo", "back", *Verdict),
    Act.BANS: queueing.DEEDS,
    Act.SHARED: ("arrived", "again", "gone"),
    Act.CLOSED: SHOWN,
    Act.BLOCKED: SHOWN,
    Act.SOURCE: ("list", "export", "import", *sources.DEEDS),
    Act.PUSHES: ("list", *pushes.DEEDS),
    Act.PUSH: deciding.OF_WAITING,
    Act.DOUBT: deciding.OF_DOUBT,
    Act.WORDS: ("show", "restore", *topicwords.FILES, *topicwords.DEEDS),
    Act.FILED: SHOWN,
    Act.GATE: gating.DEEDS,
    Act.WITHDRAWN: gating.OF_WITHDRAWN,
    Act.CAST: ("list", "use", *broadcasting.ANY_TIME, *broadcasting.DEEDS),
    Act.ARTICLE: ("next", *dossiers.ANY_TIME, *dossiers.DEEDS),
    Act.STATS: Span,
    Act.AUDIT: SHOWN,
    Act.STAFF: staffing.DEEDS,
    Act.SETUP: setup.DEEDS,
    Act.GROUP: grouping.DEEDS,
    Act.ROLE: ("leave", "give"),
}
# What stands behind the name of a deed, as our buttons say it.
VALUES: Mapping[tuple[Act, str], Iterable[str]] = {
    (Act.SOURCE, "policy"): OFFERED,
    (Act.SOURCE, "say"): [f"{name}:{value}" for name, values in OFFERED.items() for value in values],
    (Act.SOURCE, "ask"): sorted(TYPED),
    **{(Act.STAFF, name): [Role.MODERATOR] for name in staffing.WITH_ROLE},
    (Act.ARTICLE, "tag"): ["s:economy"],
    (Act.ARTICLE, "sure"): MATTERS,
    (Act.CAST, "turn"): ["language:en"],
    **dict.fromkeys([(Act.CAST, "all"), (Act.CAST, "any")], ("topic",)),
    (Act.CAST, "at"): ["4000000000"],
    (Act.CAST, "in"): ["15"],
    (Act.CAST, "flip"): ["silent"],
    **dict.fromkeys([(Act.CAST, "lang"), (Act.CAST, "unlang")], ("en",)),
    **dict.fromkeys([(Act.WAVE, verdict) for verdict in Verdict], ("0",)),
}
WHAT: Mapping[Act, str] = {  # whom or what a button is about, where that is not the first of its kind
    Act.STAFF: str(GUEST),
    Act.ROLE: str(GUEST),
    Act.GROUP: f"{GROUP}/0",
    Act.DOUBT: "1:1",
    Act.WORDS: "s:economy",
    **dict.fromkeys((Act.CLOSED, Act.BLOCKED, Act.AUDIT), ""),
}


def list_buttons() -> Iterator[tuple[Act, str, str]]:
    """Yield all that buttons of the staff say: the act, what it is about, the deed with its value."""
    for act, deeds in DEEDS.items():
        for deed in deeds:
            for value in VALUES.get((act, deed), [""]):
                what = deed if act is Act.STATS else WHAT.get(act, "1")
                yield act, what, f"{deed}:{value}" if value else "" if act is Act.STATS else deed


def who_may(act: Act, _what: str, screen: str) -> list[Role]:
    """Answer the roles that may do it."""
    if act is Act.GROUP and screen in OF_WHOEVER_BROUGHT_IT:
        return list(Role)
    return who_has(WHO[act])


async def take_stock(bench: Bench) -> dict[str, list[Any]]:
    """Answer all that there is, when whoever is to be told of anything was."""
    await bench.live.until(select(~exists().where(notices.c.told_at.is_(None))))
    async with bench.live.app.database.read() as connection:
        return {table.name: list((await connection.execute(select(*_said(table)))).all()) for table in TABLES}


def _said(table: Table) -> list[Column[Any]]:
    """Answer what people say in a table: a source is polled meanwhile."""
    return [column for column in table.columns if table is not sources_table or column.name not in POLLED]
