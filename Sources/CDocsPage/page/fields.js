/* What an operation takes, to be filled in. Each field is `{element, ...}` with functions that read and check it. */

/** The text that a parameter begins with, or that is suggested for it. */
function parameterText(parameter) {
  const schema = parameter.schema ?? Object.values(parameter.content ?? {})[0]?.schema;
  const given = examplesOf(parameter)[0]?.value;
  // What most often stands in paths.
  const made = parameter.in === 'path' && resolve(schema).type === 'string' ? '1' : sample(schema);
  const value = given === undefined ? made : given;
  if (Array.isArray(value)) return value.map(plainText).join('\n');
  return plainText(value);
}

const plainText = value => value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** A parameter of path, query, header or cookie. `values()` has the texts to send. */
function parameterField(parameter) {
  const schema = parameter.schema ?? {};
  const target = resolve(schema);
  const id = newID('field');
  const text = parameterText(parameter);
  const isList = [target.type].flat().includes('array');
  const choices = target.enum ?? (target.type === 'boolean' ? [true, false] : null);
  const attributes = { id, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': `${id}-message` };
  let control;
  if (choices) {
    control = el('select', attributes, parameter.required ? null : el('option', { value: '' }, ''),
      choices.map(choice => el('option', { value: plainText(choice) }, plainText(choice))));
    control.value = parameter.required ? text : '';
  } else if (isList) {
    control = el('textarea', { ...attributes, rows: '2' });
    control.value = parameter.required ? text : '';
  } else {
    control = el('input', { ...attributes, type: 'text', placeholder: parameter.required ? null : text });
    control.value = parameter.required ? text : '';
  }
  const message = el('p', { class: 'message', id: `${id}-message`, hidden: true });
  const element = el('div', null,
    el('label', { for: id }, parameter.name, ' ', el('span', { class: 'type' },
      `${parameter.in}${parameter.required ? ', required' : ''}${isList ? ', one a line' : ''}`)),
    control, message);
  const values = () => {
    const texts = isList ? control.value.split('\n').filter(line => line !== '') : [control.value];
    return texts.length && (parameter.required || control.value !== '') ? [{ parameter, texts }] : [];
  };
  const check = () => {
    let problem = null;
    if (parameter.in === 'path' && control.value === '') problem = 'The path needs a value here.';
    if (parameter.in === 'path' && /^\.{1,2}$/.test(control.value)) problem = 'Browsers can’t send this segment; curl with --path-as-is can.';
    if (/[\r\n]/.test(control.value) && !isList) problem = 'One line only.';
    if (parameter.in === 'header' && /[^\t\x20-\x7e]/.test(control.value.replaceAll('\n', ''))) problem = 'Header fields have ASCII only: percent-encode the rest.';
    return showMessage(control, message, problem);
  };
  return { element, control, values, check };
}

function showMessage(control, message, problem) {
  message.hidden = !problem;
  message.textContent = problem ?? '';
  if (problem) control.setAttribute('aria-invalid', 'true');
  else control.removeAttribute('aria-invalid');
  return problem === null ? null : control;
}

const isJSONType = type => /^application\/json\b|\+json\b/.test(type);
const isTextType = type => isJSONType(type) || /^text\/|json|yaml|xml/.test(type);

/** A body. `content()` is null when there is none to send. `changed` is called when the form looks different. */
function bodyField(body, changed) {
  const types = Object.keys(body.content ?? {});
  // Without in-parameters no body is needed.
  if (!types.length || (!body.required && types.length === 1 && isEmptyObject(body.content[types[0]]?.schema))) return null;
  const box = el('div', { class: 'stack' });
  let editor = contentField(types[0], body, changed);
  if (types.length > 1) {
    const id = newID('type');
    const select = el('select', {
      id, change: () => {
        const next = contentField(select.value, body, changed);
        editor.element.replaceWith(next.element);
        editor = next;
        changed();
      },
    }, types.map(type => el('option', { value: type }, type)));
    box.append(el('div', null, el('label', { for: id }, 'Content-Type'), select));
  }
  box.append(editor.element);
  return { element: box, content: () => editor.content(), check: () => editor.check(), mark: pointer => editor.mark?.(pointer) ?? null };
}

/** The body of one media type. */
function contentField(type, body, changed) {
  const id = newID('body');
  const message = el('p', { class: 'message', id: `${id}-message`, hidden: true, role: 'alert' });
  const label = el('label', { for: id }, 'Body ', el('span', { class: 'type' }, `${type}${body.required ? ', required' : ''}`));
  if (!isTextType(type)) {
    const input = el('input', { id, type: 'file', 'aria-describedby': `${id}-message` });
    return {
      element: el('div', null, label, input, message),
      content: () => input.files[0] ? { type, file: input.files[0] } : null,
      check: () => showMessage(input, message, body.required && !input.files[0] ? 'Choose a file.' : null),
    };
  }
  const media = body.content[type];
  const examples = examplesOf(media);
  if (!examples.length) examples.push({ name: 'schema', title: 'Example', value: sample(media.schema) });
  const textOf = ({ value }) => !isJSONType(type) && typeof value === 'string' ? value : exampleText(value);
  const area = el('textarea', { id, spellcheck: 'false', autocomplete: 'off', 'aria-describedby': `${id}-message` });
  const put = text => {
    area.value = text;
    area.rows = Math.min(Math.max(text.split('\n').length + 1, 4), 24);
  };
  put(textOf(examples[0]));
  const check = () => {
    const isNeeded = area.value.trim() !== '' || body.required;
    return showMessage(area, message, isNeeded && isJSONType(type) ? jsonProblem(area.value) : null);
  };
  area.addEventListener('change', check);
  const button = (text, act) => el('button', {
    type: 'button', class: 'link', click: () => { act(); check(); changed(); },
  }, text);
  const tools = el('div', { class: 'row' },
    examples.length > 1
      ? examples.map(example => button(example.title, () => put(textOf(example))))
      : button('Reset to the example', () => put(textOf(examples[0]))),
    isJSONType(type) ? button('Format', () => { if (isJSON(area.value)) put(pretty(area.value)); }) : null);
  return {
    element: el('div', null, label, area, message, tools),
    content: () => area.value.trim() === '' ? null : { type, text: area.value },
    check,
    mark: pointer => {
      const range = locate(area.value, pointer);
      return range && {
        line: range.line,
        show: () => {
          area.focus();
          area.setSelectionRange(range.start, range.end);
          area.scrollTop = (range.line - 3) * parseFloat(getComputedStyle(area).lineHeight);
        },
      };
    },
  };
}
