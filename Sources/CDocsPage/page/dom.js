'use strict';

/* Elements. Texts of the document and of servers become text nodes here, never markup. */

/** An element. Attributes that are null or false are left out; functions listen to the event of their name. */
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

const byID = id => document.getElementById(id);
let idCount = 0;
/** An id that nothing else has: those of operations have no hyphen. */
const newID = name => `page-${name}-${++idCount}`;

/** A comment: paragraphs, lists of lines that begin with `- ` or `* `, and code in backquotes. */
function prose(text) {
  const box = el('div', { class: 'prose' });
  for (const block of String(text ?? '').trim().split(/\n\s*\n/)) {
    let list = null;
    let lines = [];
    const flush = () => {
      if (lines.length) box.append(el('p', null, inline(lines.join('\n'))));
      lines = [];
    };
    for (const line of block.split('\n')) {
      const item = /^\s*[-*] (.*)$/.exec(line);
      if (item) {
        flush();
        if (!list) box.append(list = el('ul'));
        list.append(el('li', null, inline(item[1])));
      } else if (list && /^\s+\S/.test(line)) {
        list.lastChild.append(' ', ...inline(line.trim()));
      } else {
        list = null;
        lines.push(line);
      }
    }
    flush();
  }
  return box;
}

function inline(text) {
  return text.split(/(`[^`\n]+`)/).filter(Boolean)
    .map(part => /^`[^`]+`$/.test(part) ? el('code', null, part.slice(1, -1)) : part);
}

/** What is made when its `details` is opened for the first time. */
const unopened = new WeakMap();

function lazily(details, make) {
  unopened.set(details, make);
  details.addEventListener('toggle', () => details.open && fill(details));
  return details;
}

function fill(details) {
  const make = unopened.get(details);
  unopened.delete(details);
  if (make) details.append(...[make()].flat());
}

/** A `details` for the small print. */
function more(title, make, isOpen = false) {
  const details = lazily(el('details', { class: 'more' }, el('summary', null, title)), make);
  if (isOpen) {
    details.open = true;
    fill(details);
  }
  return details;
}

/** A text below its name, with a button that copies it. */
function copied(name, text, kind = null) {
  const pre = el('pre', { tabindex: '0', 'aria-label': name, role: 'group', class: kind }, text ?? '');
  const button = el('button', {
    type: 'button', 'aria-label': `Copy ${name}`,
    click: async () => {
      try {
        await navigator.clipboard.writeText(pre.textContent);
        button.textContent = 'Copied';
      } catch {
        // Browsers have a clipboard for pages only that come over TLS or from this machine.
        getSelection().selectAllChildren(pre);
        button.textContent = 'Selected';
      }
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    },
  }, 'Copy');
  return { box: el('div', { class: 'copied' }, el('div', { class: 'row' }, el('p', { class: 'label' }, name), button), pre), pre };
}
