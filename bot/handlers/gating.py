"""What editors say of articles that wait for them: those of gated sources, and those that a source took back.

    ✅ publish · ❌ refuse · ✏️ rewrite     of the version that the card shows; of another the card is drawn anew first
    🧹 retract · 📌 keep                    of one that was taken back
    ⏭                                      the next that waits, the oldest after the newest

The role is looked up at the act. ✏️ waits for a message: its first line is the title, the rest the lead. A new deed is
a function and a line of `DEEDS` or `OF_WITHDRAWN`.
"""

from collections.abc import Awaitable, Callable, Mapping

from bot.callbacks import Act, Press
from bot.dossier_screens import draw_correction
from bot.dossiers import Asked
from bot.gate import draw_gate, draw_withdrawn
from bot.handlers.desktop import ask_to_type, find_dossier, look_at
from bot.handlers.reading import find_article
from bot.handlers.topicwords import require_editor
from bot.keyboards import make_button, make_keyboard
from bot.talk import Talk, echo
from db.store import articles, gate, prompts, staff
from locales import Label
from newsroom.articles import Article
from newsroom.broadcasts import LEAD, Step, next_step
from newsroom.errors import Refusal

Deed = Callable[[Talk, Article], Awaitable[None]]
PROMPT = "rewrite "  # begins the prompt that waits for other words, before the article's number
LONGEST_TITLE, LONGEST_LEAD = 300, 300  # characters


async def press_gate(talk: Talk, press: Press) -> None:
    """Do with an article what a button says, as far as it still waits in the version that was seen."""
    await require_editor(talk)
    deed = require_known(DEEDS, press)
    await articles.lock_desk(talk.connection)
    article = await _find(talk, press.what)
    if talk.visit.is_late or article.version != press.page or article.gate is None:
        await _draw(talk, article)
    else:
        await deed(talk, article)


def require_known(deeds: Mapping[str, Deed], press: Press) -> Deed:
    """Answer the deed that a button says. Raises Refusal for one that no button of ours says."""
    if press.screen not in deeds:
        raise Refusal("button.old")
    return deeds[press.screen]


async def publish(talk: Talk, article: Article) -> None:
    """Let it through; staff have it first."""
    if article.gate in {gate.HELD, gate.REFUSED} and await _is_for_many(talk, article):
        return
    await _settle(
        talk, article, "publish", done=await gate.publish(talk.connection, article.id, talk.visit.now, lead=LEAD)
    )


async def refuse(talk: Talk, article: Article) -> None:
    """Keep it back."""
    await _settle(talk, article, "refuse", done=await gate.refuse(talk.connection, article.id))


async def _settle(talk: Talk, article: Article, deed: str, *, done: bool) -> None:
    if not done:
        raise Refusal("desk.settled")
    await _note(talk, deed, article)
    await _draw(talk, await _find(talk, str(article.id)))


async def _note(talk: Talk, deed: str, article: Article) -> None:
    await staff.note(talk.connection, staff.Act(str(talk.user_id), f"{deed} article", str(article.id)), talk.visit.now)


async def _is_for_many(talk: Talk, article: Article) -> bool:
    """Ask for the number of readers where they are many; tells whether they are. What is archive rings nobody."""
    dossier = await find_dossier(talk, str(article.id))
    if dossier.is_archived:
        return False
    asked = Asked("send", next_step(dossier.left, talk.newsroom.broadcasting, sure=True), dossier.left)
    if asked.step is not Step.TYPED:
        return False
    await ask_to_type(talk, dossier, asked)
    return True


async def show_next(talk: Talk, after: int, *, anew: bool = True) -> None:
    """Show the next article that waits after one, below what was said or in its place."""
    number = await gate.find_next(talk.connection, after)
    if number is None:
        (talk.say if anew else talk.redraw)(talk.t("gate.none"))
    else:
        await _draw(talk, await _find(talk, str(number)), anew=anew)


async def _find(talk: Talk, said: str) -> Article:
    """Answer an article in the version that is decided on. Raises Refusal where there is none."""
    article = await find_article(talk, said)
    return await gate.find(talk.connection, article.id) or article


async def _draw(talk: Talk, article: Article, *, anew: bool = False) -> None:
    tags = await articles.list_topics(talk.connection, article.id)
    others = await gate.count_waiting(talk.connection) - int(article.gate in {gate.HELD, gate.CHANGED})
    (talk.say if anew else talk.redraw)(*draw_gate(talk.t, article, tags, talk.taxonomy, others))


async def ask_for_words(talk: Talk, article: Article) -> None:
    """Wait for other words."""
    await prompts.put(talk.connection, talk.chat_id, talk.user_id, f"{PROMPT}{article.id}", talk.visit.now)
    drop = make_button(talk.t.plain("button.drop"), Act.DROP)
    talk.say(talk.t("gate.rewrite", number=Label(article.id), title=echo(article.title)), make_keyboard([[drop]]))


async def rewrite(talk: Talk, waited: str, typed: str) -> None:
    """Write an article that waits anew: the first line is its title, the rest its lead; then show it again.

    Where somebody let it through meanwhile, the words wait beside those that readers see, and are shown so.
    """
    await require_editor(talk)
    title, _, lead = (part.strip() for part in typed.strip().partition("\n"))
    if not title or len(title) > LONGEST_TITLE or len(lead) > LONGEST_LEAD:
        raise Refusal("gate.too_long", title=LONGEST_TITLE, lead=LONGEST_LEAD)
    await articles.lock_desk(talk.connection)
    article = await _find(talk, waited.removeprefix(PROMPT))
    words = {"title": title} | ({"lead": lead} if lead else {})
    await gate.propose(talk.connection, article.id, words, talk.visit.now)
    act = staff.Act(str(talk.user_id), "rewrite article", str(article.id), ", ".join(words))
    await staff.note(talk.connection, act, talk.visit.now)
    if article.gate is None:
        talk.say(*await look_at(talk, await find_dossier(talk, str(article.id)), draw_correction))
    else:
        await _draw(talk, await _find(talk, str(article.id)))


async def press_withdrawn(talk: Talk, press: Press) -> None:
    """Take an article back as its source did, or keep it."""
    await require_editor(talk)
    deed = require_known(OF_WITHDRAWN, press)
    await deed(talk, await find_article(talk, press.what))


async def retract(talk: Talk, article: Article) -> None:
    """Take it back."""
    if not talk.visit.is_late and await gate.follow_withdrawal(talk.connection, article.id, talk.visit.now):
        await _note(talk, "retract", article)
    talk.redraw(*draw_withdrawn(talk.t, await find_article(talk, str(article.id))))


async def keep(talk: Talk, article: Article) -> None:
    """Let it stand, unless somebody took it back."""
    if article.retracted is None:
        await _note(talk, "keep", article)
        talk.redraw(talk.t("withdrawn.kept", number=Label(article.id), title=article.title))
    else:
        talk.redraw(*draw_withdrawn(talk.t, article))


DEEDS: Mapping[str, Deed] = {"publish": publish, "refuse": refuse, "rewrite": ask_for_words}
OF_WITHDRAWN: Mapping[str, Deed] = {"retract": retract, "keep": keep}
