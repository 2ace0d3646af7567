/* Shows /openapi.json: addresses, parameters, bodies, answers, and the forms of objects. */
"use strict";

(async () => {
  const make = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const code = text => make("code", {}, text);
  /** What stands between backticks is code. */
  const prose = text => (text || "").split("`").map((part, at) => at % 2 ? code(part) : part);

  /** A schema in a few words; a form that has a name leads to its table. */
  function kind(schema) {
    if (!schema) return "";
    if (schema.$ref) {
      const name = schema.$ref.split("/").pop();
      return make("a", { href: "#" + name }, name);
    }
    const options = schema.oneOf || schema.anyOf;
    if (options) {
      const words = make("span", {});
      options.forEach((option, at) => words.append(at ? " or " : "", kind(option)));
      return words;
    }
    const types = [schema.type].flat();
    const words = make("span", {});
    if (types.includes("array")) words.append("list of ", kind(schema.items));
    else if (schema.additionalProperties) words.append("by name: ", kind(schema.additionalProperties));
    else words.append(types.filter(type => type && type !== "null").join(" or ") || "anything");
    if (types.includes("null")) words.append(" or null");
    if (schema.minimum !== undefined && schema.maximum !== undefined) words.append(`, ${schema.minimum} to ${schema.maximum}`);
    return words;
  }

  const rows = entries => make("table", {}, make("tbody", {}, ...entries.map(([name, of, about]) =>
    make("tr", {}, make("th", { scope: "row" }, name), make("td", { class: "kind" }, of), make("td", {}, ...prose(about))))));

  const contents = content => Object.entries(content || {}).map(([type, { schema }]) => [code(type), kind(schema), ""]);

  function operation(path, method, told) {
    const box = make("section", {});
    box.append(make("h2", {}, make("span", { class: "method" }, method), code(path)), make("p", {}, ...prose(told.summary)));
    if (told.description) box.append(make("p", {}, ...prose(told.description)));
    if (told.parameters?.length) {
      box.append(make("h3", {}, "In the address"), rows(told.parameters.map(p => [code(p.name), kind(p.schema), p.description])));
    }
    if (told.requestBody) box.append(make("h3", {}, "Body"), rows(contents(told.requestBody.content)));
    const answers = Object.entries(told.responses).map(([status, answer]) => {
      const kinds = make("span", {});
      Object.entries(answer.content || {}).forEach(([type, { schema }], at) => kinds.append(at ? "; " : "", type + ": ", kind(schema)));
      return [code(status), kinds, answer.description];
    });
    box.append(make("h3", {}, "Answers"), rows(answers));
    return box;
  }

  const about = document.getElementById("about");
  try {
    const told = await (await fetch("/openapi.json")).json();
    about.replaceChildren(told.info.description + " ", make("a", { href: "/openapi.json" }, "openapi.json"));
    const order = ["/v1/score", "/v1/explain", "/v1/models"];
    const rank = path => (order.indexOf(path) + order.length + 1) % (order.length + 1);
    const paths = Object.entries(told.paths).sort(([a], [b]) => rank(a) - rank(b));
    const box = document.getElementById("paths");
    for (const [path, methods] of paths) {
      for (const [method, operationTold] of Object.entries(methods)) box.append(operation(path, method, operationTold));
    }
    box.firstElementChild.append(make("h3", {}, "For example"), make("pre", {},
      `curl -s ${location.origin}/v1/score --json '{"text": "We welcome the ceasefire."}'\n` +
      `curl -s ${location.origin}/v1/score -H 'Content-Type: text/plain' -H 'Accept: text/csv' --data-binary @article.txt`));
    const forms = document.getElementById("schemas");
    for (const [name, schema] of Object.entries(told.components.schemas)) {
      const needed = schema.required || [];
      const section = make("section", { id: name }, make("h2", {}, name));
      if (schema.description) section.append(make("p", {}, ...prose(schema.description)));
      section.append(rows(Object.entries(schema.properties || {}).map(([field, of]) => {
        const label = make("span", {}, code(field));
        if (!needed.includes(field)) label.append(" (may be missing)");
        return [label, kind(of), of.description];
      })));
      forms.append(section);
    }
  } catch {
    about.textContent = "The document cannot be read.";
  }
})();
