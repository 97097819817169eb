/** Workflows: documents, versions, findings, kinds of nodes, imports. */
import type { Schemas } from "./base";

export type Workflow = Schemas["Workflow"];
export type WorkflowInput = Schemas["CreateWorkflow"];
export type WorkflowDraft = Schemas["WorkflowDraft"];
export type WorkflowValidation = Schemas["WorkflowValidation"];
export type WorkflowVersion = Schemas["WorkflowVersion"];
export type WorkflowVersionDetail = Schemas["WorkflowVersionDetail"];
export type WorkflowDiff = Schemas["WorkflowDiff"];
export type WorkflowReference = Schemas["WorkflowReference"];
export type WorkflowMode = Schemas["Mode"];
export type Finding = Schemas["Finding"];
export type NodeSpec = Schemas["NodeSpec"];
export type NodeStep = Schemas["NodeStep"];
export type PendingCall = Schemas["PendingCall"];

export type Trigger = Schemas["Trigger"];
/** What has a default may be left out. */
export type Schedule = Partial<Schemas["Schedule"]>;
export type TriggerInput = Partial<Omit<Schemas["CreateTrigger"], "name" | "schedule">> & { name: string; schedule?: Schedule };
export type TriggerChange = Partial<TriggerInput>;
export type SavedTrigger = Schemas["SavedTrigger"];
export type TriggerFiring = Schemas["TriggerFiring"];

/** What a value is. By hand: the description cannot say that types hold types. */
export type ValueType =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "time"
  | "any"
  | { list: ValueType }
  | { object: ValueField[] }
  | { file: string };

/** A declared value. */
export interface ValueField {
  name: string;
  type?: ValueType;
  required?: boolean;
  description?: string;
  default?: unknown;
}

/** Where an input's value comes from. */
export type Binding =
  | { literal: unknown }
  | { ref: { node: string; path?: string[] } }
  | { variable: { scope: "app" | "user" | "system"; path: string[] } }
  | { object: WorkflowNodeInput[] }
  | { expr: string };

export interface WorkflowNodeInput {
  name: string;
  type?: ValueType;
  value?: Binding | null;
}

export type WorkflowNode = Omit<Schemas["Node"], "inputs" | "outputs"> & {
  inputs?: WorkflowNodeInput[];
  outputs?: ValueField[];
};
export type WorkflowEdge = Schemas["Edge"];
export type WorkflowDocument = Omit<Schemas["Document"], "nodes"> & {
  nodes?: Record<string, WorkflowNode>;
};

/** What became of an imported file. */
export type WorkflowImport = Schemas["ImportedWorkflow"];
export type WorkflowExport = Schemas["ExportedWorkflow"];
export type ImportReport = Schemas["Report"];

/** A workflow to begin with. */
export type WorkflowTemplate = Omit<Schemas["WorkflowTemplate"], "document"> & { document: WorkflowDocument };
export type WorkflowFolder = Schemas["WorkflowFolder"];
export type MovedWorkflow = Schemas["MovedWorkflow"];
/** `leave` only when the tab is closed. */
export type TellPresence = Omit<Schemas["TellPresence"], "leave"> & { leave?: boolean };
export type WorkflowEditor = Schemas["WorkflowEditor"];
export type WorkflowPresence = Schemas["WorkflowPresence"];

export type AssistInput = Omit<Schemas["AssistWorkflow"], "document"> & { document: WorkflowDocument };
/** What a model proposes for a document. */
export type Proposal = Omit<Schemas["AssistedWorkflow"], "document"> & { document: WorkflowDocument };
export type ExplainedRun = Schemas["ExplainedRun"];
