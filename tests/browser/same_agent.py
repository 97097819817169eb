"""The agent that was built in the browser answers the official SDK, with only the base URL changed."""
import json
import sys

from cozepy import Coze, Message, TokenAuth

url, path = sys.argv[1:]
with open(path) as file:
    journey = json.load(file)
coze = Coze(auth=TokenAuth(journey["token"]), base_url=url)
question = Message.build_user_question_text("What is 17 * 23?")
answer = coze.chat.create_and_poll(bot_id=journey["agent_id"], user_id="sdk", additional_messages=[question])
texts = [m.content for m in answer.messages if m.type.value == "answer"]
assert any("391" in text for text in texts), texts
print("cozepy got:", texts[-1])
print("1 passed, 0 failed")
