"""From a reader's first word to her last: one reply in the bot, in a channel and on a real WordPress (`-s` tells)."""

from pathlib import Path

import pytest

from newsroom.comments import mail_of
from newsroom.replies import State
from tests.wordpress.site import WordPress, sample
from tests.wordpress.story import AUTHOR, CANARY, CHANNEL, FOLLOWER, Story, open_story

pytestmark = [pytest.mark.wordpress, pytest.mark.timeout(300)]

WROTE = "رأيي أن <النفق> خطوه & نصف 🚇 لا «أكثر»"
EDITED = "رأيي أن <النفق> خطوة & نصف 🚇 لا «أكثر»"
CHANGED = "غيّرت رأيي في النفق: ليته جسر"
SAID = "جواب من صفحة الخبر"


def leaks(story: Story, told: object) -> list[str]:
    """Answer what of her a text gives away."""
    key = story.live.app.vault.author_key(AUTHOR)
    return [secret for secret in (str(AUTHOR), CANARY, "canary_of_hers", key) if secret in str(told)]


async def test_a_reply_is_edited_accepted_and_published_everywhere_counted_once_and_taken_back(
    site: WordPress, tmp_path: Path, sqlite_template: Path
) -> None:
    async with open_story(site, tmp_path, sqlite_template, sample("نفق جديد تحت النهر")) as story:
        reply, _ = await story.sends(WROTE)
        await story.edits(WROTE, EDITED)
        await story.hears("اقترح مشرف صيغة أخرى")
        assert set((await story.holds(EDITED)).values()) == {False}
        await story.live.presses(story.author, "✅")
        await story.lets_pass(reply)
        await story.shows(EDITED)
        assert set((await story.holds(WROTE)).values()) == {False}
        (comment,) = await story.comments()
        assert comment["author_name"].startswith("قلم ")
        assert comment["author_email"] == mail_of(reply.id)
        assert (comment["author"], comment["author_ip"]) == (0, "127.0.0.1")  # nobody's, and our own
        seen = [call for call in story.live.telegram.calls if call.chat_id in {CHANNEL, FOLLOWER}]
        assert leaks(story, (comment, seen)) == []
        await story.hears("نُشر الرد")
        assert f"#comment-{comment['id']}" in story.told()
        await story.counts(1)
        await story.is_answered_on_the_site("سلمى", SAID, comment["id"])
        assert f"سلمى من الموقع، جوابًا على {comment['author_name']}" in await story.reads()
        await story.counts(2)
        await story.takes_back()
        await story.shows(EDITED, "withdrawn", gone=True)
        await story.bench.becomes(reply, State.REMOVED)
        assert [one["author_name"] for one in await story.comments()] == ["سلمى"]
        assert await site.ask("GET", f"comments?post={story.post.id}&status=trash", {}) == []
        await story.counts(1)
        story.tell()


async def test_what_its_author_changes_later_stands_as_it_was_until_it_is_approved_and_then_follows_everywhere(
    site: WordPress, tmp_path: Path, sqlite_template: Path
) -> None:
    async with open_story(site, tmp_path, sqlite_template, sample("جسر جديد فوق النهر")) as story:
        reply, message = await story.sends(EDITED)
        await story.bench.press(story.bench.amal, "✅", EDITED)
        await story.lets_pass(reply)
        await story.shows(EDITED)
        (before,) = await story.comments()
        await story.hears("نُشر الرد")
        story.author.edits(message, f"/reply {story.number} {CHANGED}")
        await story.hears("منشور، وتعديله عند المشرفين")
        await story.bench.shows(CHANGED, button="✅")
        assert set((await story.holds(EDITED)).values()) == {True}
        assert set((await story.holds(CHANGED)).values()) == {False}
        await story.bench.press(story.bench.amal, "✅", CHANGED)
        await story.lets_pass(reply)
        await story.shows(CHANGED, "changed")
        assert set((await story.holds(EDITED)).values()) == {False}
        (after,) = await story.comments()
        assert (after["id"], after["author_name"]) == (before["id"], before["author_name"])
        await story.counts(1)
        await story.takes_back()
        await story.shows(CHANGED, "withdrawn", gone=True)
        assert await story.comments() == []
        await story.counts(0)
        story.tell()
