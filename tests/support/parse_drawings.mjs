// Parses drawings with the parsers of Mermaid and Graphviz. Each line of standard input is JSON with
// a language and a text, and each line of the answer says what is in it, or what is wrong.
import { createInterface } from "node:readline";

import { instance } from "@viz-js/viz";
import { JSDOM } from "jsdom";

// Mermaid cleans texts with DOMPurify, which needs a document.
const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");
const viz = await instance();

async function parseMermaid(text) {
  await mermaid.parse(text);
  const { type, db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  if (!type.startsWith("flowchart")) return { type };
  const nodes = [...db.getVertices().values()].map((it) => [it.id, it.text ?? ""]);
  const boxes = db.getSubGraphs().map((it) => [it.id, it.title]);
  const edges = db.getEdges().map((it) => [it.start, it.end, it.text ?? ""]);
  return { type, nodes, boxes, edges };
}

function parseDot(text) {
  const { status, output, errors } = viz.render(text, { format: "json0" });
  // This build knows the widths of ASCII letters only.
  const wrong = errors.filter((it) => !it.message.startsWith("Warning: no value for width of"));
  if (status !== "success" || wrong.length > 0) throw new Error(JSON.stringify(wrong));
  const { objects = [], edges = [] } = JSON.parse(output);
  const nodes = objects.filter((it) => it.nodes === undefined && it.subgraphs === undefined);
  return { nodes: nodes.map((it) => [it.name, it.label]), edges: edges.length };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { language, text } = JSON.parse(line);
  let answer;
  try {
    answer = language === "dot" ? parseDot(text) : await parseMermaid(text);
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
