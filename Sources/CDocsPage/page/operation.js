/* An operation: what it takes, what it answers, and the form to try it. */

function operationItem(operation) {
  const { node } = operation;
  const summary = el('summary', null,
    el('span', { class: `badge ${operation.method.toLowerCase()}` }, operation.method),
    el('span', { class: `path${node.deprecated ? ' deprecated' : ''}` }, pathWithBreaks(operation.path)),
    node.deprecated ? el('span', { class: 'tag warn' }, 'deprecated') : null,
    node.summary ? el('span', { class: 'about' }, inline(String(node.summary))) : null);
  return lazily(el('details', { class: 'item operation', id: operation.id }, summary),
    () => el('div', { class: 'inside two' }, el('div', null, operationText(operation)), el('div', null, tryForm(operation))));
}

/** The description without the summary that it may begin with: that stands above already. */
function beyondSummary(node) {
  const text = String(node.description ?? '').trim();
  const summary = String(node.summary ?? '').trim();
  return summary && text.startsWith(summary) ? text.slice(summary.length).replace(/^\./, '').trim() : text;
}

/** May break before a slash. */
const pathWithBreaks = path => path.split(/(?=\/)/).flatMap(part => [el('wbr'), part]);

function operationText(operation) {
  const { node } = operation;
  const parts = [el('div', { class: 'row' }, tagsOf(operation))];
  const text = beyondSummary(node);
  if (text) parts.push(prose(text));
  const shown = operation.parameters.filter(parameter => parameter.in !== 'header' || parameter.required);
  const headers = operation.parameters.filter(parameter => !shown.includes(parameter));
  if (shown.length) parts.push(part('Parameters', parameterList(shown)));
  const body = resolve(node.requestBody);
  const contents = Object.entries(body.content ?? {});
  if (!body.required && contents.length === 1 && isEmptyObject(contents[0][1].schema)) {
    parts.push(el('p', { class: 'quiet' }, 'Takes no arguments; no body is needed.'));
  } else if (contents.length) {
    parts.push(part('Body', [
      body.description ? prose(body.description) : null,
      contents.map(([type, content]) => contentView(type, content, contents.length === 1)),
    ].flat()));
  }
  if (headers.length) parts.push(more(`Header fields it understands (${headers.length})`, () => parameterList(headers)));
  parts.push(part('Answers', answersView(operation)));
  return parts;
}

const part = (title, ...content) => el('div', { class: 'stack' }, el('h3', null, title), ...content.flat());

function tagsOf(operation) {
  const { node } = operation;
  const tags = [el('code', null, `${node['x-ice-interface'] ?? ''}${node['x-ice-interface'] ? '::' : ''}${operation.name}`)];
  tags.push(el('button', {
    type: 'button', class: 'link narrow', click: () => operation.item.querySelector('form')?.scrollIntoView(),
  }, 'Try it'));
  if (node['x-ice-idempotent'] === true) {
    tags.push(el('span', { class: 'tag', title: 'Calling it twice does the same as calling it once' }, 'idempotent: safe to repeat'));
  }
  const names = securityOf(operation);
  if (names.length) {
    tags.push(el('span', { class: 'tag' }, `needs ${names.map(all => all.join(' and ') || 'nothing').join(', or ')}`));
  }
  return tags;
}

const parameterList = parameters => el('ul', { class: 'members' }, parameters.map(parameter =>
  memberItem(parameter.name, parameter.schema ?? {}, {
    optional: !parameter.required, description: parameter.description, deprecated: parameter.deprecated, place: parameter.in,
  })));

/** What a body of a media type looks like. */
function contentView(type, content, isOpen) {
  const examples = examplesOf(content);
  const show = () => el('div', { class: 'stack' },
    isEmptyObject(content.schema) ? el('p', { class: 'small quiet' }, 'An object without members: ', el('code', null, '{}'), '.')
      : content.schema && Object.keys(content.schema).length ? structureView(content.schema) : null,
    examples.map(({ title, value }) => more(title, () =>
      el('pre', { tabindex: '0', role: 'group', 'aria-label': title }, typeof value === 'string' ? value : coloured(JSON.stringify(value))))));
  return isOpen && type === 'application/json' ? show() : more(type, show, isOpen);
}

/** What is the operation's own, then the errors that all operations share. */
function answersView(operation) {
  const responses = Object.entries(operation.node.responses ?? {});
  const own = responses.filter(([, node]) => !node.$ref);
  const shared = responses.filter(([, node]) => node.$ref);
  const views = own.map(([status, response], index) => {
    const contents = Object.entries(response.content ?? {});
    const isError = Number(status) >= 400;
    return lazilyOpen(
      el('summary', null, el('span', { class: `status ${isError ? 'warn' : 'good'}` }, status), ' ', firstLine(response.description)),
      () => [
        restOf(response.description),
        contents.map(([type, content]) => contentView(type, content, contents.length === 1)),
        response.headers ? more('Header fields', () => headerList(response.headers)) : null,
      ].flat().filter(Boolean), index === 0 && !isError);
  });
  if (shared.length) {
    views.push(more(`Errors of any operation (${shared.map(([status]) => status === 'default' ? 'others' : status).join(', ')})`, () =>
      el('ul', { class: 'members' }, shared.map(([status, node]) =>
        el('li', { class: 'small' }, el('code', null, status), ' ', inline(String(resolve(node).description ?? '')))),
      el('li', { class: 'small' }, el('a', { href: '#page-errors' }, 'All codes')))));
  }
  return views;
}

function lazilyOpen(summary, make, isOpen) {
  const details = lazily(el('details', { class: 'more answer-kind' }, summary), () => el('div', { class: 'stack' }, make()));
  if (isOpen) {
    details.open = true;
    fill(details);
  }
  return details;
}

const firstLine = text => inline(String(text ?? '').split('\n')[0]);

function restOf(text) {
  const rest = String(text ?? '').split('\n').slice(1).join('\n').trim();
  return rest ? prose(rest) : null;
}

const headerList = headers => el('ul', { class: 'members' }, Object.entries(headers).map(([name, reference]) => {
  const header = resolve(reference);
  return memberItem(name, header.schema ?? {}, { description: header.description });
}));
