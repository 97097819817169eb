/** A server of models that speaks as OpenAI does and says what a script tells it to. */
import { createServer } from "node:http";

/** `script` gives the answer to the messages it is asked with; `asked` keeps them all. */
export async function scriptedModel(script) {
  const asked = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (!request.url.endsWith("/chat/completions")) {
      response.writeHead(404).end();
      return;
    }
    const { messages, model, stream } = JSON.parse(body);
    asked.push(messages);
    const content = script(messages);
    const whole = { id: "scripted", created: 1, model };
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    if (!stream) {
      response.writeHead(200, { "content-type": "application/json" });
      const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
      response.end(JSON.stringify({ ...whole, object: "chat.completion", choices, usage }));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const chunk = (choices, more) => response.write(`data: ${JSON.stringify({ ...whole, object: "chat.completion.chunk", choices, ...more })}\n\n`);
    chunk([{ index: 0, delta: { role: "assistant", content }, finish_reason: null }]);
    chunk([{ index: 0, delta: {}, finish_reason: "stop" }], { usage });
    response.end("data: [DONE]\n\n");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    asked,
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}
