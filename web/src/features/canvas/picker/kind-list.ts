/** Kinds of nodes for choosing one: by category, found by name, description and what others call them. */
import type { Locale, NodeSpec } from "@/api/types";
import type { Kinds } from "@/graph/kinds";

/** Categories in the order they are shown. */
export const CATEGORIES: readonly NodeSpec["category"][] = [
  "core",
  "input_output",
  "logic",
  "utilities",
  "knowledge",
  "database",
  "conversation",
];

/** What people of other products search for. */
const ALSO: Record<string, string> = {
  model: "llm ai gpt chat prompt 大模型 语言模型 提示词",
  condition: "if else switch branch ifelse 选择器 判断 分支",
  intent: "classifier question classifier router 分类 路由",
  code: "script python javascript function 脚本 函数",
  tool: "plugin action 插件 工具",
  workflow: "subworkflow sub-workflow execute 子工作流",
  loop: "iteration for each while repeat 迭代 遍历",
  batch: "parallel map iteration split in batches 并行 批量",
  http_request: "api webhook rest curl fetch 接口 请求",
  merge: "aggregate aggregator join coalesce 变量聚合 合并",
  text: "concat split string 拼接 分割",
  template: "jinja format 模板",
  output: "message answer reply 消息 回复",
  question: "ask user form 问答",
  approval: "human review confirm 人工 审核",
  comment: "note sticky group 便签 备注 分组",
  knowledge_retrieve: "rag retrieval vector 检索 召回",
  set_variable: "assign loop variable 赋值",
  assign_variable: "assign memory 赋值 记忆",
  wait: "delay sleep 延时 等待",
  date_time: "time now 时间 日期",
};

export interface KindItem {
  spec: NodeSpec;
  title: string;
  description: string;
}

export interface KindGroup {
  category: NodeSpec["category"];
  items: KindItem[];
}

/** How well a kind answers a search; 0: not at all. */
function score({ kind, title, description }: NodeSpec, words: readonly string[]): number {
  const titles = `${title.en} ${title["zh-CN"]}`.toLowerCase();
  const rest = `${kind} ${ALSO[kind] ?? ""}`.toLowerCase();
  const about = `${description.en} ${description["zh-CN"]}`.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const begins = (text: string) => text.split(/[\s_]/).some((part) => part.startsWith(word));
    const one = begins(titles) ? 8 : titles.includes(word) ? 6 : begins(rest) ? 4 : about.includes(word) ? 1 : 0;
    if (one === 0) return 0;
    sum += one;
  }
  return sum;
}

export interface Where {
  /** In a container. */
  inside: boolean;
  /** The document has its end. */
  ended: boolean;
}

function fits(kind: string, { inside, ended }: Where): boolean {
  if (kind === "start") return false;
  if (kind === "end") return !inside && !ended;
  return inside || (kind !== "break" && kind !== "continue");
}

/** The kinds that may be added, in groups; with a search the best first, in one group of each category. */
export function kindGroups(kinds: Kinds, locale: Locale, search: string, where: Where): KindGroup[] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const items = [...kinds.values()]
    .filter(({ kind }) => fits(kind, where))
    .map((spec) => ({ spec, score: words.length === 0 ? 1 : score(spec, words) }))
    .filter((one) => one.score > 0)
    .map(({ spec, score: rank }) => ({ spec, rank, title: spec.title[locale], description: spec.description[locale] }));
  const groups = CATEGORIES.map((category) => ({
    category,
    best: Math.max(0, ...items.filter(({ spec }) => spec.category === category).map(({ rank }) => rank)),
    items: items
      .filter(({ spec }) => spec.category === category)
      .sort((a, b) => b.rank - a.rank),
  })).filter((group) => group.items.length > 0);
  if (words.length > 0) groups.sort((a, b) => b.best - a.best);
  return groups.map(({ category, items: all }) => ({ category, items: all }));
}
