/** Why the file system refused to write something, in words. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "its folder cannot be made",
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "the file system is read-only",
  ENOTDIR: "a part of its path is not a folder",
  EEXIST: "a part of its path is not a folder",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "it would be larger than a file may be here",
  ENAMETOOLONG: "its name is too long",
};

/** Undefined: there are none for that code. */
export function whyUnwritten(code: string): string | undefined {
  return WORDS[code];
}
