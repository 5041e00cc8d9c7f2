import { fromBuffer, type Entry, type ZipFile } from 'yauzl';

/** One file of an archive: its bytes, or that it is larger than allowed. */
export type Unpacked = Uint8Array | 'tooLarge';

export interface ArchiveLimits {
  /** Bytes of one file. */
  perFile: number;
  /** Takes `bytes` from what all files together may have; false when there is not so much left. */
  take(bytes: number): boolean;
}

/**
 * The files of a zip archive by their names, lower case. Sizes are checked before and while a file is inflated, so that
 * a small archive cannot become a large one. Rejects when it is no archive.
 */
export function readArchive(archive: Buffer, limits: ArchiveLimits): Promise<Map<string, Unpacked>> {
  return new Promise((resolve, reject) => {
    fromBuffer(archive, { lazyEntries: true, validateEntrySizes: true }, (error, zip) => {
      if (error) {
        reject(error);
        return;
      }
      const files = new Map<string, Unpacked>();
      zip.on('error', reject);
      zip.on('end', () => resolve(files));
      zip.on('entry', (entry: Entry) => {
        unpack(zip, entry, limits).then((file) => {
          files.set(nameOf(entry), file);
          zip.readEntry();
        }, reject);
      });
      zip.readEntry();
    });
  });
}

/** Blob archives are flat; a folder in front of the id would not matter. */
function nameOf(entry: Entry): string {
  return (entry.fileName.split('/').at(-1) ?? '').toLowerCase();
}

function unpack(zip: ZipFile, entry: Entry, limits: ArchiveLimits): Promise<Unpacked> {
  if (entry.uncompressedSize > limits.perFile || !limits.take(entry.uncompressedSize)) {
    return Promise.resolve('tooLarge');
  }
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) {
        reject(error);
        return;
      }
      // yauzl holds the stream to the size that the entry promised.
      const chunks: Buffer[] = [];
      stream
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => resolve(Buffer.concat(chunks)))
        .on('error', reject);
    });
  });
}
