/** What every area of the wire uses. */
export type Id = string;
export type Time = string;
export type Role = "owner" | "admin" | "builder" | "viewer";
export type Locale = "zh-CN" | "en";
export type Localized = Record<Locale, string>;
export type JsonSchema = { [key: string]: unknown };

export interface List<T> {
  items: T[];
  next_cursor: string | null;
}
