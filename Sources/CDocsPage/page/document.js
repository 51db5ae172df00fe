/* The OpenAPI document: where things are in it. */

/** Read by `start`. */
let api = { paths: {} };

const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a node refers to, itself when it doesn't; `{}` when there is no such thing. */
function resolve(node) {
  for (let steps = 0; isObject(node) && typeof node.$ref === 'string'; steps++) {
    if (steps === 32 || !node.$ref.startsWith('#/')) return {};
    let target = api;
    for (const step of node.$ref.slice(2).split('/')) {
      const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      target = isObject(target) && Object.hasOwn(target, name) ? target[name] : undefined;
    }
    node = target;
  }
  return isObject(node) ? node : {};
}

const schemas = () => api.components?.schemas ?? {};

/** The name of the type that a schema refers to; null for others. */
const typeName = schema => /^#\/components\/schemas\/(.+)$/.exec(schema?.$ref ?? '')?.[1] ?? null;

const httpMethods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'trace'];

/** All operations, in the order of the document: what an operation is and where it is. */
function operationsOf(document) {
  const operations = [];
  const taken = new Set();
  for (const [path, reference] of Object.entries(document.paths ?? {})) {
    const item = resolve(reference);
    for (const [method, node] of Object.entries(item)) {
      if (!httpMethods.includes(method) || !isObject(node)) continue;
      let id = String(node.operationId ?? `${method}_${path}`).replace(/[^A-Za-z0-9_]+/g, '_');
      while (taken.has(id)) id += '_';
      taken.add(id);
      operations.push({
        id, path, method: method.toUpperCase(), node,
        tag: String(node.tags?.[0] ?? 'Operations'),
        name: String(node['x-ice-operation'] ?? node.operationId ?? path),
        linkText: linkText(path, node),
        parameters: parametersOf(item, node),
      });
    }
  }
  return operations;
}

/** The operation's name at `/service/operation`; a path that was chosen says more. */
function linkText(path, node) {
  const name = String(node['x-ice-operation'] ?? '');
  const shape = text => text.replace(/\{[^{}]*\}/g, '{}');
  return name && shape(path) === shape(`/${node.tags?.[0]}/${name}`) ? name : path;
}

/** Those of the operation come before those of its path, which they replace. */
function parametersOf(item, node) {
  const found = new Map();
  for (const reference of [...(item.parameters ?? []), ...(node.parameters ?? [])]) {
    const parameter = resolve(reference);
    if (typeof parameter.name === 'string') found.set(`${parameter.in} ${parameter.name}`, parameter);
  }
  return [...found.values()];
}

/** The address of a path of the document: the page may be below a prefix that a reverse proxy has put there. */
function addressOf(path) {
  return location.origin + location.pathname.replace(/\/docs\/?$/, '') + path;
}

/** The examples of a media type, a parameter or a header: their names and values. */
function examplesOf(node) {
  const named = Object.entries(node?.examples ?? {})
    .map(([name, example]) => ({ name, title: resolve(example).summary ?? name, value: resolve(example).value }))
    .filter(example => example.value !== undefined);
  if (named.length) return named;
  return node?.example === undefined ? [] : [{ name: 'example', title: 'Example', value: node.example }];
}
