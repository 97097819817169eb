// @vitest-environment node
import { describe, expect, it } from "vitest";
import { ApiError, errorFromBody, errorFromResponse, toApiError } from "./errors";

describe("errors of the wire", () => {
  it("reads the envelope", () => {
    const body = { error: { code: "x", message: "Do y.", field: "name", log_id: "L" } };
    expect(errorFromBody(400, body)).toMatchObject({
      status: 400,
      code: "x",
      message: "Do y.",
      field: "name",
      logId: "L",
    });
  });

  it("gives a proxy's page a code and keeps the header's log id", async () => {
    const response = new Response("<html>", { status: 502, headers: { "x-log-id": "H" } });
    expect(await errorFromResponse(response)).toMatchObject({ code: "http_502", logId: "H" });
  });

  it.each([[null], ["text"], [{ error: "text" }], [{ error: { code: 5 } }]])(
    "survives the body %j",
    (body) => expect(errorFromBody(500, body)).toMatchObject({ code: "http_500" }),
  );

  it("tells an unreachable server from a fault of the page", () => {
    expect(toApiError(new TypeError("Failed to fetch")).code).toBe("network");
    expect(toApiError(new Error("boom")).code).toBe("unexpected");
    expect(toApiError(new DOMException("", "AbortError")).code).toBe("cancelled");
    const known = new ApiError({ status: 404, code: "not_found", message: "" });
    expect(toApiError(known)).toBe(known);
  });
});
