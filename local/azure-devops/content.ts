import { extname, basename } from 'node:path';
import { zipSync } from 'fflate';
import type { ApiAnswer, ApiRequest } from './http';

/** How a client wants bytes: by `$format`, else by its Accept header. */
export type ContentFormat = 'json' | 'octetStream' | 'text' | 'zip';

export function formatOf(request: ApiRequest, otherwise: ContentFormat): ContentFormat {
  const asked = (request.query.text('$format') ?? '').toLowerCase();
  if (asked === 'json' || asked === 'zip' || asked === 'text') return asked;
  if (asked === 'octetstream') return 'octetStream';
  const accept = (request.headers.accept ?? '').toLowerCase();
  if (accept.includes('application/json')) return 'json';
  if (accept.includes('application/zip')) return 'zip';
  if (accept.includes('text/plain')) return 'text';
  if (accept.includes('application/octet-stream')) return 'octetStream';
  return otherwise;
}

export function bytesAnswer(format: Exclude<ContentFormat, 'json'>, name: string, content: Buffer): ApiAnswer {
  if (format === 'zip') return zipAnswer(`${name}.zip`, { [name]: content });
  const type = format === 'text' ? 'text/plain' : 'application/octet-stream';
  return { status: 200, body: content, headers: { 'content-type': type } };
}

export function zipAnswer(fileName: string, files: Record<string, Uint8Array>): ApiAnswer {
  return {
    status: 200,
    // Compressing would only cost the two processors that everything local shares.
    body: Buffer.from(zipSync(files, { level: 0 })),
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${fileName.replace(/[^\w.-]/g, '_')}"`,
    },
  };
}

/** Git's own test for binary files: a NUL among the first bytes. */
export const isBinary = (content: Buffer): boolean => content.subarray(0, 8_000).includes(0);

const IMAGES = new Map([
  ['.png', 'image/png'],
  ['.gif', 'image/gif'],
  ['.jpg', 'image/jpeg'],
  ['.svg', 'image/svg+xml'],
]);

export function contentMetadata(path: string, content: Buffer | undefined): Record<string, unknown> {
  const fileName = basename(path);
  if (!content) return { fileName };
  const extension = extname(fileName);
  const image = IMAGES.get(extension.toLowerCase());
  const binary = isBinary(content);
  return {
    ...(binary ? { isBinary: true } : { encoding: 65001 }),
    contentType: image ?? (binary ? 'application/octet-stream' : 'text/plain'),
    fileName,
    extension: extension.slice(1),
    ...(image === undefined ? {} : { isImage: true }),
  };
}
