/** What a feature may add to the navigation and the command palette. */
import type { UseQueryOptions } from "@tanstack/react-query";
import type { LinkProps } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import type { Id, Role } from "@/api/types";

export interface NavItem {
  /** i18n key of the label. */
  label: string;
  icon: LucideIcon;
  /** A route below `/w/$workspaceId`. */
  to: NonNullable<LinkProps["to"]>;
  /** Current only when the path is exactly this one. */
  exact?: boolean;
}

export interface SettingsItem {
  label: string;
  icon: LucideIcon;
  to: NonNullable<LinkProps["to"]>;
  /** The role in the workspace that the page needs. */
  role?: Role;
}

/** An entry of the palette that is not a page: creating something. */
export interface Command {
  label: string;
  icon: LucideIcon;
  to: NonNullable<LinkProps["to"]>;
  search?: Record<string, unknown>;
  role?: Role;
}

/** Finds things of a feature by name, for the palette. */
export interface Searcher {
  /** i18n key of the group's heading. */
  label: string;
  icon: LucideIcon;
  find: (workspaceId: Id, query: string) => UseQueryOptions<FoundItem[]>;
}

export interface FoundItem {
  id: Id;
  name: string;
  to: NonNullable<LinkProps["to"]>;
  params: Record<string, string>;
}
