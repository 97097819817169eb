/** Kinds of nodes that the mock knows: enough of each category for building on the canvas. */
import type { NodeSpec, ValueField } from "../src/api/types/index.ts";

const nothing = { kind: [] } as NodeSpec["inputs"];
const of = (...fields: ValueField[]) => ({ kind: fields }) as unknown as NodeSpec["outputs"];
const text = (name: string): ValueField => ({ name, type: "string" });

function spec(
  kind: string,
  category: NodeSpec["category"],
  zh: string,
  en: string,
  about: { zh: string; en: string },
  part: Partial<NodeSpec> = {},
): NodeSpec {
  return {
    kind,
    version: 1,
    category,
    icon: "box",
    title: { "zh-CN": zh, en },
    description: { "zh-CN": about.zh, en: about.en },
    params: { type: "object", properties: {}, additionalProperties: false },
    inputs: "author",
    outputs: "author",
    effect: "pure",
    fill_inputs: false,
    fill_outputs: false,
    container: false,
    batchable: false,
    fallible: false,
    ...part,
  };
}

export const KINDS: NodeSpec[] = [
  spec("start", "input_output", "开始", "Start", { zh: "工作流的入口。", en: "The entry of the workflow." }, { inputs: nothing }),
  spec("end", "input_output", "结束", "End", { zh: "返回结果。", en: "Gives the result." }, { outputs: of(text("output")) }),
  spec("output", "input_output", "输出", "Output", { zh: "输出一条消息。", en: "Tells a message." }, { outputs: of(text("output")) }),
  spec("question", "input_output", "问答", "Question", { zh: "提问并等待回答。", en: "Asks and waits for an answer." }, { fallible: true }),
  spec("approval", "input_output", "审批", "Approval", { zh: "等待同意或拒绝。", en: "Waits until somebody agrees or refuses." }, {
    outputs: of({ name: "approved", type: "boolean" }, text("comment")),
  }),
  spec("model", "core", "大模型", "Model", { zh: "调用模型。", en: "Asks a model." }, { batchable: true, fallible: true }),
  spec("intent", "core", "意图识别", "Intent", { zh: "判断文本的意图。", en: "Decides which intent a text has." }, {
    inputs: { both: [{ name: "query", type: "string", required: true }] } as unknown as NodeSpec["inputs"],
    outputs: of({ name: "classificationId", type: "integer" }, text("reason")),
    fallible: true,
  }),
  spec("tool", "core", "工具", "Tool", { zh: "调用工具。", en: "Calls a tool." }, { fallible: true }),
  spec("workflow", "core", "工作流", "Workflow", { zh: "调用另一个工作流。", en: "Calls another workflow." }, { fallible: true }),
  spec("condition", "logic", "条件分支", "Condition", { zh: "按条件选择分支。", en: "Goes the first way whose condition holds." }, {
    outputs: of(text("result")),
  }),
  spec("loop", "logic", "循环", "Loop", { zh: "依次执行循环体。", en: "Runs its body again and again." }, { container: true }),
  spec("batch", "logic", "批处理", "Batch", { zh: "并行执行批处理体。", en: "Runs its body for each element." }, { container: true }),
  spec("break", "logic", "终止循环", "Break", { zh: "结束循环。", en: "Ends the loop." }, { inputs: nothing, outputs: of() }),
  spec("continue", "logic", "继续循环", "Continue", { zh: "进入下一次循环。", en: "Goes on with the next iteration." }, { inputs: nothing, outputs: of() }),
  spec("set_variable", "logic", "设置变量", "Set variable", { zh: "修改循环变量。", en: "Sets variables of the loop." }, { outputs: of() }),
  spec("merge", "logic", "变量聚合", "Merge", { zh: "聚合多个分支。", en: "Brings branches together." }),
  spec("code", "logic", "代码", "Code", { zh: "运行代码。", en: "Runs code." }, { fallible: true }),
  spec("text", "utilities", "文本处理", "Text", { zh: "拼接或分割文本。", en: "Joins or splits text." }),
  spec("template", "utilities", "模板", "Template", { zh: "渲染模板。", en: "Fills in a template." }, { outputs: of(text("output")) }),
  spec("http_request", "utilities", "HTTP 请求", "HTTP request", { zh: "调用接口。", en: "Calls an API." }, {
    outputs: of(text("body"), { name: "statusCode", type: "integer" }, text("headers")),
    fallible: true,
  }),
  spec("comment", "utilities", "注释", "Comment", { zh: "画布上的说明。", en: "A note on the canvas." }, { inputs: nothing, outputs: of() }),
];
