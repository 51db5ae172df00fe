/* Types, as people read them. */

/** A type in a few words, with links to those that have a name. */
function typeText(schema, depth = 0) {
  if (!isObject(schema) || depth > 6) return ['any'];
  const inner = other => typeText(other, depth + 1);
  const name = typeName(schema);
  if (name !== null) {
    const link = el('a', { href: `#type-${name}` }, name);
    const target = resolve(schema);
    const isPlain = depth === 0 && !target.properties && !target.allOf && !target.oneOf && !target.anyOf;
    return isPlain ? [link, ': ', ...inner(target)] : [link];
  }
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (Array.isArray(schema.enum)) {
    const values = schema.enum.map(value => JSON.stringify(value));
    return [values.length > 6 ? `${values.slice(0, 5).join(' | ')} | …` : values.join(' | ')];
  }
  for (const [members, word] of [[schema.oneOf, ' or '], [schema.anyOf, ' or '], [schema.allOf, ' and ']]) {
    if (Array.isArray(members)) return members.flatMap((one, index) => [index ? word : '', ...inner(one)]);
  }
  const types = [schema.type ?? (schema.properties ? 'object' : 'any')].flat();
  return types.flatMap((type, index) => {
    const words = [index ? ' or ' : ''];
    if (type === 'array') return [...words, 'array of ', ...inner(schema.items)];
    if (type === 'object' && isObject(schema.additionalProperties)) {
      return [...words, 'map of ', ...inner(schema.additionalProperties)];
    }
    const kind = schema.contentEncoding ?? schema.format;
    return [...words, kind && type !== 'null' ? `${type} (${kind})` : type];
  });
}

/** What a value must keep to beyond its type. */
function limits(schema) {
  if (!isObject(schema)) return [];
  const texts = [];
  const range = (least, most, what) => {
    if (least !== undefined && most !== undefined) texts.push(`${least} … ${most}${what}`);
    else if (least !== undefined) texts.push(`at least ${least}${what}`);
    else if (most !== undefined) texts.push(`at most ${most}${what}`);
  };
  if (!(schema.format === 'int32' && schema.minimum === -(2 ** 31) && schema.maximum === 2 ** 31 - 1)) {
    range(schema.minimum, schema.maximum, '');
  }
  range(schema.exclusiveMinimum, schema.exclusiveMaximum, ' (exclusive)');
  range(schema.minLength, schema.maxLength, ' characters');
  range(schema.minItems, schema.maxItems, ' elements');
  range(schema.minProperties, schema.maxProperties, ' members');
  if (schema.uniqueItems) texts.push('no element twice');
  if (schema.multipleOf !== undefined) texts.push(`a multiple of ${schema.multipleOf}`);
  // The pattern of base64 tells nobody more than its name does.
  if (schema.pattern !== undefined && !schema.contentEncoding && !schema.format) texts.push(`matches ${schema.pattern}`);
  if (schema.default !== undefined) texts.push(`default ${JSON.stringify(schema.default)}`);
  return texts;
}

/** Whether a schema allows nothing but `{}`. */
function isEmptyObject(schema) {
  const target = resolve(schema);
  return target.type === 'object' && target.additionalProperties === false && !Object.keys(target.properties ?? {}).length;
}

/** The schema with members or alternatives inside arrays, maps and what may be null; null when there is none. */
function structureOf(schema, depth = 0) {
  if (!isObject(schema) || depth > 8) return null;
  const inner = other => structureOf(other, depth + 1);
  const target = resolve(schema);
  if (target.properties || target.allOf) return schema;
  const choice = target.oneOf ?? target.anyOf;
  if (Array.isArray(choice)) {
    const others = choice.filter(one => one?.type !== 'null');
    const part = others.map(inner).find(Boolean) ?? null;
    return part && others.length > 1 ? schema : part;
  }
  if (Array.isArray(target.enum) && target.enum.length > 6) return schema;
  return inner(target.items) ?? inner(target.additionalProperties);
}

/** The name, type and comment of a member or a parameter, with what is inside of it to be opened. */
function memberItem(name, schema, { required = false, description = null, deprecated = false, place = null } = {}) {
  const target = resolve(schema);
  const structure = structureOf(schema);
  const text = description ?? schema?.description;
  const values = limits(schema).concat(schema === target ? [] : limits(target));
  return el('li', null,
    el('div', { class: 'heading' },
      el('span', { class: `member-name${deprecated || schema?.deprecated ? ' deprecated' : ''}` }, name),
      el('span', { class: 'type' }, typeText(schema)),
      place && el('span', { class: 'tag' }, place),
      required ? el('span', { class: 'small quiet' }, 'required') : null,
      deprecated || schema?.deprecated ? el('span', { class: 'tag warn' }, 'deprecated') : null),
    text ? prose(text) : null,
    values.length ? el('p', { class: 'small quiet mono' }, values.join('; ')) : null,
    structure ? more(`Inside ${typeName(structure) ?? name}`, () => structureView(structure)) : null);
}

/** The members of an object, the alternatives of a choice, the values of an enumeration. */
function structureView(schema) {
  const target = resolve(schema);
  const box = el('div', { class: 'stack' });
  if (typeName(schema) && target.description) box.append(prose(target.description));
  for (const part of target.allOf ?? []) box.append(structureView(part));
  const members = Object.entries(target.properties ?? {});
  if (members.length) {
    box.append(el('ul', { class: 'members' }, members.map(([name, member]) =>
      memberItem(name, member, { required: (target.required ?? []).includes(name) }))));
  }
  const choice = target.oneOf ?? target.anyOf;
  if (Array.isArray(choice)) {
    if (target.discriminator?.propertyName) {
      box.append(el('p', { class: 'small quiet' }, 'One of these; ', el('code', null, target.discriminator.propertyName), ' says which.'));
    }
    box.append(el('ul', { class: 'members' }, choice.map(one => memberItem('', one))));
  }
  if (Array.isArray(target.enum)) {
    box.append(el('ul', { class: 'members' }, target.enum.map(value =>
      el('li', null, el('span', { class: 'member-name' }, JSON.stringify(value))))));
  }
  if (!box.children.length) {
    box.append(el('p', { class: 'type' }, members.length ? '' : typeText(target)));
    const texts = limits(target);
    if (texts.length) box.append(el('p', { class: 'small quiet mono' }, texts.join('; ')));
  }
  return box;
}
