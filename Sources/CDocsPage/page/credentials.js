/* API keys and tokens. They stay in this variable: nothing is stored, and a reload forgets them. */

/** By the name of the security scheme. */
const credentials = new Map();

/** What runs when a credential changes. */
const credentialsChanged = new Set();

const securitySchemes = () => Object.entries(api.components?.securitySchemes ?? {})
  .map(([name, scheme]) => [name, resolve(scheme)]);

/** The alternatives that let an operation be called, each the names of schemes needed together; empty: none needed. */
function securityOf(operation) {
  const needed = operation.node.security ?? api.security ?? [];
  return needed.some(one => Object.keys(one).length === 0) && needed.length === 1 ? [] : needed.map(one => Object.keys(one));
}

/** The name of the shell's variable that stands for a credential in a curl line. */
const variableOf = name => name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase().replace(/^(?=\d)/, '_');

/** How a scheme's credential is sent: `{in, name, before}`; null for those that a page can't send. */
function placeOf(scheme) {
  if (scheme.type === 'apiKey') return { in: scheme.in, name: scheme.name, before: '' };
  if (scheme.type === 'http' && scheme.scheme?.toLowerCase() !== 'bearer') {
    return { in: 'header', name: 'Authorization', before: `${scheme.scheme} ` };
  }
  if (['http', 'oauth2', 'openIdConnect'].includes(scheme.type)) {
    return { in: 'header', name: 'Authorization', before: 'Bearer ' };
  }
  return null;
}

/** What is sent with an operation: those of the first alternative that was filled in. */
function credentialsFor(operation) {
  const schemes = new Map(securitySchemes());
  const names = securityOf(operation).find(names => names.length && names.every(name => credentials.get(name))) ?? [];
  return names.flatMap(name => {
    const place = placeOf(schemes.get(name) ?? {});
    return place ? [{ ...place, value: credentials.get(name), variable: variableOf(name) }] : [];
  });
}

function credentialsPanel() {
  const schemes = securitySchemes();
  if (!schemes.length) return null;
  return el('section', { 'aria-labelledby': 'page-credentials' },
    el('h2', { id: 'page-credentials' }, 'Credentials'),
    el('p', { class: 'lead quiet' }, 'Sent with the operations that want them. Kept until you leave or reload this page, and never stored.'),
    el('form', { class: 'try stack', autocomplete: 'off', 'aria-label': 'Credentials', submit: event => event.preventDefault() }, schemes.map(([name, scheme]) => {
      const place = placeOf(scheme);
      const id = newID('credential');
      const sent = place ? `${place.in} ${place.name}${place.before ? `: ${place.before.trim()} …` : ''}` : scheme.type;
      return el('div', null,
        el('label', { for: id }, `${name} `, el('span', { class: 'type' }, sent)),
        place
          ? el('input', {
            id, type: 'password', autocomplete: 'off', spellcheck: 'false',
            input: event => {
              credentials.set(name, event.target.value.trim());
              for (const change of credentialsChanged) change();
            },
          })
          : el('p', { id, class: 'small' }, 'The browser or the connection sends this one.'),
        scheme.description ? el('div', { class: 'small quiet' }, prose(scheme.description)) : null);
    })));
}
