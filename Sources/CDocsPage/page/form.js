/* Trying an operation. */

function tryForm(operation) {
  const fields = operation.parameters.map(parameter => [parameter, parameterField(parameter)]);
  const body = bodyField(resolve(operation.node.requestBody), () => update());
  const line = copied('The same with curl', '', 'line');
  const answer = el('div', { class: 'stack', hidden: true, tabindex: '-1', 'aria-label': 'Answer', role: 'group' });
  const said = el('p', { class: 'hidden', role: 'status' });
  const sendButton = el('button', { type: 'submit', class: 'primary' }, 'Send');
  const cancelButton = el('button', { type: 'button', hidden: true, click: () => running?.abort() }, 'Cancel');
  const progress = el('span', { class: 'small quiet' });
  let running = null;

  const request = () => makeRequest(operation, fields.flatMap(([, field]) => field.values()), body?.content() ?? null);
  const update = () => { line.pre.textContent = curlLine(request()); };

  /** Runs one exchange; there is never more than one. */
  async function exchange(start) {
    running?.abort();
    const own = new AbortController();
    running = own;
    const begun = performance.now();
    cancelButton.hidden = false;
    progress.textContent = 'Waiting for the answer …';
    try {
      const response = await start(own.signal);
      const view = await answerView(response, { begun, pointerButton, follow });
      if (running === own) show(view, `${response.status} ${statusTexts[response.status] ?? ''}`);
    } catch (error) {
      if (running === own) showFailure(error, performance.now() - begun);
    } finally {
      if (running === own) {
        running = null;
        cancelButton.hidden = true;
        progress.textContent = '';
      }
    }
  }

  function show(view, words) {
    answer.hidden = false;
    answer.replaceChildren(view);
    said.textContent = `Answer: ${words}`;
  }

  function showFailure(error, time) {
    const isCancelled = error.name === 'AbortError';
    show(el('div', { class: 'words' },
      el('p', null, el('strong', null, isCancelled ? `Cancelled after ${timeText(time)}` : 'No answer')),
      el('p', null, isCancelled
        ? 'The gateway gives the call up; a servant that has it already is not told, and may go on.'
        : `The gateway can’t be reached, or the connection was cut (${error.message}). Whether the servant ran is not known.`)),
    isCancelled ? 'cancelled' : 'none');
  }

  /** Leads to what an error's pointer means, in the body or a field. */
  function pointerButton(pointer) {
    if (typeof pointer !== 'string') return null;
    const place = body?.mark(pointer);
    if (place) return el('button', { type: 'button', class: 'link', click: place.show }, `Show line ${place.line}`);
    const name = pointer.slice(1).split('/')[0];
    const field = fields.find(([parameter]) => parameter.name === name || parameter.name.startsWith(`${name}.`))?.[1];
    return field ? el('button', { type: 'button', class: 'link', click: () => field.control.focus() }, 'Show') : null;
  }

  /** Waits for the result of a call that goes on after its answer. */
  function follow(place) {
    return exchange(async signal => {
      for (;;) {
        const response = await fetch(`${invocationAddress(place)}/result`, {
          headers: { Prefer: 'wait=10', ...credentialHeaders(operation) }, signal, cache: 'no-store',
        });
        if (response.status !== 202) return response;
        const seconds = Number(response.headers.get('Retry-After') ?? 1);
        if (!response.headers.has('Preference-Applied')) await pause(Math.min(Math.max(seconds, 1), 10) * 1000, signal);
      }
    });
  }

  const form = el('form', {
    class: 'try stack', novalidate: true, 'aria-label': `Try ${operation.name}`,
    submit: event => {
      event.preventDefault();
      const wrong = [...fields.map(([, field]) => field.check()), body?.check()].find(Boolean);
      if (wrong) {
        wrong.closest('details')?.setAttribute('open', '');
        wrong.focus();
        return;
      }
      const made = request();
      exchange(signal => send(made, signal));
    },
    keydown: event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    },
  });
  const isAside = ([parameter]) => parameter.in === 'header' && !parameter.required;
  const aside = fields.filter(isAside);
  form.append(el('h3', null, 'Try it'));
  form.append(...fields.filter(field => !isAside(field)).map(([, field]) => field.element));
  if (body) form.append(body.element);
  if (aside.length) {
    form.append(more(`Header fields (${aside.map(([parameter]) => parameter.name).join(', ')})`,
      () => el('div', { class: 'stack' }, aside.map(([, field]) => field.element))));
  }
  form.append(el('div', { class: 'row' }, sendButton, cancelButton, progress), said,
    answer, line.box);
  form.addEventListener('input', update);
  form.addEventListener('change', update);
  credentialsChanged.add(update);
  update();
  return form;
}

/** Of the path in `Location`: below the prefix of a reverse proxy, whether that has put it there or not. */
function invocationAddress(place) {
  const prefix = location.pathname.replace(/\/docs\/?$/, '');
  const url = new URL(place, location.href);
  return url.pathname.startsWith(`${prefix}/`) ? location.origin + url.pathname : addressOf(url.pathname);
}

const credentialHeaders = operation => Object.fromEntries(
  credentialsFor(operation).filter(one => one.in === 'header').map(one => [one.name, one.before + one.value]));

const pause = (time, signal) => new Promise((resume, fail) => {
  const timer = setTimeout(resume, time);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    fail(signal.reason);
  }, { once: true });
});
