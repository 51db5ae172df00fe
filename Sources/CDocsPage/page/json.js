/* JSON as text. Numbers are never read into doubles: what is shown is what was sent. */

const jsonToken = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Longer texts are not laid out: regular expressions have a stack, and nobody reads so much. */
const laidOutSize = 4000000;

function isJSON(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Why a text is no JSON, with its line; null when it is. Browsers say it each in another way, and not always where. */
function jsonProblem(text) {
  if (isJSON(text)) return null;
  const { at, expected } = jsonFault(text);
  const found = text.slice(at).match(/^(?:[\w.+-]+|[^])/u)?.[0];
  return `This is no JSON. Line ${lineAt(text, at)}: ${expected} expected, but ${found === undefined ? 'the text ends' : `${found} found`}.`;
}

/** Where a text that is no JSON goes wrong, and what could have stood there. */
function jsonFault(text) {
  const open = [];
  let expected = 'a value';
  let end = 0;
  for (const { 0: token, index } of text.matchAll(jsonToken)) {
    const between = text.slice(end, index).search(/\S/);
    if (between >= 0) return { at: end + between, expected };
    end = index + token.length;
    const isClosing = token === (open.at(-1) === '{' ? '}' : ']') && open.length > 0;
    const after = () => open.length ? `, or ${open.at(-1) === '{' ? '}' : ']'}` : 'the end';
    if (expected.startsWith('a value') && (token === '{' || token === '[')) {
      open.push(token);
      expected = token === '{' ? 'a name in " or }' : 'a value or ]';
    } else if (isClosing && /or [}\]]$/.test(expected)) {
      open.pop();
      expected = after();
    } else if (expected.startsWith('a value') && isJSON(token)) {
      expected = after();
    } else if (expected.startsWith('a name') && token.startsWith('"') && isJSON(token)) {
      expected = ':';
    } else if (expected === ':' && token === ':') {
      expected = 'a value';
    } else if (expected.startsWith(',') && token === ',') {
      expected = open.at(-1) === '{' ? 'a name in "' : 'a value';
    } else {
      return { at: index, expected };
    }
  }
  const rest = text.slice(end).search(/\S/);
  return { at: rest < 0 ? text.length : end + rest, expected };
}

const lineAt = (text, position) => text.slice(0, position).split('\n').length;

/** Calls back with each piece of a JSON text that is written with an indentation of two; `kind` is key, string, other or null. */
function layOut(text, piece) {
  const tokens = text.match(jsonToken) ?? [];
  const open = [];
  const newLine = () => piece('\n' + '  '.repeat(open.length), null);
  tokens.forEach((token, index) => {
    if (token === '{' || token === '[') {
      piece(token, null);
      open.push(token);
      if (tokens[index + 1] !== '}' && tokens[index + 1] !== ']') newLine();
    } else if (token === '}' || token === ']') {
      open.pop();
      if (tokens[index - 1] !== '{' && tokens[index - 1] !== '[') newLine();
      piece(token, null);
    } else if (token === ',') {
      piece(token, null);
      newLine();
    } else if (token === ':') {
      piece(': ', null);
    } else if (token.startsWith('"')) {
      piece(token, tokens[index + 1] === ':' ? 'key' : 'string');
    } else {
      piece(token, 'other');
    }
  });
}

function pretty(text) {
  const parts = [];
  layOut(text, part => parts.push(part));
  return parts.join('');
}

const compact = text => (text.match(jsonToken) ?? []).join('');

/** The same as nodes with colours. */
function coloured(text) {
  const nodes = [];
  let plain = '';
  layOut(text, (part, kind) => {
    if (!kind) {
      plain += part;
      return;
    }
    nodes.push(plain, el('span', { class: kind }, part));
    plain = '';
  });
  nodes.push(plain);
  return nodes;
}

/** Where in a JSON text the value at a JSON Pointer begins and ends; null when there is none. */
function locate(text, pointer) {
  if (pointer !== '' && !pointer.startsWith('/')) return null;
  const path = pointer.split('/').slice(1).map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const tokens = [...text.matchAll(jsonToken)];
  let at = 0;
  /** Passes over a value. */
  const skip = () => {
    let depth = 0;
    do {
      const token = tokens[at++]?.[0];
      if (token === undefined) return;
      if (token === '{' || token === '[') depth += 1;
      if (token === '}' || token === ']') depth -= 1;
    } while (depth > 0);
  };
  for (const step of path) {
    const opening = tokens[at]?.[0];
    if (opening !== '{' && opening !== '[') return null;
    at += 1;
    for (let index = 0; ; index++) {
      const token = tokens[at]?.[0];
      if (token === undefined || token === '}' || token === ']') return null;
      let name = String(index);
      if (opening === '{') {
        try {
          name = JSON.parse(token);
        } catch {
          return null;
        }
        at += 2;
      }
      if (name === step) break;
      skip();
      if (tokens[at]?.[0] === ',') at += 1;
    }
  }
  const first = tokens[at];
  if (!first) return null;
  skip();
  const last = tokens[at - 1];
  return { start: first.index, end: last.index + last[0].length, line: lineAt(text, first.index) };
}
