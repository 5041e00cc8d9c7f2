/** The part of JMESPath that register-application.sh uses, as az understands it: paths, filters, projections, pipes. */
export function jmespath(expression: string, value: unknown): unknown {
  return expression.split(/ \| (?![^[]*\?)/).reduce<unknown>((current, part) => evaluate(part.trim(), current), value);
}

function evaluate(expression: string, value: unknown): unknown {
  const [asked, otherwise] = expression.split(/ \|\| /);
  if (otherwise !== undefined) return evaluate(asked ?? '', value) ?? otherwise.slice(1, -1);
  const call = /^contains\((.+), '([^']*)'\)$/.exec(expression);
  if (call) {
    const within = evaluate(call[1] ?? '', value);
    return Array.isArray(within) && within.includes(call[2]);
  }
  if (/^\[[^?\]]+,/.test(expression)) return several(expression, value);
  if (expression === '@') return value;
  const step = /^\.?(\w+|\[\?[^\]]+\]|\[\d*\]|\[[^?\]]+\])/.exec(expression);
  if (!step) throw new Error(`"${expression}" is not in this part of JMESPath.`);
  const [whole, first = ''] = step;
  const rest = expression.slice(whole.length);
  const onwards = (next: unknown): unknown => (rest === '' ? next : evaluate(rest.replace(/^\./, ''), next));
  const project = (list: unknown[]): unknown[] =>
    list.map(onwards).filter((each) => each !== null && each !== undefined);
  if (first.startsWith('[?'))
    return Array.isArray(value) ? project(value.filter((each) => holds(first.slice(2, -1), each))) : null;
  if (first === '[]') return Array.isArray(value) ? project(value) : null;
  if (/^\[\d+\]$/.test(first)) return Array.isArray(value) ? onwards(value[Number(first.slice(1, -1))] ?? null) : null;
  if (first.startsWith('[')) return several(first, value);
  return onwards(typeof value === 'object' && value !== null ? (Reflect.get(value, first) ?? null) : null);
}

function several(list: string, value: unknown): unknown[] {
  return list
    .slice(1, -1)
    .split(',')
    .map((each) => evaluate(each.trim(), value));
}

function holds(condition: string, value: unknown): boolean {
  return condition.split('&&').every((part) => {
    const comparison = /^\s*(\w+|@)\s*(==|!=)\s*'([^']*)'\s*$/.exec(part);
    if (!comparison) return evaluate(part.trim(), value) === true;
    const isEqual = evaluate(comparison[1] ?? '', value) === comparison[3];
    return comparison[2] === '==' ? isEqual : !isEqual;
  });
}

/** What az prints of it with --output tsv. */
export function tsv(value: unknown): string {
  if (value === null || value === undefined) return '';
  const cell = (each: unknown): string => {
    if (each === null || each === undefined) return 'None';
    if (typeof each === 'boolean') return String(each);
    if (typeof each === 'object') return '';
    return typeof each === 'string' ? each : JSON.stringify(each);
  };
  if (!Array.isArray(value)) return `${cell(value)}\n`;
  return value.map((row: unknown) => `${Array.isArray(row) ? row.map(cell).join('\t') : cell(row)}\n`).join('');
}
