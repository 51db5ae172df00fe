/* Values that a schema allows, for documents without examples. */

/**
 * Never nil: a value for the form to begin with. `inside` has the types being made, so that it ends; `run` how many values there may
 * still be, so that it ends soon: twenty types that stand in one another twice are a million values.
 */
function sample(schema, inside = [], run = { left: 1000 }) {
  if (!isObject(schema) || run.left-- <= 0) return null;
  if (schema.example !== undefined) return schema.example;
  const name = typeName(schema);
  if (name !== null) return inside.includes(name) ? null : sample(resolve(schema), [...inside, name], run);
  if (Array.isArray(schema.examples) && schema.examples.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.enum) && schema.enum.length) return schema.enum[0];
  const choice = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(choice)) {
    const isNull = one => one?.type === 'null' || inside.includes(typeName(one));
    const one = choice.find(one => !isNull(one));
    return one === undefined ? null : sample(one, inside, run);
  }
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map(part => sample(part, inside, run));
    return parts.every(isObject) ? Object.assign(sampleObject(schema, inside, run), ...parts) : parts[0];
  }
  return sampleOfType(schema, inside, run);
}

function sampleOfType(schema, inside, run) {
  const types = [schema.type].flat();
  const type = types.find(type => type !== 'null') ?? (schema.properties ? 'object' : types[0]);
  const least = schema.minimum ?? (schema.exclusiveMinimum === undefined ? 0 : schema.exclusiveMinimum + 1);
  switch (type) {
    case 'object': return sampleObject(schema, inside, run);
    case 'array': return sampleArray(schema, inside, run);
    case 'integer':
    case 'number': return Math.min(Math.max(0, least), schema.maximum ?? Infinity);
    case 'boolean': return false;
    case 'string': return sampleText(schema);
    default: return null;
  }
}

function sampleObject(schema, inside, run) {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {})
      .filter(([name, member]) => (schema.required ?? []).includes(name) || !inside.includes(typeName(member)))
      .map(([name, member]) => [name, sample(member, inside, run)]));
}

function sampleArray(schema, inside, run) {
  if (inside.includes(typeName(schema.items)) && !schema.minItems) return [];
  return schema.items === undefined ? [] : Array(Math.min(schema.minItems ?? 1, 3)).fill(sample(schema.items, inside, run));
}

function sampleText(schema) {
  if (schema.contentEncoding === 'base64' || schema.format === 'byte') return '';
  if (typeof schema.pattern === 'string' && schema.format !== 'date') {
    for (const text of ['0', '1', 'a', 'name', 'a=b', 'NaN', '']) {
      try {
        if (new RegExp(schema.pattern, 'u').test(text)) return text;
      } catch {
        break;
      }
    }
  }
  return 'text'.padEnd(schema.minLength ?? 0, 't').slice(0, schema.maxLength ?? Infinity);
}

/** The text a form begins with. */
const exampleText = value => value === undefined ? '' : JSON.stringify(value, null, 2);
