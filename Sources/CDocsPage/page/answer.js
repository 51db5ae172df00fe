/* The answer to a request that was tried. */

const sizeText = count => count < 1024 ? `${count} B` : count < 1048576 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 1048576).toFixed(1)} MiB`;
const timeText = time => time < 10 ? `${time.toFixed(1)} ms` : time < 10000 ? `${Math.round(time)} ms` : `${(time / 1000).toFixed(1)} s`;

/** Longer texts are shown in part at first: a browser needs seconds for megabytes in one element. */
const shownSize = 100000;

const statusTexts = {
  200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 304: 'Not Modified', 400: 'Bad Request', 401: 'Unauthorized',
  403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 406: 'Not Acceptable', 408: 'Request Timeout', 409: 'Conflict',
  413: 'Content Too Large', 414: 'URI Too Long', 415: 'Unsupported Media Type', 422: 'Unprocessable Content',
  429: 'Too Many Requests', 431: 'Request Header Fields Too Large', 500: 'Internal Server Error', 501: 'Not Implemented',
  502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout',
};

/**
 * Reads an answer and shows it.
 *
 * @param context `{begun, pointerButton(pointer), follow(location)}`
 */
async function answerView(response, context) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const time = performance.now() - context.begun;
  const type = response.headers.get('Content-Type') ?? '';
  const text = /json|text|xml|yaml/.test(type) ? new TextDecoder().decode(bytes) : null;
  const isProblem = type.startsWith('application/problem+json') && isJSON(text);
  const kind = response.status < 400 ? 'good' : response.status < 500 ? 'warn' : 'bad';
  const place = response.status === 202 ? response.headers.get('Location') : null;
  const view = el('div', { class: 'stack' },
    el('div', { class: 'row' },
      el('span', { class: `status ${kind}` }, `${response.status} ${statusTexts[response.status] ?? ''}`.trim()),
      el('span', { class: 'small quiet' }, `${timeText(time)}, ${sizeText(bytes.length)}`)));
  if (isProblem) {
    const problem = JSON.parse(text);
    view.append(problemView(isObject(problem) ? problem : {}, response.headers.get('Retry-After'), context.pointerButton(problem?.pointer)));
  }
  if (place) {
    view.append(el('p', { class: 'row' }, el('span', { class: 'small' }, 'The call goes on as ', el('code', null, place), '.'),
      el('button', { type: 'button', click: () => context.follow(place) }, 'Wait for its result')));
  }
  view.append(bodyView(bytes, text, type), headersView(response));
  return view;
}

function headersView(response) {
  const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  return more('Header fields', () => el('pre', { tabindex: '0', role: 'group', 'aria-label': 'Header fields' }, lines));
}

function bodyView(bytes, text, type) {
  if (!bytes.length) return el('p', { class: 'small quiet' }, 'No body.');
  if (text === null) return bytesView(bytes, type);
  const asJSON = /json/.test(type) && text.length <= laidOutSize && isJSON(text);
  const whole = asJSON ? pretty(text) : text;
  if (whole.length <= shownSize) {
    const { box, pre } = copied('Body', whole);
    if (asJSON) pre.replaceChildren(...coloured(text));
    return box;
  }
  const { box, pre } = copied('Body', whole.slice(0, shownSize));
  const button = el('button', {
    type: 'button', click: () => { pre.textContent = whole; button.remove(); },
  }, `Show all ${sizeText(bytes.length)}`);
  return el('div', { class: 'stack' }, box, button);
}

/** The first bytes, and all of them as a file. */
function bytesView(bytes, type) {
  const shown = [...bytes.subarray(0, 256)].map(byte => byte.toString(16).padStart(2, '0'));
  const button = el('button', {
    type: 'button',
    click: () => {
      const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
      el('a', { href: address, download: 'answer.bin' }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
    },
  }, 'Download');
  return el('div', { class: 'stack' },
    el('p', { class: 'row small' }, `${bytes.length} bytes${type ? ` of ${type}` : ''} `, button),
    el('pre', { tabindex: '0', role: 'group', 'aria-label': 'The first bytes' }, shown.join(' ') + (bytes.length > 256 ? ' …' : '')));
}
