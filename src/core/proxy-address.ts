export type ParsedProxy = { ok: true; proxy: string } | { ok: false; reason: string };

const LONGEST = 300;
const EXAMPLE = 'http://proxy.contoso.com:3128';

/**
 * Reads the address of a proxy: `http://proxy.contoso.com:3128`, or https:// for one that is itself spoken to by TLS. What is
 * wrong is said in a sentence that does not repeat the input, which may hold a password.
 */
export function parseProxy(text: string): ParsedProxy {
  const given = text.trim();
  const url = given.length <= LONGEST && URL.canParse(given) ? new URL(given) : undefined;
  if ((url?.protocol !== 'http:' && url?.protocol !== 'https:') || url.hostname === '') {
    return { ok: false, reason: `This is no address of a proxy; one looks like ${EXAMPLE}.` };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      ok: false,
      reason:
        'The address of the proxy carries a user name or a password, which would be kept outside the vault: give it without, ' +
        'and let the proxy take Portcullis by the address that it comes from.',
    };
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return { ok: false, reason: `The address of a proxy is a host and a port and nothing else, like ${EXAMPLE}.` };
  }
  return { ok: true, proxy: url.origin };
}

/** Begins the code of every error that a proxy is the cause of; what follows is its status, or Node's code. */
export const PROXY_ERROR = 'PROXY_';

/** What a proxy did, after its address, by the code of the error; undefined where it is the cause of nothing. */
export function proxyTrouble(code: string): { does: string; help: string } | undefined {
  if (!code.startsWith(PROXY_ERROR)) return undefined;
  const why = code.slice(PROXY_ERROR.length);
  if (why === '407') {
    return {
      does: 'wants a user name and a password (407), which Portcullis gives to no proxy',
      help: 'Let the proxy take Portcullis without, by the address that it comes from.',
    };
  }
  if (/^5\d\d$/.test(why)) {
    return {
      does: `did not get through to the server (${why})`,
      help: 'Look whether the server is up, and whether the proxy knows its name and may reach its port.',
    };
  }
  if (/^\d+$/.test(why)) {
    return {
      does: `does not let Portcullis through (${why})`,
      help: 'Have the rules of the proxy allow CONNECT to the host and the port of this address.',
    };
  }
  if (why.includes('CERT') || why === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') {
    return {
      does: `has a certificate that is not trusted (${why})`,
      help: 'Give the certificate of the authority that issued it with --ca-certificate.',
    };
  }
  return {
    does: `does not answer (${why})`,
    help: 'Look for a typing error in its address, whether it is up, and whether the network of Portcullis leads there.',
  };
}
