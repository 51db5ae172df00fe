/* The page's parts: what is served, its operations by service, its types. */

function overview(operations, tags) {
  const { info = {} } = api;
  const address = addressOf('');
  const own = operations.filter(operation => !operation.node['x-ice-operation']).length;
  const ofGateway = own && own < operations.length ? `, ${own} of them the gateway’s own` : '';
  const services = (api.tags ?? []).filter(tag => tag?.['x-ice-interface']).length || tags.length;
  return el('section', { 'aria-labelledby': 'page-about' },
    el('h1', { id: 'page-about' }, String(info.title ?? 'API')),
    info.description ? el('div', { class: 'lead' }, prose(info.description)) : null,
    el('p', { class: 'quiet small' },
      `${counted(services, 'service')}, ${counted(operations.length, 'operation')}${ofGateway}, at `, el('code', null, address)));
}

const counted = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;

function serviceSection(tag, operations) {
  const about = (api.tags ?? []).find(one => one?.name === tag) ?? {};
  const id = newID('service');
  return el('section', { class: 'service', 'aria-labelledby': id },
    el('div', { class: 'heading' }, el('h2', { id }, tag),
      about['x-ice-interface'] ? el('code', { class: 'quiet' }, String(about['x-ice-interface'])) : null),
    about.description ? el('div', { class: 'lead' }, prose(about.description)) : null,
    operations.map(operation => operation.item));
}

function typesSection() {
  const types = Object.entries(schemas());
  if (!types.length) return null;
  return el('section', { 'aria-labelledby': 'page-types' },
    el('h2', { id: 'page-types' }, 'Types'),
    types.map(([name, schema]) => lazily(
      el('details', { class: 'item type-item', id: `type-${name}` },
        el('summary', null, el('span', { class: 'path' }, name),
          el('span', { class: 'about' }, kindOf(schema), firstSentence(schema)))),
      () => el('div', { class: 'inside stack' }, restOf(schema?.description), structureView(schema)))));
}

/** In a word or two: what a type is. */
function kindOf(schema) {
  if (!isObject(schema)) return '';
  if (Array.isArray(schema.enum)) return 'enumeration';
  if (schema.type === 'array' || isObject(schema.additionalProperties)) {
    return typeText(schema).map(part => part.textContent ?? part).join('');
  }
  if (schema.oneOf || schema.anyOf) return 'one of several';
  return [schema.type ?? (schema.allOf ? 'object' : '')].flat().join(' or ');
}

function firstSentence(schema) {
  const text = String(schema?.description ?? '').split('\n')[0];
  return text ? [': ', ...inline(text)] : null;
}
