/* Getting around: links, the filter, addresses that lead to an operation. */

/** The links at the side, by service. Each operation learns its link. */
function navigation(groups) {
  const links = groups.map(([tag, operations]) => el('div', null,
    el('h2', null, tag),
    el('ul', null, operations.map(operation => {
      operation.link = el('li', null, el('a', { href: `#${operation.id}`, title: `${operation.method} ${operation.path}` },
        el('span', { class: `badge ${operation.method.toLowerCase()}` }, operation.method),
        el('span', { class: 'name' }, operation.linkText)));
      return operation.link;
    }))));
  const types = Object.keys(schemas());
  const rest = el('ul', null, [['page-types', types.length && 'Types'], ['page-errors', byID('page-errors') && 'Errors'],
    ['page-credentials', byID('page-credentials') && 'Credentials']]
    .filter(([, title]) => title).map(([id, title]) => el('li', null, el('a', { href: `#${id}` }, title))));
  byID('page-links').replaceChildren(...links, el('h2', null, 'More'), rest);
}

/** Shows only what has all words in its path, name, summary or service. */
function filter(groups, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  let all = 0;
  for (const [, operations, section] of groups) {
    let inGroup = 0;
    for (const operation of operations) {
      const isShown = words.every(word => operation.words.includes(word));
      operation.item.hidden = !isShown;
      operation.link.hidden = !isShown;
      inGroup += isShown ? 1 : 0;
      all += 1;
    }
    section.hidden = inGroup === 0;
    operations[0].link.closest('div').hidden = inGroup === 0;
    shown += inGroup;
  }
  byID('page-count').textContent = words.length ? `${shown} of ${all} operations` : '';
}

function setUpFilter(groups) {
  const field = byID('page-filter');
  field.addEventListener('input', () => filter(groups, field.value));
  field.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    const first = groups.flatMap(([, operations]) => operations).find(operation => !operation.item.hidden);
    if (first) follow(`#${first.id}`);
  });
  addEventListener('keydown', event => {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      openMenu(true);
      field.focus();
    }
    if (event.key === 'Escape' && byID('page-nav').classList.contains('open')) {
      openMenu(false);
      byID('page-menu').focus();
    }
  });
}

/** On a phone, the links are behind a button. */
function openMenu(isOpen) {
  byID('page-nav').classList.toggle('open', isOpen);
  byID('page-menu').setAttribute('aria-expanded', String(isOpen));
}

/** Goes to an operation, a type, an error: opens it, and puts the focus there. */
function goTo(hash) {
  let id = hash.slice(1);
  try {
    id = decodeURIComponent(id);
  } catch {
    // As it is.
  }
  const target = id && byID(id);
  if (!target) return;
  openMenu(false);
  if (target.closest('[hidden]')) {
    byID('page-filter').value = '';
    byID('page-filter').dispatchEvent(new Event('input'));
  }
  let focused = target;
  if (target.tagName === 'DETAILS') {
    target.open = true;
    fill(target);
    focused = target.querySelector('summary');
  } else if (!target.hasAttribute('tabindex')) {
    target.setAttribute('tabindex', '-1');
  }
  // What lies above may not have been laid out yet; once it has, the place is exact.
  target.scrollIntoView();
  requestAnimationFrame(() => target.scrollIntoView());
  // The browser may have put it there already, and its user gone on from there.
  if (!target.contains(document.activeElement)) focused.focus({ preventScroll: true });
  markCurrent(id);
}

function markCurrent(id) {
  for (const link of document.querySelectorAll('#page-nav a[aria-current]')) link.removeAttribute('aria-current');
  for (const link of document.querySelectorAll('#page-nav a')) {
    if (link.getAttribute('href') !== `#${id}`) continue;
    link.setAttribute('aria-current', 'true');
    link.scrollIntoView({ block: 'nearest' });
  }
}

/** A link's way; the second click on the same link leads there, too. */
function follow(hash) {
  if (location.hash === hash) goTo(hash);
  else location.hash = hash;
}
