/**
 * The shapes of `/api/v1` under the names the features use. They are the server's:
 * `../schema.d.ts` is generated from its OpenAPI document (`make reference`).
 */
export * from "./base";
export * from "./chat";
export * from "./identity";
export * from "./sandbox";
export * from "./studio";
export * from "./workflows";
