/** What every area of the wire uses. */
import type { components } from "../schema";

export type Schemas = components["schemas"];

/** Decimal digits in a string. */
export type Id = Schemas["WorkspaceId"];
/** RFC 3339, UTC. */
export type Time = Schemas["Timestamp"];
export type Role = Schemas["Role"];
export type Locale = Schemas["Locale"];
export type Localized = Schemas["Localized"];
export type JsonSchema = Schemas["ToolInfo"]["parameters"];

/** A page of any list; the description has one for each kind of item. */
export type List<T> = Omit<Schemas["Page_Agent"], "items"> & { items: T[] };
