import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Thrown when an answer is longer than the reader wants to hold in memory. */
export class BodyTooLarge extends Error {}

const inflate = promisify(gunzip);

/**
 * The whole body of an answer. Rejects with `BodyTooLarge` beyond `maximumBytes`, and with the network's error when the
 * connection breaks or the body is not complete after `deadline` milliseconds: node-api would take half an answer for
 * an empty one.
 */
export async function readBody(message: IncomingMessage, maximumBytes: number, deadline: number): Promise<Buffer> {
  const body = await collect(message, maximumBytes, deadline);
  if (message.headers['content-encoding'] !== 'gzip' || body.length === 0) return body;
  try {
    return await inflate(body, { maxOutputLength: maximumBytes });
  } catch (error) {
    // By its code: an error of Node's may come from another realm than our `Error`.
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    throw code === 'ERR_BUFFER_TOO_LARGE' ? new BodyTooLarge() : error;
  }
}

function collect(message: IncomingMessage, maximumBytes: number, deadline: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const give = (error: Error): void => {
      message.destroy();
      reject(error);
    };
    const timer = setTimeout(() => give(new Error('Request timeout')), deadline);
    message
      .on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > maximumBytes) give(new BodyTooLarge());
        else chunks.push(chunk);
      })
      .on('end', () => resolve(Buffer.concat(chunks)))
      .on('error', give)
      .on('close', () => {
        clearTimeout(timer);
        reject(new Error('the connection was closed'));
      });
  });
}
