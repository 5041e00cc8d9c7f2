import { createRouter } from './routes';

const routerOf = (...templates: string[]): ReturnType<typeof createRouter<string>> =>
  createRouter(templates.map((template) => ({ template, methods: ['GET'], value: template })));

test('literals go before parameters, constrained ones before free ones, a catch-all last', () => {
  const route = routerOf('a/{*rest}', 'a/{name}', 'a/{id:int}', 'a/literal');
  expect(route('GET', '/a/literal')).toEqual({ value: 'a/literal', params: {} });
  expect(route('GET', '/a/12')).toEqual({ value: 'a/{id:int}', params: { id: '12' } });
  expect(route('GET', '/a/word')).toEqual({ value: 'a/{name}', params: { name: 'word' } });
  expect(route('GET', '/a/b/c')).toEqual({ value: 'a/{*rest}', params: { rest: 'b/c' } });
});

test('case of literals and a trailing slash do not matter; parameters are decoded and keep their case', () => {
  const route = routerOf('api/Items/{id}');
  expect(route('GET', '/API/items/A%2Fb%20c/')).toEqual({ value: 'api/Items/{id}', params: { id: 'A/b c' } });
  expect(route('GET', '/api/items/%zz')).toMatchObject({ params: { id: '%zz' } });
  expect(route('GET', '/api/items')).toBeUndefined();
  expect(route('GET', '/api/items/a/b')).toBeUndefined();
  expect(route('POST', '/api/items/a')).toBeUndefined();
});

test.each([
  ['int', ['0', '-12', '2147483647'], ['x', '1.5', '99999999999', '']],
  ['guid', ['6f9619ff-8b86-d011-b42d-00c04fc964ff'], ['6f9619ff']],
  ['alpha', ['abc'], ['ab1']],
  ['bool', ['true', 'False'], ['yes']],
  ['length(2,3)', ['ab', 'abc'], ['a', 'abcd']],
  ['minlength(2)', ['ab'], ['a']],
  ['maxlength(2)', ['ab'], ['abc']],
])('the constraint %s', (constraint, taken, refused) => {
  const route = routerOf(`a/{x:${constraint}}`);
  expect(taken.map((value) => route('GET', `/a/${value}`)?.params['x'])).toEqual(taken);
  expect(refused.map((value) => route('GET', `/a/${value}`))).toEqual(refused.map(() => undefined));
});

test('a template that cannot be understood is refused', () => {
  expect(() => routerOf('a/{x:regex(.*)}')).toThrow("does not know: 'regex(.*)'");
  expect(() => routerOf('a/b-{x}')).toThrow('mixes text and a parameter');
});
