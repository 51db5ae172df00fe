/* What an error means. */

const ranTexts = {
  no: 'The servant did not run',
  maybe: 'The servant may have run',
  yes: 'The servant ran',
};

/** For codes that have more to tell than their title; the others are explained by their class. */
const advice = {
  connection_refused: 'Nobody listens at the endpoints of the proxy: is the server running, and the proxy right?',
  connect_timeout: 'Nothing that speaks Ice has answered in time: are address, port and transport of the proxy right, and no firewall in between?',
  dns_failure: 'The host name in the proxy has no address.',
  no_endpoint: 'The proxy has no endpoint that this gateway can use: is there a port (-p)?',
  object_not_exist: 'No servant has this identity: is the identity in the path, or in the proxy, right?',
  operation_not_exist: 'The server was built from other Slice than the gateway has loaded.',
  bad_reply: 'The answer did not fit the Slice that the gateway has loaded: is it the server’s?',
  origin_not_allowed: 'The gateway does not know the name under which you opened this page: list it in cors.origins.',
  unauthenticated: 'Fill in the credentials at the top of this page.',
  invalid_token: 'The credential was refused: is it complete, and not expired?',
  overloaded: 'The gateway or its connection to the server has as many calls as it may have.',
};

/** Whether repeating is safe, in words. */
function repeatText(problem, retryAfter) {
  if (problem.retryable === true) {
    return `Repeating the same request is safe and may help${retryAfter ? `, after ${retryAfter} s` : ''} (retryable: true).`;
  }
  const isLost = problem.status === 502 || problem.status === 504;
  const text = {
    no: 'Nothing happened, and the same request would fail again: change it first',
    yes: 'Repeating the same request runs the operation again',
  }[problem.dispatched] ?? (isLost
    ? 'Repeating it could run the operation twice: find out first what happened'
    : 'The same request would most likely fail again');
  return `${text} (retryable: false).`;
}

/** A problem (RFC 9457) in words. `showPointer`, when given, leads to the fault in the request. */
function problemView(problem, retryAfter, showPointer) {
  const code = String(problem.code ?? '');
  const known = code && byID(`error-${code}`);
  const ran = ranTexts[problem.dispatched];
  const facts = ['iceException', 'replyStatus', 'operation', 'identity', 'facet']
    .filter(name => problem[name] !== undefined)
    .flatMap(name => [el('dt', { class: 'quiet' }, name), el('dd', { class: 'mono' }, String(problem[name]))]);
  return el('div', { class: `words${problem.retryable === true ? ' again' : ''}` },
    el('p', null, el('strong', null, String(problem.title ?? 'Error')),
      code ? [' ', known ? el('a', { class: 'mono', href: `#error-${code}` }, code) : el('code', null, code)] : null),
    typeof problem.exception?.['@type'] === 'string' ? exceptionText(problem.exception['@type'])
      : problem.detail && problem.detail !== problem.title ? el('p', null, String(problem.detail)) : null,
    ran ? el('p', null, `${ran} (dispatched: ${problem.dispatched}). `, repeatText(problem, retryAfter)) : null,
    Object.hasOwn(advice, code) ? el('p', null, advice[code]) : null,
    typeof problem.pointer === 'string'
      ? el('p', null, 'The fault is at ', el('code', null, problem.pointer || 'the whole body'), ' ', showPointer) : null,
    facts.length ? el('dl', null, facts) : null);
}

/** A user exception, with what its Slice says of it. The document names types with dots. */
function exceptionText(type) {
  const name = type.replace(/^::/, '').replaceAll('::', '.');
  const about = schemas()[name];
  const text = about?.description ? [': ', ...firstLine(about.description)] : [];
  return el('p', null, about ? el('a', { class: 'mono', href: `#type-${name}` }, type) : el('code', null, type), ...text);
}

/** All rows of the error table that the document has examples of, by code. */
function errorRows(operations) {
  const rows = new Map();
  const add = response => {
    for (const content of Object.values(resolve(response).content ?? {})) {
      for (const { value } of examplesOf(content)) {
        if (isObject(value) && typeof value.code === 'string' && !rows.has(value.code)) rows.set(value.code, value);
      }
    }
  };
  Object.values(api.components?.responses ?? {}).forEach(add);
  for (const operation of operations) Object.values(operation.node.responses ?? {}).filter(one => !one.$ref).forEach(add);
  return [...rows.values()].sort((a, b) => a.status - b.status);
}

function errorsSection(operations) {
  const rows = errorRows(operations);
  if (!rows.length) return null;
  const cell = (label, ...content) => el('td', label === 'wide' ? { class: label } : { 'data-label': label }, content);
  const again = row => row.retryable ? 'safe' : row.status === 502 || row.status === 504 ? 'if idempotent' : 'no';
  return el('section', { 'aria-labelledby': 'page-errors' },
    el('h2', { id: 'page-errors' }, 'Errors'),
    el('div', { class: 'lead prose' },
      el('p', null, 'Every failure is ', el('code', null, 'application/problem+json'), '. Its ', el('code', null, 'code'),
        ' is stable, ', el('code', null, 'dispatched'), ' says whether the servant ran, and ', el('code', null, 'retryable'),
        ' whether repeating the same request is safe and may help.'),
      prose('- 4xx: the request has to change.\n- 500, 501: the server says that it failed, or can’t.\n- 503: not executed, safe to repeat.\n- 502, 504: sent, and may have been executed; repeat only what is idempotent.')),
    el('table', null,
      el('thead', null, el('tr', null, ['Status', 'Code', 'Meaning', 'Servant ran', 'Repeating'].map(title => el('th', { scope: 'col' }, title)))),
      el('tbody', null, rows.map(row => el('tr', { id: `error-${row.code}`, tabindex: '-1' },
        cell(null, String(row.status ?? '')), cell(null, el('code', null, row.code)),
        cell('wide', String(row.title ?? ''), Object.hasOwn(advice, row.code) ? el('div', { class: 'small quiet' }, advice[row.code]) : null),
        cell('Servant ran', String(row.dispatched ?? '')), cell('Repeating', again(row)))))));
}
