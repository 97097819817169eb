/** What tools are called and do, for people. The server's own description is written for models. */
import i18next from "i18next";
import type { Locale, ToolInfo } from "@/api/types";

export const toolTitle = (tool: ToolInfo): string => tool.title[i18next.language as Locale] ?? tool.name;

export function toolAbout(tool: ToolInfo): string {
  const key = `agents:tools.about.${tool.name}`;
  return i18next.exists(key) ? i18next.t(key) : tool.description;
}
