"""answerInlineQuery. Results are articles with a text; another kind is a record of `objects.py` and a message here."""

from sandbox.errors import bad_request
from sandbox.inline import Offer
from sandbox.keyboards import check_markup
from sandbox.methods.messages import read_text
from sandbox.spec import Params
from sandbox.world import Json, World

MOST_RESULTS = 50  # of one answer (Bot API, answerInlineQuery)
LONGEST_ID = 64  # bytes (Bot API, InlineQueryResultArticle)
LONGEST_OFFSET = 64  # bytes (Bot API, answerInlineQuery)


def answer_inline_query(world: World, params: Params) -> bool:
    """Bot API, answerInlineQuery. A second answer finds no query, as if it were too late."""
    results, next_offset = params["results"], params.get("next_offset", "")
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(next_offset.encode()) > LONGEST_OFFSET:
        raise bad_request("NEXT_OFFSET_INVALID")
    messages = {result["id"]: _make_message(result) for result in results}
    if len(messages) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    world.answer(params["inline_query_id"], Offer(results, messages, next_offset), "inline_query")
    return True


def _make_message(result: Json) -> Json:
    """Answer the message that a result makes, or refuse it as that message would be."""
    if not 0 < len(result["id"].encode()) <= LONGEST_ID:
        raise bad_request("RESULT_ID_INVALID")
    if not result["title"].strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = result["input_message_content"]
    made = read_text(content | {"text": content["message_text"]})
    return {"content": made, "markup": check_markup(result.get("reply_markup"))}


METHODS = {"answerInlineQuery": answer_inline_query}
