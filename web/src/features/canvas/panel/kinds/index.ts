/** Which panel shows a kind. */
import type { ComponentType } from "react";
import { ToolBody, WorkflowBody } from "./Calls";
import { CodeBody } from "./Code";
import { ConditionBody } from "./Condition";
import { BatchBody, LoopBody } from "./Containers";
import { AggregateBody, CommentBody, GenericBody, ParamsFirstBody, PlainBody, serviceBody } from "./Generic";
import { HttpRequestBody } from "./Http";
import { ModelBody } from "./Model";
import { ApprovalBody, EndBody, InputBody, IntentBody, OutputBody, QuestionBody, StartBody } from "./Talk";
import { AssignVariableBody, MergeBody, SetVariableBody } from "./Variables";

const BODIES: Record<string, ComponentType> = {
  start: StartBody,
  input: InputBody,
  end: EndBody,
  output: OutputBody,
  approval: ApprovalBody,
  question: QuestionBody,
  intent: IntentBody,
  model: ModelBody,
  condition: ConditionBody,
  loop: LoopBody,
  batch: BatchBody,
  set_variable: SetVariableBody,
  assign_variable: AssignVariableBody,
  merge: MergeBody,
  break: PlainBody,
  continue: PlainBody,
  code: CodeBody,
  http_request: HttpRequestBody,
  workflow: WorkflowBody,
  tool: ToolBody,
  text: ParamsFirstBody,
  date_time: ParamsFirstBody,
  aggregate_list: AggregateBody,
  comment: CommentBody,
};

const KNOWLEDGE = serviceBody("knowledge");
const DATABASE = serviceBody("database");

export function bodyOf(kind: string): ComponentType {
  if (kind.startsWith("knowledge_")) return KNOWLEDGE;
  if (kind.startsWith("database_")) return DATABASE;
  return BODIES[kind] ?? GenericBody;
}
