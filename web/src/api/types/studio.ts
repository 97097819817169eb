/** Models and agents. */
import type { Schemas } from "./base";

export type Vendor = Schemas["Vendor"];
/** Any string: vendors are registered by name on the server. */
export type VendorId = Vendor["id"];
export type Capabilities = Schemas["Capabilities"];
export type ModelParams = Schemas["ModelParams"];
export type Price = Schemas["Price"];
export type ModelKind = Schemas["ModelKind"];
export type ModelInput = Schemas["ModelInput"];
export type Model = Schemas["Model"];
export type ProbeInput = Schemas["ProbeRequest"];
export type Probe = Schemas["Probe"];
export type Usage = Schemas["TokenUsage"];
export type ModelTestInput = Schemas["TestRequest"];
export type ModelTest = Schemas["TestAnswer"];

export type ToolInfo = Schemas["ToolInfo"];
export type AgentTool = Schemas["AgentTool"];
export type AgentVariable = Schemas["Variable"];
export type AgentConfig = Schemas["AgentConfig"];
export type AgentTemplate = Schemas["AgentTemplate"];
export type AgentInput = Schemas["CreateAgent"];
export type Agent = Schemas["Agent"];
export type Problem = Schemas["Problem"];
export type AgentDraft = Schemas["AgentDraft"];
export type AgentVersion = Schemas["AgentVersion"];
