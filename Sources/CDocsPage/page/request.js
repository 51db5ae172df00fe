/* From what is in a form to a request, and to the curl line that makes the same. */

/**
 * A request: its method, URL, header fields and body.
 *
 * @param values those of parameters that are given: `{parameter, texts}`
 * @param content `{type, text}` or `{type, file}`; null without a body
 */
function makeRequest(operation, values, content) {
  let path = operation.path;
  const query = [];
  const headers = [];
  for (const { parameter, texts } of values) {
    const name = parameter.name;
    if (parameter.in === 'path') path = path.replaceAll(`{${name}}`, () => encodeURIComponent(texts[0]));
    else if (parameter.in === 'query') query.push(...texts.map(text => ({ name, value: text, shown: text })));
    else if (parameter.in === 'header') headers.push(...texts.map(text => ({ name, value: text, shown: text })));
  }
  for (const { in: place, name, before, value, variable } of credentialsFor(operation)) {
    if (place === 'header') headers.push({ name, value: before + value, variable, before });
    if (place === 'query') query.push({ name, value, variable });
  }
  const accept = acceptedTypes(operation);
  if (accept) headers.push({ name: 'Accept', value: accept });
  if (content) headers.push({ name: 'Content-Type', value: content.type });
  return { method: operation.method, address: addressOf(path), query, headers, content };
}

/** `Accept` where an answer is not JSON; null: what the browser says anyway does. */
function acceptedTypes(operation) {
  const types = new Set(Object.values(operation.node.responses ?? {}).flatMap(one => Object.keys(resolve(one).content ?? {})));
  return types.size && ![...types].some(type => type === 'application/json') ? [...types].join(', ') : null;
}

const queryText = query => query.length
  ? '?' + query.map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&') : '';

function send(request, signal) {
  const headers = new Headers();
  for (const { name, value } of request.headers) headers.append(name, value);
  return fetch(request.address + queryText(request.query), {
    method: request.method, headers, body: request.content ? request.content.file ?? request.content.text : undefined,
    signal, cache: 'no-store', referrerPolicy: 'no-referrer',
  });
}

/** A word of a POSIX shell. */
const quoted = text => /^[\w/:.,=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** Secrets are variables of the shell in it: copied lines end up in histories and chats. */
function curlLine(request) {
  const secret = request.query.find(one => one.variable);
  const open = { ...request, query: request.query.filter(one => !one.variable) };
  const address = quoted(open.address + queryText(open.query));
  const joint = open.query.length ? '&' : '?';
  const words = ['curl'];
  if (request.method === 'HEAD') words.push('--head');
  else if (request.method !== (request.content ? 'POST' : 'GET')) words.push(`-X ${request.method}`);
  words.push(secret ? `${address}"${joint}${encodeURIComponent(secret.name)}=$${secret.variable}"` : address);
  const lines = [words.join(' ')];
  for (const { name, value, variable, before } of request.headers) {
    lines.push(variable ? `-H "${name}: ${before}$${variable}"` : `-H ${quoted(`${name}: ${value}`)}`);
  }
  if (request.content?.file) lines.push(`--data-binary @${quoted(request.content.file.name)}`);
  else if (request.content) {
    const { text } = request.content;
    lines.push(`--data-raw ${quoted(isJSON(text) ? compact(text) : text)}`);
  }
  const line = lines.join(' ');
  return line.length > 90 ? lines.join(' \\\n  ') : line;
}
