// Shows the OpenAPI document of this server: operations by area, searchable, with parameters, bodies, answers, errors
// and a curl line. Everything is built as nodes, never as markup, so that no text of the document can become code.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
const DEPTH_MAX = 4;

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

// Text in which `code` stands between backticks.
function prose(text) {
  const parts = String(text ?? "").split("`");
  return element("span", {}, ...parts.map((part, at) => (at % 2 ? element("code", {}, part) : part)));
}

function resolve(api, schema) {
  let found = schema ?? {};
  for (let hops = 0; found.$ref && hops < 10; hops += 1) {
    const target = found.$ref.replace("#/", "").split("/").reduce((at, key) => at?.[key], api);
    found = target ?? {};
  }
  return found;
}

function nameOf(schema) {
  return schema?.$ref?.split("/").pop();
}

function typeOf(api, schema) {
  if (!schema) return "any value";
  if (schema.$ref && !resolve(api, schema).enum) return nameOf(schema);
  const found = resolve(api, schema);
  if (found.enum) return found.enum.map((value) => JSON.stringify(value)).join(" | ");
  const variants = found.oneOf ?? found.anyOf;
  if (variants) return variants.map((variant) => typeOf(api, variant)).join(" or ");
  const types = [].concat(found.type ?? "any value");
  const names = types.map((type) => (type === "array" ? `list of ${typeOf(api, found.items)}` : type));
  const range = [
    found.minimum !== undefined && `from ${found.minimum}`,
    found.maximum !== undefined && `to ${found.maximum}`,
    found.maxLength !== undefined && `at most ${found.maxLength} characters`,
    found.default !== undefined && `default ${JSON.stringify(found.default)}`,
    found.format,
  ].filter(Boolean);
  return names.join(" or ") + (range.length ? ` (${range.join(", ")})` : "");
}

// The properties of an object, also of one that is put together of several.
function properties(api, schema) {
  const found = resolve(api, schema);
  const parts = [...(found.allOf ?? []).map((part) => properties(api, part)), { properties: found.properties ?? {}, required: found.required ?? [] }];
  return {
    properties: Object.assign({}, ...parts.map((part) => part.properties)),
    required: parts.flatMap((part) => part.required),
  };
}

function example(api, schema, depth = 0) {
  const found = resolve(api, schema);
  if (found.example !== undefined) return found.example;
  if (found.examples?.length) return found.examples[0];
  if (found.default !== undefined) return found.default;
  if (found.enum) return found.enum[0];
  const variant = (found.oneOf ?? found.anyOf)?.find((one) => resolve(api, one).type !== "null");
  if (variant) return example(api, variant, depth);
  const types = [].concat(found.type ?? []);
  const all = properties(api, schema);
  if (types.includes("object") || Object.keys(all.properties).length) {
    if (depth >= DEPTH_MAX) return {};
    return Object.fromEntries(Object.entries(all.properties).map(([key, value]) => [key, example(api, value, depth + 1)]));
  }
  if (types.includes("array")) return depth >= DEPTH_MAX ? [] : [example(api, found.items, depth + 1)];
  if (types.includes("integer") || types.includes("number")) return found.minimum ?? 1;
  if (types.includes("boolean")) return false;
  if (types.includes("null") && types.length === 1) return null;
  return "text";
}

// What must be sent, and no more: the shortest request that works.
function shortest(api, schema) {
  const { properties: all, required } = properties(api, schema);
  const names = required.length ? required : Object.keys(all).slice(0, 1);
  return Object.fromEntries(names.map((name) => [name, example(api, all[name])]));
}

function rows(api, schema) {
  const { properties: all, required } = properties(api, schema);
  const made = Object.entries(all).map(([name, value]) => {
    const about = value.description ?? resolve(api, value).description;
    return row(name, required.includes(name), typeOf(api, value), about);
  });
  return made.length ? element("table", {}, element("tbody", {}, ...made)) : element("p", { class: "quiet" }, typeOf(api, schema));
}

function row(name, required, type, about) {
  return element(
    "tr",
    {},
    element("td", { class: "name" }, element("code", {}, name), required ? element("span", { class: "must" }, "required") : null, element("span", { class: "type" }, type)),
    element("td", {}, prose(about)),
  );
}

function block(text) {
  const copy = element("button", { class: "copy", type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
  return element("pre", {}, navigator.clipboard ? copy : null, element("code", {}, text));
}

function curl(api, operation) {
  const { method, path, about } = operation;
  const parameters = about.parameters ?? [];
  const filled = parameters.filter((one) => one.in === "path").reduce((at, one) => at.replace(`{${one.name}}`, String(one.example ?? example(api, one.schema)) === "text" ? one.name : String(one.example ?? example(api, one.schema))), path);
  const query = parameters.filter((one) => one.in === "query" && one.required).map((one) => `${one.name}=${encodeURIComponent(one.example ?? example(api, one.schema))}`);
  const address = location.origin + filled + (query.length ? `?${query.join("&")}` : "");
  const lines = [`curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}'${address}'`];
  const schemes = (about.security ?? []).flatMap((one) => Object.keys(one));
  if (schemes.includes("api_key")) lines.push(`-H "Authorization: Bearer $GUILDHALL_API_KEY"`);
  else if (schemes.includes("service_token")) lines.push(`-H "Authorization: Bearer $GUILDHALL_SERVICE_TOKEN"`);
  else if (schemes.includes("session")) lines.push(`-b "guildhall_session=$SESSION"`);
  const schema = about.requestBody?.content?.["application/json"]?.schema;
  if (schema) {
    lines.push(`-H 'Content-Type: application/json'`);
    lines.push(`-d '${JSON.stringify(shortest(api, schema)).replaceAll("'", "'\\''")}'`);
  }
  return lines.join(" \\\n  ");
}

function answers(api, operation) {
  const made = Object.entries(operation.about.responses ?? {}).map(([status, stated]) => {
    const response = resolve(api, stated);
    const isGood = Number(status) < 400;
    const content = Object.entries(response.content ?? {})[0];
    const cell = element("td", {});
    if (isGood) {
      cell.append(prose(response.description));
      if (content) cell.append(element("span", { class: "type" }, `${content[0]}: ${typeOf(api, content[1].schema)}`));
    } else {
      const codes = content?.[1].schema?.allOf?.flatMap((part) => part.properties?.code?.enum ?? []) ?? [];
      codes.forEach((code, at) => cell.append(at ? ", " : "", element("a", { href: `#error/${code}` }, element("code", {}, code))));
      if (!codes.length) cell.append(prose(response.description));
    }
    return element("tr", {}, element("td", { class: "name" }, element("span", { class: `status ${isGood ? "good" : "bad"}` }, status)), cell);
  });
  return element("table", {}, element("tbody", {}, ...made));
}

function body(api, operation) {
  const { about } = operation;
  const made = element("div", { class: "body" });
  if (about.description) made.append(element("p", {}, prose(about.description)));
  const parameters = about.parameters ?? [];
  if (parameters.length) {
    const all = parameters.map((one) => row(one.name, one.required, `${one.in}, ${typeOf(api, one.schema)}`, one.description));
    made.append(element("h3", {}, "Parameters"), element("table", {}, element("tbody", {}, ...all)));
  }
  const schema = about.requestBody?.content?.["application/json"]?.schema;
  if (schema) made.append(element("h3", {}, "Body"), rows(api, schema));
  made.append(element("h3", {}, "Answers"), answers(api, operation));
  const good = Object.entries(about.responses ?? {}).find(([status]) => Number(status) < 400)?.[1];
  const answer = good?.content?.["application/json"]?.schema;
  if (answer) made.append(element("h3", {}, "What comes back"), rows(api, answer));
  made.append(element("h3", {}, "Try it"), block(curl(api, operation)));
  return made;
}

function show(api, operation) {
  const { method, path, about } = operation;
  const details = element(
    "details",
    { class: "operation", id: about.operationId },
    element(
      "summary",
      {},
      element("span", { class: `method ${method}` }, method.toUpperCase()),
      element("span", { class: "path" }, ...path.split("/").slice(1).flatMap((part) => [element("wbr"), `/${part}`])),
      element("span", { class: "id" }, about.operationId),
      element("span", { class: "what" }, prose(about.summary)),
    ),
  );
  // Filled when it is opened: the page stays quick with hundreds of operations.
  details.addEventListener("toggle", () => {
    if (details.open && !details.querySelector(".body")) details.append(body(api, operation));
  });
  return details;
}

function errors(api) {
  const made = (api["x-problem-codes"] ?? []).map((one) =>
    element(
      "tr",
      { id: `error/${one.code}` },
      element("td", { class: "name" }, element("code", {}, one.code), element("span", { class: "type" }, `${one.status}${one.retry ? ", may be tried again" : ""}`)),
      element("td", {}, element("strong", {}, one.title), element("br"), prose(one.meaning)),
    ),
  );
  return element("section", { id: "errors" }, element("h2", {}, "Errors"), element("p", { class: "quiet" }, "Every answer from 400 up is application/problem+json with one of these codes."), element("div", { class: "errors" }, element("table", {}, element("tbody", {}, ...made))));
}

function operationsOf(api) {
  return Object.entries(api.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ method, path, about: item[method], tag: item[method].tags?.[0] ?? "other" })),
  );
}

function render(api) {
  const [nav, content] = [document.getElementById("nav"), document.getElementById("content")];
  const operations = operationsOf(api);
  const entries = [];
  content.replaceChildren(element("h1", {}, `${api.info.title} API`), element("p", { class: "quiet" }, `Version ${api.info.version}`), ...api.info.description.split("\n\n").map((text) => element("p", {}, prose(text))));
  for (const tag of api.tags ?? []) {
    const own = operations.filter((operation) => operation.tag === tag.name);
    if (!own.length) continue;
    const section = element("section", { id: `tag/${tag.name}` }, element("h2", {}, tag.name), element("p", { class: "quiet" }, prose(tag.description)));
    const group = element("div", {}, element("h2", {}, tag.name));
    for (const operation of own) {
      const details = show(api, operation);
      const link = element("a", { href: `#${operation.about.operationId}` }, element("span", { class: `method ${operation.method}` }, operation.method.toUpperCase()), operation.about.operationId.replaceAll("_", " "));
      section.append(details);
      group.append(link);
      const words = [operation.method, operation.path, operation.about.operationId, operation.about.summary, operation.about.description, tag.name];
      entries.push({ nodes: [details, link], text: words.join(" ").toLowerCase() });
    }
    nav.append(group);
    content.append(section);
  }
  const table = errors(api);
  content.append(table);
  nav.append(element("div", {}, element("h2", {}, "reference"), element("a", { href: "#errors" }, "errors")));
  for (const line of table.querySelectorAll("tr")) entries.push({ nodes: [line], text: line.textContent.toLowerCase() });
  search(entries);
  // Nobody wants to watch the whole page go by.
  goTo("instant");
}

function search(entries) {
  const input = document.getElementById("search");
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of entries) {
      const found = words.every((word) => entry.text.includes(word));
      entry.nodes.forEach((node) => { node.hidden = !found; });
    }
    for (const group of document.querySelectorAll("main section, nav > div")) {
      const items = [...group.querySelectorAll("details, nav a, tr[id]")];
      group.hidden = words.length > 0 && items.length > 0 && items.every((item) => item.hidden);
    }
  };
  input.addEventListener("input", apply);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== input) {
      event.preventDefault();
      input.focus();
    }
  });
}

// What the address names; an address that somebody broke names nothing.
function named() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

// Opens what the address names.
function goTo(behavior = "auto") {
  const id = named();
  const target = id && document.getElementById(id);
  const nav = document.getElementById("nav");
  for (const link of nav.querySelectorAll("a")) {
    if (link.getAttribute("href") === `#${id}`) {
      link.setAttribute("aria-current", "true");
      nav.scrollTop = link.offsetTop - nav.clientHeight / 2;
    }
    else link.removeAttribute("aria-current");
  }
  if (!target) return;
  if (target.tagName === "DETAILS") target.open = true;
  target.scrollIntoView({ behavior });
}

window.addEventListener("hashchange", () => goTo());
fetch("/openapi.json")
  .then((response) => response.json())
  .then(render)
  .catch(() => document.getElementById("content").replaceChildren(element("p", {}, "The document could not be read. It is at /openapi.json.")));
