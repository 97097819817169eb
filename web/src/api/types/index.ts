/**
 * The shapes of `/api/v1`, written by hand until they are generated from the
 * OpenAPI document (`npm run api`). Ids are decimal strings, times RFC 3339 UTC.
 */
export * from "./base";
export * from "./chat";
export * from "./identity";
export * from "./studio";
