/** Foreign data: what it must be, read field by field, and what is said of it when it is not that. */

/** Something that is not a document; the message is a sentence for the user. */
export class DocumentInvalid extends Error {
  override readonly name = "DocumentInvalid";
}

type Fields<Name extends string> = { readonly [key in Name]?: unknown };

export function readFields<const Name extends string>(
  data: unknown,
  where: string,
  names: readonly Name[],
): Fields<Name> {
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new DocumentInvalid(`Its ${where} is missing.`);
  }
  const unknown = Object.keys(data).find((name) => !(names as readonly string[]).includes(name));
  // An unknown field would mean another image than the one this page would show.
  if (unknown !== undefined) throw new DocumentInvalid(`Its ${where} has an unknown field “${unknown}”.`);
  return data as Fields<Name>;
}

export function readName(value: unknown, where: string): string {
  if (typeof value === "string" && value.length <= 128 && /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(value))
    return value;
  throw new DocumentInvalid(`Its ${where} is not a name.`);
}

export function readNumber(value: unknown, where: string, low: number, high: number): number {
  if (typeof value === "number" && value >= low && value <= high) return value;
  throw new DocumentInvalid(`Its ${where} is not a number from ${low} to ${high}.`);
}

export function readInteger(value: unknown, where: string, low: number, high: number): number {
  if (Number.isInteger(value)) return readNumber(value, where, low, high);
  throw new DocumentInvalid(`Its ${where} is not a whole number from ${low} to ${high}.`);
}

export function orNull<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === undefined || value === null ? null : read(value);
}

export function readList(value: unknown, where: string, least: number, most: number): readonly unknown[] {
  if (Array.isArray(value) && value.length >= least && value.length <= most) return value;
  const count = least === 0 ? `at most ${most}` : `${least} to ${most}`;
  throw new DocumentInvalid(`Its ${where} must be a list of ${count}.`);
}

/** One of a few words. */
export function readChoice<const Word extends string>(
  value: unknown,
  where: string,
  words: readonly Word[],
): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new DocumentInvalid(`Its ${where} is none of ${words.join(", ")}.`);
  return found;
}

export function readHash(value: unknown, where: string): string {
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return value;
  throw new DocumentInvalid(`Its ${where} is not the hash of a file.`);
}

/** The first value that stands in a list more than once. */
export function findTwice<T>(values: readonly T[]): T | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}
