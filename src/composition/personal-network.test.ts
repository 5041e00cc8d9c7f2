import { personalNetwork } from './personal-network';

const SERVER = 'https://tfs.contoso.com/tfs/DefaultCollection';
const HTTPS_PROXY = 'http://proxy.contoso.com:3128';

test.each<[string, string, Record<string, string>, string | null]>([
  ['there is none', SERVER, {}, null],
  ['the environment names one', SERVER, { HTTPS_PROXY }, HTTPS_PROXY],
  ['in small letters', SERVER, { https_proxy: HTTPS_PROXY }, HTTPS_PROXY],
  ['for this machine', 'http://localhost:7080/contoso', { HTTPS_PROXY }, null],
  ['for a domain that is excepted', SERVER, { HTTPS_PROXY, NO_PROXY: 'example.com, .contoso.com' }, null],
  ['for a host that is excepted', SERVER, { HTTPS_PROXY, no_proxy: 'TFS.contoso.com' }, null],
  ['for everything', SERVER, { HTTPS_PROXY, NO_PROXY: '*' }, null],
  ['for another of the same ending', SERVER, { HTTPS_PROXY, NO_PROXY: 's.contoso.com' }, HTTPS_PROXY],
])('%s', (_, base, variables, proxy) => {
  expect(personalNetwork(base, variables)).toEqual({ proxy, caCertificates: null });
});

test('a password is not repeated', () => {
  expect(() => personalNetwork(SERVER, { HTTPS_PROXY: 'http://ada:secret@proxy.contoso.com' })).toThrow(
    /^The environment variable HTTPS_PROXY: (?!.*secret).*user name or a password/,
  );
});
