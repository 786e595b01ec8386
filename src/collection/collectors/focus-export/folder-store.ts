import { copyFile, constants, lstat, readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CollectorRejected, CollectorUnavailable } from '../../collector-failure.js';
import type { ObjectStore, StoredObject } from './object-store.js';

export interface FolderSettings {
  folder: string;
}

/** Names the folder under which all folders of exports lie. Whoever may add sources may not thereby read this machine. */
export const exportsFolderVariable = 'HEADROOM_EXPORTS_FOLDER';

/** A folder on disk, below the one that the machine's owner set aside. Links are not followed. */
export function folderStore({ folder }: FolderSettings): ObjectStore {
  return {
    place: folder,
    secrets: [],
    async list() {
      const root = await rootOf(folder);
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return { objects: await Promise.all(files.map((file) => describe(root, file))), next: null };
    },
    async download(object, path) {
      const root = await rootOf(folder);
      const file = join(root, ...object.name.split('/'));
      if ((await realpath(file)) !== file) throw new CollectorRejected(`${object.name} in ${folder} is a link, and links are not followed`);
      await copyFile(file, path, constants.COPYFILE_FICLONE);
      const { version } = await describe(root, file);
      if (version !== object.version) throw new CollectorUnavailable(`${object.name} in ${folder} changed while it was read`);
    },
  };
}

async function describe(root: string, file: string): Promise<StoredObject> {
  const { size, mtimeNs, ino } = await lstat(file, { bigint: true });
  return { name: relative(root, file).split(sep).join('/'), bytes: Number(size), version: `${ino}-${size}-${mtimeNs}`, modifiedAtMs: Number(mtimeNs / 1_000_000n) };
}

async function rootOf(folder: string): Promise<string> {
  const setAside = process.env[exportsFolderVariable];
  if (!setAside) throw new CollectorRejected(`folders are read below the one that ${exportsFolderVariable} names, and it names none: set it where Headroom runs`);
  const reached = async (path: string) => {
    try {
      return await realpath(path);
    } catch {
      throw new CollectorRejected(`${path} cannot be read: there is no such folder, or not for this user`);
    }
  };
  const base = await reached(setAside);
  const root = await reached(join(base, folder));
  if (root !== base && !root.startsWith(`${base}${sep}`)) throw new CollectorRejected(`${folder} leads out of ${setAside}`);
  return root;
}
