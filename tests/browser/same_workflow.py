"""The workflow that was built and published in the browser runs for the official SDK, at once and as a stream."""
import json
import sys

from cozepy import Coze, TokenAuth, WorkflowEventType

url, journey, published = sys.argv[1:]
with open(journey) as file:
    token = json.load(file)["token"]
with open(published) as file:
    workflow = json.load(file)
coze = Coze(auth=TokenAuth(token), base_url=url)


def call(runs_of):
    return runs_of(workflow_id=workflow["workflow_id"], parameters={workflow["input"]: "Lin"})


expected = {workflow["output"]: workflow["answer"].replace("{{name}}", "Lin")}
result = call(coze.workflows.runs.create)
assert json.loads(result.data) == expected, result.data
print("cozepy got:", result.data)

events = list(call(coze.workflows.runs.stream))
told = [event.message for event in events if event.event == WorkflowEventType.MESSAGE]
assert json.loads("".join(message.content for message in told if message.node_title == workflow["end"])) == expected, told
# The SDK keeps the event "Done" to itself.
assert told[-1].node_is_finish, told[-1]
print("cozepy streamed:", "".join(message.content for message in told))
print("2 passed, 0 failed")
