// The page of an OpenAPI description: vendors, their routes, what each takes and answers. Text is only ever set as text.
"use strict";

const METHODS = ["get", "head", "post", "put", "patch", "delete"];

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const code = (text) => element("code", { textContent: text });

function resolve(api, node) {
  while (node && node.$ref) {
    node = node.$ref.slice(2).split("/").reduce((at, name) => at[name], api);
  }
  return node;
}

function typeName(schema) {
  if (!schema || !Object.keys(schema).length) return "anything";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(typeName).join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.type === "array") return schema.items ? `list of ${typeName(schema.items)}` : "list";
  const bounds = [["minimum", "≥"], ["maximum", "≤"], ["minLength", "length ≥"], ["maxLength", "length ≤"]];
  return [schema.type, ...bounds.filter(([key]) => key in schema).map(([key, sign]) => `${sign} ${schema[key]}`)].join(" ");
}

// The structs that a schema names, each once, in the order in which they are met.
function structs(api, schema, found = new Map()) {
  if (!schema || typeof schema !== "object") return found;
  if (schema.$ref) {
    const name = typeName(schema);
    if (found.has(name)) return found;
    const meant = resolve(api, schema);
    found.set(name, meant);
    return structs(api, meant, found);
  }
  Object.values(schema).forEach((part) => structs(api, part, found));
  return found;
}

function table(rows) {
  const body = rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, cell))));
  return element("table", {}, ...body);
}

function fields(name, struct) {
  const required = new Set(struct.required || []);
  const rows = Object.entries(struct.properties || {}).map(([field, schema]) => [
    code(field),
    typeName(schema),
    required.has(field) ? "needed" : "default" in schema ? `else ${JSON.stringify(schema.default)}` : "",
  ]);
  const about = struct.description ? element("p", { textContent: struct.description }) : null;
  return element("div", {}, element("h4", {}, code(name)), about, rows.length ? table(rows) : typeName(struct));
}

function schemaOf(api, schema) {
  const named = structs(api, schema);
  return element("div", {}, element("p", {}, code(typeName(schema))), ...[...named].map(([name, struct]) => fields(name, struct)));
}

function curl(path, method, example) {
  const lines = [`curl ${location.origin}${path} -H "Authorization: Bearer $VOXGATE_API_KEY"`];
  if (method !== "get") lines[0] += ` -X ${method.toUpperCase()}`;
  if (example) lines.push(`  -H "Content-Type: application/json" -d '${JSON.stringify(example).replaceAll("'", "'\\''")}'`);
  return element("pre", { textContent: lines.join(" \\\n") });
}

function answer(api, status, told) {
  const response = resolve(api, told);
  const parts = Object.entries(response.content || {}).map(([kind, media]) =>
    element("div", {}, element("p", {}, code(kind)), media.schema ? schemaOf(api, media.schema) : null, examples(media.examples)));
  return element("details", {}, element("summary", {}, code(status), ` ${response.description}`), ...parts);
}

function examples(named) {
  if (!named) return null;
  return table(Object.entries(named).map(([name, example]) => [code(name), code(JSON.stringify(example.value))]));
}

function inside(api, path, method, operation) {
  const parameters = (operation.parameters || []).map((each) => [
    code(each.name), each.in, typeName(each.schema), each.required ? "needed" : "",
  ]);
  const body = operation.requestBody && operation.requestBody.content["application/json"];
  const isSocket = "101" in operation.responses;
  return element("div", {},
    parameters.length ? element("h3", { textContent: "Parameters" }) : null, parameters.length ? table(parameters) : null,
    body ? element("h3", { textContent: "Body" }) : null, body ? schemaOf(api, body.schema) : null,
    isSocket ? null : curl(path, method, body && body.example),
    element("h3", { textContent: "Answers" }),
    ...Object.entries(operation.responses).map(([status, told]) => answer(api, status, told)));
}

function routeOf(api, path, method, operation) {
  const socket = "101" in operation.responses;
  const name = element("span", { className: `method ${socket ? "socket" : method}`, textContent: socket ? "SOCKET" : method.toUpperCase() });
  const details = element("details", { className: "operation", id: operation.operationId },
    element("summary", {}, name, code(path), ` ${operation.summary}`));
  details.dataset.words = `${method} ${path} ${operation.summary}`.toLowerCase();
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(inside(api, path, method, operation));
  });
  return details;
}

function routesOf(api, tag) {
  return Object.entries(api.paths).flatMap(([path, item]) => METHODS
    .filter((method) => item[method] && item[method].tags.includes(tag))
    .map((method) => routeOf(api, path, method, item[method])));
}

function show(api) {
  document.getElementById("version").textContent = api.info.version;
  const sections = api.tags.map((tag) => element("section", {}, element("h2", { id: tag.name, textContent: tag.name }), ...routesOf(api, tag.name)));
  document.getElementById("tags").append(...api.tags.map((tag) => element("a", { href: `#${encodeURIComponent(tag.name)}`, textContent: tag.name })));
  const about = api.info.description.split("\n\n").map((text) => element("p", { textContent: text.replaceAll("`", "") }));
  document.getElementById("main").replaceChildren(...about, ...sections);
  document.getElementById("search").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/);
    for (const route of document.querySelectorAll("details.operation")) {
      route.hidden = !words.every((word) => route.dataset.words.includes(word));
    }
  });
}

fetch("/openapi.json")
  .then((reply) => reply.json())
  .then(show)
  .catch((error) => document.getElementById("main").replaceChildren(`/openapi.json could not be read: ${error}`));
