import type { Binding, RegisteredFunction } from './protocol';
import type { Route } from './routes';

/** A function of the app, as it registered it. */
export interface FunctionDescription {
  name: string;
  bindings: Binding[];
  /** The trigger's binding, with every `%Setting%` in it replaced. */
  trigger: Binding;
  /** For HTTP triggers: the whole path, prefix included, without a leading slash. */
  route?: string;
  /** For HTTP triggers, upper case. */
  methods?: string[];
}

/** A binding's member as text; undefined when it is absent or something else. */
export function textOf(binding: Binding, member: string): string | undefined {
  const value = binding[member];
  return typeof value === 'string' ? value : undefined;
}

/** Replaces each `%Name%` by the setting of that name; throws a sentence when there is none. */
export function expandSettings(text: string, settings: Record<string, string | undefined>): string {
  return text.replace(/%([^%]+)%/g, (_whole, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`'%${name}%' cannot be resolved: there is no app setting of that name.`);
    return value;
  });
}

/** Tells what the registered functions listen to. Throws a sentence for a function without a trigger or setting. */
export function describeFunctions(
  functions: RegisteredFunction[],
  settings: Record<string, string | undefined>,
  routePrefix: string,
): FunctionDescription[] {
  return functions.map(({ name, bindings: byName }) => {
    const bindings = Object.entries(byName).map(([bindingName, binding]): Binding => ({
      ...binding,
      name: bindingName,
    }));
    const registered = bindings.find((binding) => /trigger$/i.test(binding.type));
    if (registered === undefined) throw new Error(`The function '${name}' has no trigger.`);
    const trigger: Binding = { ...registered };
    for (const member of Object.keys(trigger)) {
      const text = textOf(trigger, member);
      if (text !== undefined) trigger[member] = expandSettings(text, settings);
    }
    if (trigger.type !== 'httpTrigger') return { name, bindings, trigger };
    const route = `${routePrefix}/${textOf(trigger, 'route') ?? name}`.replace(/^\/+/, '');
    const listed = Array.isArray(trigger['methods']) ? trigger['methods'] : ['GET', 'POST'];
    return { name, bindings, trigger, route, methods: listed.map((method) => String(method).toUpperCase()) };
  });
}

/** The HTTP functions' routes, by the function's name. */
export const routesOf = (functions: FunctionDescription[]): Route<string>[] =>
  functions.flatMap(({ name, route, methods }) =>
    route === undefined || methods === undefined ? [] : [{ template: route, methods, value: name }],
  );
